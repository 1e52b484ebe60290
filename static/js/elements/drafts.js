/**
 * What somebody else typed in this browser is forgotten as soon as another person is logged in.
 * Who logs out, by a form with `data-forgets-drafts`, leaves nothing behind of what they typed: it is forgotten once a
 * page comes on which nobody is logged in. Who is logged out by the server finds it when they are back.
 */
import { Drafts, forgetAll } from "../lib/drafts.js";

const LEAVING = "drafts:leaving";
const user = document.getElementById("bell")?.dataset.user;

try {
  if (user) new Drafts(user, localStorage);
  else if (localStorage.getItem(LEAVING)) forgetAll(localStorage);
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
