/**
 * What became of sending a form, by the answer: "saved", "refused" (the form comes back with what is wrong),
 * "outdated" (with what somebody else saved), "signed-out", "token" (it is another session, or its token is old),
 * "gone", "away" (try again later) or "failed".
 */
export function outcomeOf({ status, type }) {
  if (type === "opaqueredirect" || status === 401) return "signed-out";
  if (status >= 200 && status < 300) return "saved";
  if (status === 409) return "outdated";
  if (status === 422) return "refused";
  if (status === 403) return "token";
  if (status === 404 || status === 410) return "gone";
  if (status === 408 || status === 429 || status >= 500) return "away";
  return "failed";
}

export const WORDS = {
  away: "Not saved yet: the server cannot be reached. Your text stays here, and is saved as soon as it is back.",
  "signed-out": "Not saved yet: you are not logged in any more. Your text stays here. Log in, then save once more.",
  other: "Not saved: somebody else is logged in in this browser now. Your text stays here until you close this page.",
  gone: "Not saved: this note was deleted meanwhile. Your text stays here.",
  failed: "Not saved: the server did not take it. Your text stays here.",
};
