/**
 * <recipient-field src="/mail/recipients/">a label and a textarea</recipient-field>
 * <tag-field src="/notes/tags/suggestions/">the same</tag-field>
 *
 * Shows the words of the textarea as tokens behind a text input with suggestions (an editable combobox with a listbox,
 * as the ARIA practices have it). The textarea stays what is sent, and all there is without JavaScript: it always holds
 * everything, also the word that is being typed, tells of it by `change`, and is shown anew after an event `draft`.
 */
import { Recipients, split } from "../lib/recipients.js";
import { split as splitTags } from "../lib/tags.js";
import { Suggestions } from "../lib/suggestions.js";

let isPressed = false;
document.addEventListener("pointerdown", () => (isPressed = true), true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => (isPressed = false), true);

class RecipientField extends HTMLElement {
  static things = "recipients";
  static inputMode = "email";
  static between = /[,;\s]/;
  static split = split;

  #recipients = new Recipients();
  #suggestions = new Suggestions(this.getAttribute("src"), (found) => this.#offer(found));
  #active = -1;

  connectedCallback() {
    if (this.textarea) return;
    this.textarea = this.querySelector("textarea");
    this.#build();
    this.#dress();
    this.#listen();
    this.#show(this.constructor.split(this.textarea.value));
  }

