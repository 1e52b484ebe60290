/**
 * Where nobody is signed in any more nothing private stays on the screen, also of a page that nobody looks at just now:
 * it is emptied, and the log-in page takes its place, which says why. First the server is asked once more: when the
 * password is changed in one window, the others have another session a moment later.
 */
import { isSignedIn, logInAddress } from "../lib/signed-in.js";
import { socket } from "../live.js";

let isAsking = false;

async function check() {
  if (isAsking) return;
  isAsking = true;
  if (!(await isSignedIn())) {
    document.body.replaceChildren();
    location.replace(logInAddress(location.href));
    return;
  }
  isAsking = false;
  if (socket.isRefused) socket.returnRefused();
}

socket.addEventListener("refused", check);
document.addEventListener("signed-out", check);
