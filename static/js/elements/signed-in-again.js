/**
 * The log-in page that took another one's place leads back there when somebody turns out to be signed in: they logged
 * in in another window, or the answer that brought this browser another session was late.
 */
import { isSignedIn } from "../lib/signed-in.js";

const LATE = [1000, 3000]; // milliseconds

async function check() {
  if (await isSignedIn()) location.reload();
}

if (document.querySelector("[data-ended]")) {
  for (const milliseconds of LATE) setTimeout(check, milliseconds);
  document.addEventListener("visibilitychange", () => document.hidden || check());
}