  #build() {
    const { id } = this.textarea;
    this.input = make("input", "plain recipients__input", {
      type: "text", id: `${id}_input`, role: "combobox", inputmode: this.constructor.inputMode, autocomplete: "off", autocapitalize: "none",
      spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}_options`,
    });
    this.tokens = make("ul", "recipients__tokens", { "aria-label": "Chosen", role: "list" });
    this.options = make("ul", "recipients__options", { id: `${id}_options`, role: "listbox", "aria-label": "Suggestions" });
    this.options.hidden = true;
    this.count = make("span", "recipients__count soft small", { "aria-hidden": "true" });
    this.status = make("span", "visually-hidden", { role: "status" });
    this.box = make("div", "recipients");
    this.box.append(this.tokens, this.input, this.count);
    const anchor = make("div", "recipients__anchor", { "data-own": "" });
    anchor.append(this.box, this.options, this.status);
    this.textarea.after(anchor);
  }

  /** Put the input in the place of the textarea, as which it came from the server. */
  #dress() {
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (this.textarea.hasAttribute(name)) this.input.setAttribute(name, this.textarea.getAttribute(name));
      else this.input.removeAttribute(name);
      this.textarea.removeAttribute(name);
    }
    this.querySelector("label").htmlFor = this.input.id;
    this.required = this.textarea.required;
    this.textarea.hidden = true;
    this.textarea.required = false;
    this.wrong = [...this.querySelectorAll(".field__error")].map((error) => error.textContent).join("\n");
  }

  #listen() {
    this.input.addEventListener("input", (event) => !event.isComposing && this.#typed());
    this.input.addEventListener("compositionend", () => this.#typed());
    this.input.addEventListener("keydown", (event) => !event.isComposing && this.#pressed(event));
    this.input.addEventListener("paste", (event) => this.#pasted(event));
    this.input.addEventListener("focus", () => this.#showCount());
    this.input.addEventListener("blur", () => this.#left());
    this.box.addEventListener("mousedown", (event) => {
      if (event.target.closest("button, input")) return;
      event.preventDefault();
      this.input.focus();
    });
    this.input.addEventListener("click", () => this.input.value || this.#suggestions.ask("", 0));
    this.tokens.addEventListener("click", (event) => this.#remove(event.target.closest("button")?.value));
    this.tokens.addEventListener("keydown", (event) => this.#pressedOnToken(event));
    this.options.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
    this.options.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]")));
    this.textarea.form?.addEventListener("submit", () => this.#commit());
    this.textarea.addEventListener("draft", () => this.#filledIn());
  }

  /** The field has come from the server once more, or somebody else wrote into the textarea. */
  #filledIn() {
    const { value } = this.textarea;
    const isNew = value !== this.#text;
    this.#dress();
    if (isNew) this.input.value = "";
    this.#show(isNew ? this.constructor.split(value) : this.#recipients.words);
  }

  #show(words) {
    this.#recipients = new Recipients();
    this.tokens.replaceChildren();
    this.#add(words, { quietly: true });
  }

  /** All of it, with the word that is being typed. */
  get #text() {
    const all = new Recipients();
    all.add([...this.#recipients.words, ...this.constructor.split(this.input.value)]);
    return all.toString();
  }

  #typed() {
    const { value } = this.input;
    if (this.constructor.between.test(value.trimStart())) {
      const words = this.constructor.split(value);
      const unfinished = this.constructor.between.test(value.at(-1)) ? "" : (words.pop() ?? "");
      this.#add(words);
      this.input.value = unfinished;
    }
    this.#changed();
    if (this.input.value.trim()) this.#suggestions.ask(this.input.value.trim());
    else this.#close();
  }

  #pasted(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!this.constructor.between.test(text.trim()) && !text.includes("<")) return;
    event.preventDefault();
    this.#add(this.constructor.split(this.input.value + text));
    this.input.value = "";
    this.#close();
  }

  #pressed(event) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.options.hidden) this.#suggestions.ask(this.input.value.trim(), 0);
      else this.#highlight(this.#active + (key === "ArrowDown" ? 1 : -1));
    } else if (key === "Enter" && (this.#active >= 0 || this.input.value.trim())) {
      event.preventDefault();
      if (this.#active >= 0) this.#choose(this.options.children[this.#active]);
      else this.#commit();
    } else if (key === "Escape" && !this.options.hidden) {
      event.preventDefault();
      this.#close();
    } else if (key === "Backspace" && !this.input.value && this.#recipients.size) {
      event.preventDefault();
      this.#takeBack();
    } else if (key === "ArrowLeft" && this.input.selectionEnd === 0) {
      this.tokens.lastElementChild?.querySelector("button").focus();
    }
  }

  #pressedOnToken(event) {
    const token = event.target.closest("li");
    const next = token.nextElementSibling?.querySelector("button") ?? this.input;
    const previous = token.previousElementSibling?.querySelector("button");
    if (event.key === "ArrowLeft") previous?.focus();
    else if (event.key === "ArrowRight") next.focus();
    else if (event.key === "Delete" || event.key === "Backspace") this.#remove(event.target.value, previous ?? next);
    else return;
    event.preventDefault();
  }

  /** The last recipient, to be changed. */
  #takeBack() {
    const word = this.#recipients.words.at(-1);
    this.#remove(word);
    this.input.value = word;
  }

  #commit() {
    this.#add(this.constructor.split(this.input.value));
    this.input.value = "";
    this.#close();
  }

  /** A new token may take a new line: whatever is being pressed meanwhile must not move away under the pointer. */
  #left() {
    if (isPressed) document.addEventListener("pointerup", () => setTimeout(() => this.#commit()), { once: true });
    else this.#commit();
  }

  #choose(option) {
    if (!option) return;
    this.#add([option.dataset.value]);
    this.input.value = "";
    this.#close();
  }

  #add(words, { quietly = false } = {}) {
    const added = this.#recipients.add(words);
    this.tokens.append(...added.map((word) => this.#token(word)));
    this.#changed({ quietly });
    if (quietly || !added.length) return;
    this.box.scrollTop = this.box.scrollHeight;
    this.#say(added.length > 1 ? `${added.length} ${this.constructor.things} added` : `${added[0]} added`);
  }

  #remove(word, focus = this.input) {
    if (!word || !this.#recipients.remove(word)) return;
    [...this.tokens.children].find((token) => token.dataset.word === word).remove();
    this.#changed();
    this.#say(`${word} removed`);
    focus.focus();
  }

  #changed({ quietly = false } = {}) {
    const before = this.textarea.value;
    this.textarea.value = this.#text;
    if (!quietly && this.textarea.value !== before) this.textarea.dispatchEvent(new Event("change", { bubbles: true }));
    this.#showCount();
  }

  #showCount() {
    const { size } = this.#recipients;
    this.input.required = this.required && size === 0;
    this.count.textContent = size > 4 ? `${size} ${this.constructor.things}` : "";
  }

  #token(word) {
    const token = make("li", "recipients__token", { "data-word": word });
    if (this.wrong.includes(`“${word}”`)) token.classList.add("recipients__token--wrong");
    const button = make("button", "recipients__remove", { type: "button", value: word, tabindex: "-1", "aria-label": `Remove ${word}` });
    token.append(make("span", "recipients__word", {}, word), button);
    return token;
  }

  #offer(found) {
    const fresh = found.filter(({ value }) => !this.#recipients.has(value));
    if (!fresh.length || document.activeElement !== this.input) {
      this.#close();
      return;
    }
    this.options.replaceChildren(...fresh.map((suggestion, index) => this.#option(suggestion, index)));
    this.options.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#highlight(-1);
    this.#say(`${fresh.length} ${fresh.length === 1 ? "suggestion" : "suggestions"}`);
  }

  #option({ value, hint }, index) {
    const option = make("li", "recipients__option", {
      role: "option", id: `${this.options.id}_${index}`, "aria-selected": "false", "data-value": value,
    });
    option.append(make("span", "recipients__value", {}, value), make("span", "soft small", {}, hint));
    return option;
  }

  #highlight(index) {
    const options = [...this.options.children];
    this.#active = index < -1 ? options.length - 1 : index >= options.length ? -1 : index;
    options.forEach((option, position) => option.setAttribute("aria-selected", String(position === this.#active)));
    const active = options[this.#active];
    if (active) this.input.setAttribute("aria-activedescendant", active.id);
    else this.input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.#suggestions.forget();
    this.#active = -1;
    this.options.hidden = true;
    this.options.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #say(words) {
    this.status.textContent = words;
  }
}

function make(tag, classes, attributes = {}, text = "") {
  const element = document.createElement(tag);
  element.className = classes;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/** Tags may hold spaces. */
class TagField extends RecipientField {
  static things = "tags";
  static inputMode = "text";
  static between = /[,\r\n]/;
  static split = splitTags;
}

customElements.define("recipient-field", RecipientField);
customElements.define("tag-field", TagField);
