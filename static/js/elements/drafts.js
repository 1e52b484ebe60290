/**
 * Who logs out, by a form with `data-forgets-drafts`, leaves nothing behind of what they typed: it is forgotten once a
 * page comes on which nobody is logged in. Who is logged out by the server finds it when they are back.
 */
import { forgetAll } from "../lib/drafts.js";

const LEAVING = "drafts:leaving";
const isSignedIn = "socket" in document.body.dataset;

try {
  if (localStorage.getItem(LEAVING) && !isSignedIn) forgetAll(localStorage);
  localStorage.removeItem(LEAVING);
} catch {
  // Where nothing can be kept there is nothing to forget.
}

document.addEventListener("submit", ({ target }) => {
  if (!target.hasAttribute("data-forgets-drafts")) return;
  try {
    localStorage.setItem(LEAVING, "1");
  } catch {
    // As above.
  }
});
