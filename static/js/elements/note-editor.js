/**
 * <note-editor user="1" markdown="/notes/preview/" fresh="/notes/new/">templates/notes/_editor.html</note-editor>
 *
 * Nothing that is typed gets lost: it is kept as a draft in this browser until it is saved, and saving never leaves the
 * page before the server took it. Without JavaScript the form is sent as any other.
 * Ctrl or Cmd with S saves, with Enter saves and closes; with B, I and K it marks what is chosen.
 */
import { fieldsOf, fill, rendered, textOf } from "../fields.js";
import { socket } from "../live.js";
import { coalesce } from "../lib/coalesce.js";
import { Drafts } from "../lib/drafts.js";
import { marked } from "../lib/marks.js";
import { morph } from "../lib/morph.js";
import { retryDelay } from "../lib/retry.js";
import { outcomeOf, WORDS } from "../lib/saving.js";

const PATIENCE = 20_000;
const PREVIEW_REST = 300;
const DRAFT_REST = 400;
const BEGINNING = 160;
const HEADERS = { "X-Requested-With": "note-editor" };

const MODIFIER = /^(Mac|iP)/.test(navigator.platform) ? "metaKey" : "ctrlKey";

class NoteEditor extends HTMLElement {
  #drafts;
  #refresh = coalesce(() => this.#preview(), (took) => Math.max(PREVIEW_REST, took));
  #keepSoon = coalesce(() => this.#keep(), () => DRAFT_REST);
  #saved; // what the server has, as one text
  #shown;
  #offered;
  #inDoubt; // what was sent and not answered
  #isSaving = false;
  #next; // how to save once more, when that was asked for while it was saving
  #failures = 0;
  #retryTimer;
  #isWanted = false; // saving, as soon as the server is back
  #isLeaving = false;

