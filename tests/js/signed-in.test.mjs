import assert from "node:assert/strict";
import { test } from "node:test";

import { isSignedIn, logInAddress } from "../../static/js/lib/signed-in.js";

test("the log-in page leads back to where one was, and says why one is there", () => {
  const address = new URL(logInAddress("https://site/notes/7/?q=a&b#place"), "https://site/");
  assert.equal(address.pathname, "/accounts/login/");
  assert.equal(address.searchParams.get("next"), "/notes/7/?q=a&b");
  assert.equal(address.searchParams.has("ended"), true);
});

test("whom the log-in page leads on is signed in, and nobody else", async () => {
  assert.equal(await isSignedIn(async () => ({ type: "opaqueredirect" })), true);
  assert.equal(await isSignedIn(async () => ({ type: "basic" })), false);
});

test("when the server does not answer, nobody is", async () => {
  const away = async () => {
    throw new TypeError("Failed to fetch");
  };
  assert.equal(await isSignedIn(away), false);
});
