/**
 * Shows a notification that arrives while somebody looks at a page; it stays in the inbox in any case. None is missed
 * and none is shown twice: one that follows on the last that is known is shown at once, and when some lie between, or
 * the bell knows of more, such as after a change of the page or a dead line, the server is asked what is still news.
 * One that nobody can have read yet when the page is left goes along to the next.
 */
import { socket } from "../live.js";
import { Arrivals } from "../lib/arrivals.js";
import { coalesce } from "../lib/coalesce.js";
import { retryDelay } from "../lib/retry.js";
import { giveNumber, hardlyShown, hide, show, shownNumbers, withdraw } from "./toast.js";

const PATIENCE = 15_000;
const bell = document.getElementById("bell");
const head = () => Number(bell.querySelector("[data-head]")?.dataset.head ?? 0);
let failures = 0;

if (bell) {
  const arrivals = new Arrivals(bell.dataset.user, head(), window.sessionStorage);
  const request = coalesce(() => catchUp(arrivals, request));
  const requestIfBehind = () => !document.hidden && arrivals.isNew(head()) && request();
  const requestIfAnyIsShown = () => !document.hidden && shownNumbers().length && request(); // it may have been read
  const requestIfNeeded = () => requestIfBehind() || requestIfAnyIsShown();

  socket.addEventListener("frame", ({ detail: { topic, toast, gone = [] } }) => {
    if (topic !== "notifications") return;
    withdraw(gone);
    if (document.hidden) return;
    if (!toast) requestIfAnyIsShown();
    else if (toast.number === undefined) announce(toast, arrivals);
    else if (arrivals.isNext(toast.number)) present([toast], arrivals);
    else if (arrivals.isNew(toast.number)) request();
  });
  document.addEventListener("visibilitychange", requestIfNeeded);
  new MutationObserver(requestIfNeeded).observe(bell, {
    subtree: true,
    childList: true,
    attributeFilter: ["data-head", "data-version"],
  });
  window.addEventListener("pagehide", () => arrivals.handOver(hardlyShown()));
  window.addEventListener("pageshow", ({ persisted }) => persisted && arrivals.takeOver());
  requestIfBehind();
}

async function catchUp(arrivals, again) {
  const shown = shownNumbers();
  try {
    const response = await fetch(`${bell.dataset.toasts}?${new URLSearchParams({ after: arrivals.last, shown })}`, {
      mode: "same-origin",
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.type === "opaqueredirect") return; // signed out
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const { head, toasts, unread } = await response.json();
    failures = 0;
    hide(shown.filter((number) => !unread.includes(number)));
    present(toasts, arrivals);
    arrivals.knows(head);
  } catch {
    failures += 1;
    setTimeout(again, retryDelay(failures));
  }
}

function present(toasts, arrivals) {
  for (const toast of toasts) {
    if (arrivals.isAnnounced(toast.about)) giveNumber(toast);
    else if (arrivals.isNew(toast.number)) show(toast);
    arrivals.knows(toast.number);
  }
}

/**
 * An announcement is told to everybody alike: it gets a number only in the inbox, and comes again with that. Until
 * then it is known by what it is `about`.
 */
function announce(toast, arrivals) {
  if (arrivals.isAnnounced(toast.about)) return;
  arrivals.announced(toast.about);
  show(toast);
}
