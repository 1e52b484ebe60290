/** The page's one WebSocket; never open on pages of people who are not signed in. */
import { PushSocket, socketUrl } from "./lib/socket.js";

const path = document.body.dataset.socket;

export const socket = new PushSocket(path ? socketUrl(path, location.href) : "");

if (path) {
  socket.connect();
  window.addEventListener("online", () => socket.wake());
  document.addEventListener("visibilitychange", () => document.hidden || socket.wake());
  document.addEventListener("resume", () => socket.wake());
  window.addEventListener("pagehide", () => socket.disconnect());
  window.addEventListener("pageshow", ({ persisted }) => persisted && socket.connect());
}
