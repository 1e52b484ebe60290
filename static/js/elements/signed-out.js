/**
 * Where nobody is signed in any more nothing private stays on the screen, also of a page that nobody looks at just now:
 * it is emptied, and the log-in page takes its place, which says why. First the server is asked, twice: when the
 * password is changed in one window, all of that browser have another session as soon as the answer is there, and may
 * hear of the old one's end before. The window itself that waits for this answer must not drop it: a page that is about
 * to be left is given time for that.
 */
import { isSignedIn, logInAddress } from "../lib/signed-in.js";
import { socket } from "../live.js";

const ANSWER_TAKES = 400; // milliseconds, at most, as a rule
const LEAVING_TAKES = 5000;

let isAsking = false;
let leftAt = -Infinity;

async function check() {
  if (isAsking) return;
  isAsking = true;
  if (await isOver()) {
    document.body.replaceChildren();
    location.replace(logInAddress(location.href));
    return;
  }
  isAsking = false;
  if (socket.isRefused) socket.returnRefused();
}

async function isOver() {
  if (await isSignedIn()) return false;
  do {
    if (await isSignedInAfter(ANSWER_TAKES)) return false;
  } while (performance.now() - leftAt < LEAVING_TAKES);
  return true;
}

async function isSignedInAfter(milliseconds) {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return isSignedIn();
}

window.addEventListener("beforeunload", () => (leftAt = performance.now()));
socket.addEventListener("refused", check);
document.addEventListener("signed-out", check);
