/**
 * <quick-add src="/reminders/quick/">a form with the field “line” and a [data-understood]</quick-add>
 *
 * Shows what is understood of the line while it is typed, and lets the form go only with what was shown of it.
 * Without JavaScript the form leads to a page that shows it.
 */
import { coalesce } from "../lib/coalesce.js";

const REST = 150;
const PATIENCE = 10_000;

class QuickAdd extends HTMLElement {
  #refresh = coalesce(() => this.#load(), () => REST);

  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.querySelector("[name=line]");
    this.place = this.querySelector("[data-understood]");
    this.input.addEventListener("input", () => {
      this.#mark();
      this.#refresh();
    });
    this.form.addEventListener("submit", (event) => this.#submit(event));
    if (this.input.value) this.#refresh(); // the browser came back to the page
  }

  get #line() {
    return this.input.value.trim();
  }

  get #isShown() {
    return this.shown === this.#line && this.place.querySelector("[name=shown]") !== null;
  }

  /** What is shown of an earlier line does not pass for what is understood of this one. */
  #mark() {
    this.place.toggleAttribute("data-stale", this.shown !== this.#line);
  }

  #submit(event) {
    if (this.#isShown || this.isAway) return;
    event.preventDefault();
    this.#refresh();
    this.input.focus();
  }

  async #load() {
    const line = this.#line;
    if (line === this.shown) return;
    try {
      const response = await fetch(`${this.getAttribute("src")}?${new URLSearchParams({ line })}`, {
        headers: { "X-Requested-With": "quick-add" },
        mode: "same-origin",
        redirect: "error",
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      this.place.innerHTML = await response.text();
      this.shown = line;
      this.isAway = false;
    } catch {
      this.place.textContent = "";
      this.shown = undefined;
      this.isAway = true; // the form then goes as it does without JavaScript
    }
    this.#mark();
  }
}

customElements.define("quick-add", QuickAdd);