  connectedCallback() {
    this.#drafts = new Drafts(this.getAttribute("user"), storage());
    this.#begin();
    this.addEventListener("input", () => this.#typed());
    this.addEventListener("change", () => this.#typed());
    this.addEventListener("submit", (event) => this.#submit(event));
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => this.#pressed(event));
    window.addEventListener("pagehide", () => this.#keep());
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.#isLeaving && location.reload());
    document.addEventListener("visibilitychange", () => document.hidden && this.#keep());
    window.addEventListener("beforeunload", (event) => this.#warn(event));
    window.addEventListener("online", () => this.#again());
    socket.addEventListener("open", () => this.#again());
  }

  get form() {
    return this.querySelector("form");
  }

  get #body() {
    return this.form.elements.body;
  }

  get #id() {
    return this.form.elements.key.value;
  }

  get #about() {
    return this.form.dataset.note ?? "new";
  }

  /** The form has come, or come back with what is wrong. */
  #begin() {
    for (const part of this.querySelectorAll("[data-scripted]")) part.hidden = false;
    this.#saved = "unsaved" in this.form.dataset ? undefined : textOf(rendered(this.form));
    if (this.#isDirty) this.#keep();
    this.#offer();
    this.#shown = undefined;
    this.#refresh();
  }

  get #isDirty() {
    return textOf(fieldsOf(this.form)) !== this.#saved;
  }

  #typed() {
    this.#keepSoon();
    this.#refresh();
  }

  // What is kept in the browser

  #keep() {
    if (!this.isConnected || this.#isLeaving) return;
    if (!this.#isDirty) return this.#drafts.forget(this.#id);
    const content = { fields: fieldsOf(this.form), version: this.form.elements.version.value };
    this.isKept = this.#drafts.keep(this.#id, this.#about, content);
  }

  /** Where drafts cannot be kept, leaving the page would lose what was typed. */
  #warn(event) {
    if (this.#isLeaving || !this.#isDirty) return;
    this.#keep();
    if (!this.isKept) event.preventDefault();
  }

  #offer() {
    const place = this.querySelector("#draft");
    const draft = this.#drafts.newest(this.#about, this.#id);
    this.#offered = draft;
    if (draft && textOf(draft.fields) === textOf(fieldsOf(this.form))) {
      this.#drafts.forget(draft.id);
      return this.#offer();
    }
    place.hidden = !draft;
    if (!draft) return;
    place.querySelector("[data-draft-time]").textContent = timeOf(draft.at);
    place.querySelector("[data-draft-outdated]").hidden = !this.#isOutdated(draft);
    place.querySelector("[data-draft-beginning]").textContent = beginningOf(draft.fields);
  }

  #isOutdated({ version }) {
    return this.#about !== "new" && version !== this.form.elements.version.value;
  }

  /** It is typed over the version that it was typed over then, so that saving it goes over nothing unseen. */
  #restore() {
    const { id, fields, version } = this.#offered;
    this.#drafts.forget(this.#id);
    for (const [name, values] of Object.entries(fields)) fill(this.form, name, values);
    this.form.elements.version.value = version;
    this.form.elements.key.value = id;
    this.#keep();
    this.#offer();
    this.#refresh();
    this.#tell("Restored. It is not saved yet.");
    this.#body.focus();
  }

  #discard() {
    this.#drafts.forget(this.#offered.id);
    this.#offer();
    (this.#offered ? this.querySelector("[data-restore]") : this.#body).focus();
  }

  // Saving

  #submit(event) {
    event.preventDefault();
    const isLook = event.submitter?.hasAttribute("data-show-changes");
    if (isLook && !this.#isDirty) return this.#leave(location.href);
    this.#save({ stays: isLook });
  }

  /** `stays` on the page, also if it is not asked to any more once the answer comes because more was typed. */
  async #save({ stays = false } = {}) {
    if (this.#isSaving) {
      this.#next = { stays };
      return;
    }
    this.#isSaving = true;
    this.#isWanted = false;
    clearTimeout(this.#retryTimer);
    this.#keep();
    this.#tell("Saving…");
    this.#complain("");
    try {
      await this.#send(stays);
    } finally {
      this.#isSaving = false;
    }
    const next = this.#next;
    this.#next = undefined;
    if (next && !this.#isLeaving && !this.#isWanted) await this.#save(next);
  }

  /** What was sent and not answered is sent again as it was: the server then knows it, and nothing is made twice. */
  async #send(stays, isRenewed = false) {
    const isAgain = this.#inDoubt !== undefined;
    const content = this.#inDoubt ?? { body: new FormData(this.form), text: textOf(fieldsOf(this.form)) };
    if (stays || isAgain) content.body.set("stay", "1");
    this.#inDoubt = content;
    const { outcome, response } = await post(this.form.action, content.body);
    if (outcome !== "away") this.#inDoubt = undefined;
    if (outcome === "saved") await this.#took(await response.json(), content, { stays, isAgain });
    else if (outcome === "outdated" || outcome === "refused") this.#comeBack(await response.text());
    else if (outcome === "token" && !isRenewed) await this.#renewToken(stays);
    else if (outcome === "away") this.#retryLater();
    else this.#complain(outcome === "token" ? "failed" : outcome);
  }

  async #took({ url, edit_url: editUrl, version }, { text }, { stays, isAgain }) {
    this.#failures = 0;
    this.#saved = text;
    this.#drafts.resume();
    this.#drafts.forget(this.#id);
    const isAll = !this.#isDirty;
    if (isAll && !stays) return this.#leave(url);
    if (this.#about === "new") await this.#becomeEditing(editUrl);
    else this.#follow(version);
    this.#keep();
    if (isAgain && this.#isDirty) this.#next ??= { stays: true }; // what was typed while nobody answered
    this.#tell(this.#isDirty ? "Saved, but for what you typed since." : `Saved at ${timeOf(Date.now())}.`);
  }

  /** The note is there, and is edited from now on: the page becomes the one on which that is done. */
  async #becomeEditing(url) {
    this.form.action = url;
    this.form.elements.version.value = 1;
    history.replaceState(null, "", url);
    const response = await fetch(url, { redirect: "manual", cache: "no-store" }).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const [fields, saved] = [fieldsOf(this.form), this.#saved];
    document.title = page.title;
    document.querySelector("h1").textContent = page.querySelector("h1").textContent;
    this.#show("text");
    morph(this, page.querySelector("note-editor").innerHTML);
    this.#putBack(fields);
    this.#saved = saved; // what has the focus was left as it is, with what it was filled with once
  }

  #follow(version) {
    this.form.elements.version.value = version;
    delete this.form.dataset.unsaved;
    this.querySelector("#comparison")?.remove();
    const changes = this.querySelector("#changes");
    changes.setAttribute("src", `${changes.getAttribute("src").split("?")[0]}?since=${version}`);
  }

  #leave(url) {
    this.#isLeaving = true;
    if (url === location.href) location.reload();
    else location.assign(url);
  }

