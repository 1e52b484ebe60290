/**
 * <push-toggle>a [data-state] for each of "unsupported", "denied", "off" and "on", buttons [data-turn], and a
 * [data-error]</push-toggle>
 *
 * Whether this browser tells what is new while no page is open, and the buttons that change it.
 */
import { socket } from "../live.js";
import { renew, state, turnOff, turnOn } from "../push.js";

const FAILED = "That did not work. Perhaps the browser cannot reach its push service just now; please try again.";

class PushToggle extends HTMLElement {
  #isTurning = false;
  #last = Promise.resolve();

  connectedCallback() {
    socket.addEventListener("frame", this);
    this.addEventListener("click", this);
    this.#show();
  }

  disconnectedCallback() {
    socket.removeEventListener("frame", this);
  }

  handleEvent({ type, detail, target }) {
    const turn = type === "click" && target.closest("[data-turn]")?.dataset.turn;
    if (turn) this.#turn(turn);
    if (type === "frame" && detail.topic === "browsers") this.#catchUp();
  }

  async #turn(turn) {
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.#complain("");
    try {
      await this.#afterTheLast(turn === "on" ? turnOn : turnOff);
      await this.#show();
      this.querySelector("[data-state]:not([hidden]) button")?.focus();
    } catch {
      await this.#show();
      this.#complain(FAILED);
    }
    this.#isTurning = false;
  }

  /** It may have been removed from another browser. */
  async #catchUp() {
    await this.#afterTheLast(() => renew({ always: true })).catch(() => {});
    await this.#show();
  }

  /** One by one: “it is on” must not reach the server after “turned off”. */
  #afterTheLast(act) {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done;
  }

  async #show() {
    const now = await state();
    for (const part of this.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== now;
  }

  #complain(words) {
    const place = this.querySelector("[data-error]");
    place.textContent = words;
    place.hidden = !words;
  }
}

customElements.define("push-toggle", PushToggle);
