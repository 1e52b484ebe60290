/** Keeps `<time datetime="…" data-relative>5 minutes ago</time>` true while a page stays open. */
import { ago } from "../lib/ago.js";

const EVERY = 15_000;

function tell() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const words = ago((Date.now() - Date.parse(element.dateTime)) / 1000);
    if (words && words !== element.textContent) element.textContent = words;
  }
}

setInterval(tell, EVERY);
document.addEventListener("visibilitychange", tell);