  /** What is wrong, or what somebody else saved, with what was typed as it stands. */
  #comeBack(html) {
    const fields = fieldsOf(this.form);
    morph(this, html);
    this.#putBack(fields);
    this.#tell("");
    const place = this.querySelector("#conflict, [aria-invalid=true], .message--error:not([hidden])");
    place?.focus();
    place?.scrollIntoView({ block: "nearest" });
  }

  #putBack(fields) {
    for (const [name, values] of Object.entries(fields)) fill(this.form, name, values);
    this.#begin();
  }

  /** The session is another one than when the form came: that of the same person goes on, that of another does not. */
  async #renewToken(stays) {
    const response = await fetch(this.getAttribute("fresh"), { redirect: "manual", cache: "no-store" }).catch(() => null);
    if (!response) return this.#retryLater();
    if (!response.ok) return this.#complain(outcomeOf(response));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const editor = page.querySelector("note-editor");
    if (editor?.getAttribute("user") !== this.getAttribute("user")) return this.#complain("other");
    const token = editor.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
    await this.#send(stays, true);
  }

  #retryLater() {
    this.#failures += 1;
    this.#isWanted = true;
    this.#complain("away");
    this.#retryTimer = setTimeout(() => this.#again(), retryDelay(this.#failures));
  }

  #again() {
    if (this.#isWanted) this.#save({ stays: true });
  }

  #asNew() {
    this.form.action = this.getAttribute("fresh");
    delete this.form.dataset.note;
    this.#save();
  }

  #tell(words) {
    this.querySelector("#editor-state").textContent = words;
  }

  #complain(outcome) {
    const place = this.querySelector("#editor-trouble");
    if (outcome) this.#tell("");
    place.hidden = !outcome;
    place.querySelector("[data-words]").textContent = WORDS[outcome] ?? "";
    place.querySelector("[data-log-in]").hidden = outcome !== "signed-out";
    place.querySelector("[data-as-new]").hidden = outcome !== "gone";
    place.querySelector("[data-again]").hidden = !["away", "failed", "signed-out"].includes(outcome);
  }

  // Seeing it, and marking it

  async #preview() {
    const place = this.querySelector("#preview");
    const text = this.#body.value;
    if (text === this.#shown || !isSeen(place)) return;
    try {
      const body = new FormData();
      body.set("body", text);
      body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
      const { outcome, response } = await post(this.getAttribute("markdown"), body);
      if (outcome !== "saved" && outcome !== "refused") throw new Error(outcome);
      morph(place, await response.text());
      this.#shown = text;
      place.removeAttribute("data-stale");
    } catch {
      place.setAttribute("data-stale", "");
    }
  }

  #show(what) {
    this.querySelector("[data-shows]").dataset.shows = what;
    for (const button of this.querySelectorAll("[data-show]")) {
      button.ariaPressed = String(button.dataset.show === what);
    }
    this.#refresh();
  }

  #click({ target }) {
    const button = target.closest("button, a");
    if (!button) return;
    const { show, mark } = button.dataset;
    if (show) this.#show(show);
    else if (mark) this.#mark(mark);
    else if (button.hasAttribute("data-restore")) this.#restore();
    else if (button.hasAttribute("data-discard")) this.#discard();
    else if (button.hasAttribute("data-as-new")) this.#asNew();
    else if (button.hasAttribute("data-again")) this.#save();
    else if (button.hasAttribute("data-forgets-draft")) this.#forget();
  }

  #forget() {
    this.#drafts.forget(this.#id);
    this.#isLeaving = true;
  }

  #pressed(event) {
    const { altKey, shiftKey, target } = event;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!event[MODIFIER] || altKey || shiftKey || event.isComposing) return;
    if (key === "s") this.#save({ stays: true });
    else if (key === "Enter") this.#save();
    else if ("bik".includes(key) && target === this.#body) this.#mark(key);
    else return;
    event.preventDefault();
  }

  /** As if it had been typed, so that it can be undone. */
  #mark(key) {
    const body = this.#body;
    const change = marked(body.value, body.selectionStart, body.selectionEnd, key);
    body.focus();
    body.setSelectionRange(change.from, change.to);
    if (!document.execCommand("insertText", false, change.insert)) {
      body.setRangeText(change.insert);
      this.#typed();
    }
    body.setSelectionRange(change.start, change.end);
  }
}

async function post(url, body) {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(url, { method: "POST", body, headers: HEADERS, redirect: "manual", signal });
    return { outcome: outcomeOf(response), response };
  } catch {
    return { outcome: "away" };
  }
}

const beginningOf = ({ title = [""], body = [""] }) =>
  [title[0], body[0]].filter(Boolean).join(" — ").slice(0, BEGINNING);

/** In short, with the day unless it is today. */
function timeOf(moment) {
  const date = new Date(moment);
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { day: "numeric", month: "long" };
  return date.toLocaleString("en-GB", { hour: "2-digit", minute: "2-digit", ...day });
}

const isSeen = (element) => element.checkVisibility?.() ?? true;

function storage() {
  try {
    return window.localStorage;
  } catch {
    return {};
  }
}

customElements.define("note-editor", NoteEditor);
