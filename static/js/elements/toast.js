/**
 * A toast: one notification, shown while it is new. One with a panel, such as buttons, stays until that is final, or
 * another one with the same panel comes.
 */
const SHOWN_FOR = 10_000;
const TIME_TO_READ = 2000;
const READ_ELSEWHERE = 500;
const MOST = 4;
const LONGEST_TIMER = 2_000_000; // seconds: browsers take longer ones for none
const region = document.getElementById("toasts");
const shownAt = new WeakMap();

export function show(notification) {
  const { panel } = notification;
  if (panel) region.querySelector(`[data-panel="${CSS.escape(panel)}"]`)?.remove();
  const toast = build(notification);
  shownAt.set(toast, performance.now());
  region.append(toast);
  while (region.children.length > MOST) region.firstElementChild.remove();
}

/** The numbers of those that are shown. What one with a panel is about, the panel knows. */
export function shownNumbers() {
  return shownWithoutPanel().map((toast) => Number(toast.dataset.number));
}

/** Of those that came only now, what they are about and, where they have them, their numbers. */
export function hardlyShown() {
  const since = performance.now() - TIME_TO_READ;
  const toasts = [...region.children].filter((toast) => shownAt.get(toast) > since);
  return toasts.map(({ dataset: { about, number } }) => ({ about, number: number && Number(number) }));
}

/** Gives what is shown already the number that it has got by now. */
export function giveNumber({ about, number }) {
  for (const toast of shownAbout([about])) toast.dataset.number = number;
}

/** Takes these away, as they were read elsewhere; but not what somebody is about to press. */
export function hide(numbers) {
  for (const toast of shownWithoutPanel()) {
    if (numbers.includes(Number(toast.dataset.number))) fadeUnlessWatched(toast, READ_ELSEWHERE);
  }
}

/** Takes away what is about these, as it was taken back. */
export function withdraw(abouts) {
  for (const toast of shownAbout(abouts)) dismiss(toast);
}

function shownAbout(abouts) {
  return [...region.children].filter((toast) => abouts.includes(toast.dataset.about));
}

function shownWithoutPanel() {
  return [...region.querySelectorAll(".toast[data-number]:not([data-panel])")];
}

function build({ number, title, level, url, panel, about, seconds }) {
  const toast = document.createElement("div");
  toast.className = `toast toast--${level}`;
  toast.dataset.about = about;
  if (number !== undefined) toast.dataset.number = number;
  if (seconds < LONGEST_TIMER) setTimeout(() => dismiss(toast), seconds * 1000);
  const body = document.createElement("div");
  body.className = "toast__body";
  const link = document.createElement("a");
  link.className = "toast__title";
  link.href = new URL(url, location.href).pathname;
  link.dir = "auto";
  link.textContent = title;
  body.append(link);
  const close = document.createElement("button");
  close.className = "toast__close";
  close.type = "button";
  close.ariaLabel = "Close this message";
  close.textContent = "×";
  close.addEventListener("click", () => dismiss(toast));
  toast.append(body, close);
  toast.addEventListener("keydown", ({ key }) => key === "Escape" && dismiss(toast));
  if (panel) body.append(panelOf(toast, panel, about));
  else if (level !== "error") fadeUnlessWatched(toast, SHOWN_FOR);
  return toast;
}

/**
 * What is loaded into it is not read out: that there is news has been said, and the buttons are found there. It is
 * fetched again when there is news of it, or of what it is about.
 */
function panelOf(toast, path, about) {
  const { pathname, search } = new URL(path, location.href);
  const panel = document.createElement("live-fragment");
  const attributes = { src: pathname + search, topic: `${path} ${about}`, lazy: "", "aria-live": "off" };
  for (const [name, value] of Object.entries(attributes)) panel.setAttribute(name, value);
  toast.dataset.panel = path;
  const observer = new MutationObserver(() => {
    if (!panel.querySelector("[data-final]")) return;
    observer.disconnect();
    fadeUnlessWatched(toast, SHOWN_FOR);
  });
  observer.observe(panel, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-final"] });
  return panel;
}

function dismiss(toast) {
  const held = toast.contains(document.activeElement);
  const next = toast.nextElementSibling ?? toast.previousElementSibling;
  toast.remove();
  if (held) (next?.querySelector("button") ?? document.getElementById("content"))?.focus();
}

/** Goes by itself, but never from under a pointer or the focus. */
function fadeUnlessWatched(toast, after) {
  let timer;
  const start = () => (timer = setTimeout(() => dismiss(toast), after));
  const stop = () => clearTimeout(timer);
  for (const type of ["mouseenter", "focusin"]) toast.addEventListener(type, stop);
  for (const type of ["mouseleave", "focusout"]) toast.addEventListener(type, start);
  if (!toast.matches(":hover, :focus-within")) start();
}
