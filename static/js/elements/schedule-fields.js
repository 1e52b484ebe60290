/**
 * <schedule-fields preview="/tasks/schedule/preview/" prefix="">the fields of a ScheduleForm</schedule-fields>
 *
 * Shows only the fields that matter for the chosen repetition, and the next firings of what is typed. Fields that
 * are not seen, also when the whole element is not, are disabled: what is wrong in them holds no form up. Without
 * JavaScript all fields are there, and the next firings of what was stored.
 */
import { coalesce } from "../lib/coalesce.js";

const REST = 300;
const PATIENCE = 10_000;

class ScheduleFields extends HTMLElement {
  #refresh = coalesce(() => this.#preview(), () => REST);
  #form;
  #shown;

  connectedCallback() {
    this.#form = this.closest("form");
    for (const type of ["input", "change"]) this.#form?.addEventListener(type, this);
    this.handleEvent();
  }

  disconnectedCallback() {
    for (const type of ["input", "change"]) this.#form?.removeEventListener(type, this);
  }

  handleEvent() {
    const [repeat, ends] = ["repeat", "ends"].map((name) => this.#value(name));
    for (const part of this.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(repeat);
    for (const part of this.querySelectorAll("[data-ends]")) part.hidden = part.dataset.ends !== ends;
    for (const field of this.querySelectorAll("input:not([type=hidden]), select")) field.disabled = !isSeen(field);
    this.#refresh();
  }

  get #prefix() {
    return this.getAttribute("prefix") ?? "";
  }

  #value(name) {
    return this.querySelector(`[name="${this.#prefix}${name}"]`)?.value;
  }

  #isOurs(name) {
    return name === "csrfmiddlewaretoken" || name.startsWith(this.#prefix);
  }

  async #preview() {
    if (!this.#form || !isSeen(this)) return;
    const place = this.querySelector("[data-preview]");
    const typed = new URLSearchParams([...new FormData(this.#form)].filter(([name]) => this.#isOurs(name)));
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

const isSeen = (element) => element.checkVisibility?.() ?? true;

customElements.define("schedule-fields", ScheduleFields);
