/**
 * <live-fragment src="/tasks/runs/7/progress/" topic="run:7">server-rendered HTML</live-fragment>
 *
 * Fetches `src` again, and morphs its content into that, when a frame of one of its topics (separated by spaces)
 * comes, when pushes arrive again after a pause, and now and then by itself, often while the socket is away.
 * With `watch="presence"` it asks for frames of that topic, which come only to who does.
 * While the page is hidden it keeps still, and catches up when the page is seen; with `also-hidden` it does not wait.
 * With `lazy` it comes empty, and is fetched when it comes into view.
 * Content that has a child with `data-version` is also fetched when the server names another version of its topic.
 * Content that has a child with `data-final` does not change by itself any more: then only frames are followed.
 * When `src` is gone, such as the buttons of what was deleted, it says so, and follows nothing any more.
 */
import { socket } from "../live.js";
import { coalesce } from "../lib/coalesce.js";
import { morph } from "../lib/morph.js";
import { Pace } from "../lib/pace.js";

const GONE = [404, 410];
const NOT_OURS = [401, 403];
const WORDS = `<p class="soft small" tabindex="-1" data-final>This is not there any more.</p>`;
const REST = 200;
const PATIENCE = 15_000;
const EVENTS = ["open", "closed", "frame", "beat"];

class LiveFragment extends HTMLElement {
  static observedAttributes = ["src"];

  #pace = new Pace();
  #refresh = coalesce(() => this.#load(), (took) => Math.max(REST, took)); // never keeps the server busy all the time
  #timer;
  #laterTimer;
  #html;
  #missed = false;
  #inView;

  /** What was there of another address is no answer any more. */
  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === null || before === now) return;
    this.#html = undefined;
    this.#refresh();
  }

  connectedCallback() {
    for (const type of EVENTS) socket.addEventListener(type, this);
    document.addEventListener("visibilitychange", this);
    if (this.hasAttribute("watch")) socket.watch(this.getAttribute("watch"));
    if (this.hasAttribute("lazy")) this.#loadInView();
    else this.#schedule();
  }

  disconnectedCallback() {
    for (const type of EVENTS) socket.removeEventListener(type, this);
    document.removeEventListener("visibilitychange", this);
    clearTimeout(this.#timer);
    clearTimeout(this.#laterTimer);
    this.#inView?.disconnect();
  }

  #loadInView() {
    this.#inView ??= new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      this.#refresh();
    });
    this.#inView.observe(this);
  }

  handleEvent({ type, detail }) {
    if (type === "frame" && !this.#topics.includes(detail.topic)) return;
    if (type === "beat" && !this.#isOutdated(detail)) return;
    if (type === "visibilitychange" && (document.hidden || !this.#missed)) return;
    this.#pace.changed();
    if (type === "closed" || (type === "open" && this.#isFinal)) this.#schedule();
    else if (detail?.within) this.#refreshWithin(detail.within);
    else this.#refreshUnlessHidden();
  }

  get #topics() {
    return (this.getAttribute("topic") ?? "").split(/\s+/);
  }

  get #isFinal() {
    return this.querySelector(":scope > [data-final]") !== null;
  }

  #isOutdated(versions) {
    const shown = this.querySelector(":scope > [data-version]")?.dataset.version;
    return shown !== undefined && this.#topics.some((topic) => topic in versions && versions[topic] !== shown);
  }

  /** What very many are told at once, they do not all ask for at once. */
  #refreshWithin(seconds) {
    clearTimeout(this.#laterTimer);
    this.#laterTimer = setTimeout(() => this.#refreshUnlessHidden(), Math.random() * seconds * 1000);
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (!this.isConnected || this.#isFinal) return;
    this.#timer = setTimeout(() => this.#refreshUnlessHidden(), this.#pace.delay(socket.isOpen));
  }

  #refreshUnlessHidden() {
    this.#missed = document.hidden && !this.hasAttribute("also-hidden");
    if (!this.#missed) this.#refresh();
  }

  async #load() {
    if (!this.isConnected) return;
    const src = this.getAttribute("src");
    try {
      const response = await fetch(src, {
        headers: { "X-Requested-With": "live-fragment" },
        mode: "same-origin",
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (GONE.includes(response.status)) return this.end();
      if (response.type === "opaqueredirect" || NOT_OURS.includes(response.status)) return this.#giveUp();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const html = await response.text();
      if (src === this.getAttribute("src")) this.show(html);
    } catch {
      this.#pace.failed();
    }
    this.#schedule();
  }

  /** Perhaps nobody is signed in any more, of which the socket may not have told. */
  #giveUp() {
    this.disconnectedCallback();
    document.dispatchEvent(new Event("signed-out"));
  }

  /** Takes what it shows for gone. */
  end() {
    this.show(WORDS);
    this.disconnectedCallback();
  }

  /** Takes `html` as if it had been fetched. */
  show(html) {
    if (html === this.#html) {
      this.#pace.unchanged();
      return;
    }
    this.#html = html;
    this.#pace.changed();
    if (this.isConnected) morph(this, html);
  }
}

customElements.define("live-fragment", LiveFragment);
