/**
 * <schedule-fields preview="/tasks/schedule/preview/" prefix="">the fields of a ScheduleForm</schedule-fields>
 *
 * Shows only the fields that matter for the chosen repetition, and the next firings of what is typed. Without
 * JavaScript all fields are there, and the next firings of what was stored.
 */
import { coalesce } from "../lib/coalesce.js";

const REST = 300;
const PATIENCE = 10_000;

class ScheduleFields extends HTMLElement {
  #refresh = coalesce(() => this.#preview(), () => REST);
  #shown;

  connectedCallback() {
    this.addEventListener("input", this);
    this.addEventListener("change", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    this.removeEventListener("input", this);
    this.removeEventListener("change", this);
  }

  handleEvent() {
    const [repeat, ends] = ["repeat", "ends"].map((name) => this.#value(name));
    for (const part of this.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(repeat);
    for (const part of this.querySelectorAll("[data-ends]")) part.hidden = part.dataset.ends !== ends;
    this.#refresh();
  }

  #value(name) {
    return this.querySelector(`[name="${this.getAttribute("prefix") ?? ""}${name}"]`)?.value;
  }

  async #preview() {
    const form = this.closest("form");
    if (!form || this.closest("[hidden]")) return;
    const place = this.querySelector("[data-preview]");
    const typed = new URLSearchParams(new FormData(form));
    if (typed.toString() === this.#shown) return;
    try {
      const response = await fetch(this.getAttribute("preview"), {
        method: "POST",
        body: typed,
        mode: "same-origin",
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      place.innerHTML = await response.text();
      this.#shown = typed.toString();
    } catch {
      place.textContent = ""; // nothing is better than what something else would do
      this.#shown = undefined;
    }
  }
}

customElements.define("schedule-fields", ScheduleFields);
