import assert from "node:assert/strict";
import { test } from "node:test";

import { outcomeOf, WORDS } from "../../static/js/lib/saving.js";

const OUTCOMES = {
  200: "saved",
  401: "signed-out",
  403: "token",
  404: "gone",
  409: "outdated",
  410: "gone",
  413: "failed",
  422: "refused",
  429: "away",
  500: "away",
  502: "away",
  503: "away",
};

for (const [status, outcome] of Object.entries(OUTCOMES)) {
  test(`${status} means ${outcome}`, () => assert.equal(outcomeOf({ status: Number(status) }), outcome));
}

test("to be sent to the page for logging in means to be signed out", () => {
  assert.equal(outcomeOf({ status: 0, type: "opaqueredirect" }), "signed-out");
});

test("whatever is not saved is said to stay", () => {
  for (const words of Object.values(WORDS)) assert.match(words, /^Not saved.*Your text stays here/);
});
