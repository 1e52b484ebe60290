/** A list wider than the screen begins where the current page stands in it. */
customElements.define(
  "current-in-view",
  class extends HTMLElement {
    connectedCallback() {
      this.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    }
  },
);
