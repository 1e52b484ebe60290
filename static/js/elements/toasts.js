/**
 * Shows a notification that arrives while the page is open; it stays in the inbox in any case. One with a panel, such
 * as buttons, stays until that is final, or another one with the same panel comes.
 */
import { socket } from "../live.js";

const SHOWN_FOR = 10_000;
const MOST = 4;
const region = document.getElementById("toasts");
const seen = new Set();

socket.addEventListener("frame", ({ detail: { toast } }) => {
  if (!toast || seen.has(toast.number)) return;
  seen.add(toast.number);
  if (toast.panel) region.querySelector(`[data-panel="${CSS.escape(toast.panel)}"]`)?.remove();
  region.append(build(toast));
  while (region.children.length > MOST) region.firstElementChild.remove();
});

function build({ title, level, url, panel, about }) {
  const toast = document.createElement("div");
  toast.className = `toast toast--${level}`;
  const body = document.createElement("div");
  body.className = "toast__body";
  const link = document.createElement("a");
  link.className = "toast__title";
  link.href = new URL(url, location.href).pathname;
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
  else if (level !== "error") fadeUnlessWatched(toast);
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
    fadeUnlessWatched(toast);
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
function fadeUnlessWatched(toast) {
  let timer;
  const start = () => (timer = setTimeout(() => dismiss(toast), SHOWN_FOR));
  const stop = () => clearTimeout(timer);
  for (const type of ["mouseenter", "focusin"]) toast.addEventListener(type, stop);
  for (const type of ["mouseleave", "focusout"]) toast.addEventListener(type, start);
  start();
}
