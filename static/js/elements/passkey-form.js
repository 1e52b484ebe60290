/**
 * <passkey-form act="get" src="/…/">a form [data-supported] with a field `credential`, and a [data-error]</passkey-form>
 *
 * When the form is sent, asks for a passkey first, or with act="create" makes one, and sends the device's answer with
 * it. What to ask for is JSON: fetched from `src`, or in the script with the id `options`.
 * Where the browser has no passkeys, only [data-unsupported] is shown, or nothing at all.
 */
import { forLogIn, wordsFor } from "../lib/passkeys.js";

class PasskeyForm extends HTMLElement {
  #isAsking = false;

  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.hidden = false;
    for (const part of this.querySelectorAll("[data-unsupported]")) part.hidden = true;
    this.#form.hidden = false;
    this.addEventListener("submit", this);
  }

  handleEvent(event) {
    event.preventDefault();
    if (!this.#isAsking) this.#ask();
  }

  async #ask() {
    this.#isAsking = true;
    this.#complain("");
    try {
      this.#form.elements.credential.value = JSON.stringify(await this.#answer());
      this.#form.submit();
    } catch (error) {
      this.#complain(wordsFor(error));
    }
    this.#isAsking = false;
  }

  async #answer() {
    await import("../../mfa/js/webauthn-json.js");
    const options = await this.#options();
    if (this.getAttribute("act") === "get") return window.webauthnJSON.get(options);
    return window.webauthnJSON.create(forLogIn(options, this.#form.elements.passwordless.checked));
  }

  async #options() {
    const id = this.getAttribute("options");
    if (id) return JSON.parse(document.getElementById(id).textContent);
    const response = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`${response.status}`);
    return (await response.json()).request_options;
  }

  get #form() {
    return this.querySelector("form");
  }

  #complain(words) {
    const place = this.querySelector("[data-error]");
    place.textContent = words;
    place.hidden = !words;
  }
}

customElements.define("passkey-form", PasskeyForm);
