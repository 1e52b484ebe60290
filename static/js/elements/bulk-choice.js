/**
 * <bulk-choice>buttons of the form #bulk, and a [data-count]</bulk-choice>
 *
 * Offers the buttons once something is chosen among the checkboxes of that form, and a checkbox for all of them.
 */
class BulkChoice extends HTMLElement {
  connectedCallback() {
    this.all ??= this.#checkbox();
    this.#place();
    document.addEventListener("change", this);
    this.observer = new MutationObserver(() => this.#place()); // what is fetched anew knows nothing of it
    this.observer.observe(this.parentElement, { childList: true, subtree: true });
  }

  disconnectedCallback() {
    document.removeEventListener("change", this);
    this.observer.disconnect();
  }

  handleEvent({ target }) {
    if (target === this.all.firstChild) for (const box of this.#boxes) box.checked = target.checked;
    this.#show();
  }

  get #boxes() {
    return [...document.querySelectorAll("input[type=checkbox][form=bulk]")];
  }

  #checkbox() {
    const label = document.createElement("label");
    label.className = "bulk__all";
    const box = document.createElement("input");
    box.type = "checkbox";
    label.append(box, "Choose all");
    return label;
  }

  #place() {
    if (this.firstChild !== this.all) this.prepend(this.all);
    this.#show();
  }

  #show() {
    const boxes = this.#boxes;
    const chosen = boxes.filter((box) => box.checked).length;
    const box = this.all.firstChild;
    box.checked = chosen > 0 && chosen === boxes.length;
    box.indeterminate = chosen > 0 && chosen < boxes.length;
    for (const button of this.querySelectorAll("button")) if (button.disabled !== !chosen) button.disabled = !chosen;
    const words = chosen ? `${chosen} chosen` : "";
    const count = this.querySelector("[data-count]");
    if (count.textContent !== words) count.textContent = words;
  }
}

customElements.define("bulk-choice", BulkChoice);
