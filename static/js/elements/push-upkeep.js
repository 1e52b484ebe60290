/**
 * What every page does for browser push: it says that this browser is there, and closes what the service worker
 * shows of notifications that were read, which then needs no push. Where nobody is signed in any more it closes all.
 */
import { coalesce } from "../lib/coalesce.js";
import { socket } from "../live.js";
import { closeAll, isOffered, notifications, renew } from "../push.js";

const NEWS = "/notifications/news/";
const REST = 500;
const isSignedIn = "socket" in document.body.dataset;

const closeRead = coalesce(
  async () => {
    const shown = await notifications();
    if (!shown.length) return;
    try {
      const asked = new URLSearchParams(shown.map(({ tag }) => ["tag", tag]));
      const response = await fetch(`${NEWS}?${asked}`, { redirect: "error", cache: "no-store" });
      const { news } = await response.json();
      for (const one of shown) if (!news.includes(one.tag)) one.close();
    } catch {
      // The server could not be asked; a push takes them back.
    }
  },
  () => REST,
);

if (!isSignedIn) closeAll();
if (isSignedIn && isOffered) {
  renew().catch(() => {}); // the next page tries again
  socket.addEventListener("open", closeRead);
  socket.addEventListener("frame", ({ detail: { topic } }) => topic === "notifications" && closeRead());
}
