/** Fetches suggestions for what is being typed: a moment after the last key, only the newest answer counts. */

const PAUSE = 150;
const PATIENCE = 5_000;

export class Suggestions {
  #address;
  #show;
  #timer;
  #asking;

  /** `show(suggestions)` is called with each answer, `[{value, hint}]`. */
  constructor(address, show) {
    this.#address = address;
    this.#show = show;
  }

  ask(typed, pause = PAUSE) {
    this.forget();
    this.#timer = setTimeout(() => this.#fetch(typed), pause);
  }

  /** Answers still on their way do not matter any more. */
  forget() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  async #fetch(typed) {
    const asking = (this.#asking = new AbortController());
    try {
      const response = await fetch(`${this.#address}?${new URLSearchParams({ q: typed })}`, {
        headers: { Accept: "application/json" },
        mode: "same-origin",
        redirect: "error",
        signal: AbortSignal.any([asking.signal, AbortSignal.timeout(PATIENCE)]),
      });
      const found = response.ok ? (await response.json()).suggestions : [];
      if (!asking.signal.aborted) this.#show(found);
    } catch {
      if (!asking.signal.aborted) this.#show([]);
    }
  }
}
