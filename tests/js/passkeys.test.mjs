import assert from "node:assert/strict";
import { test } from "node:test";

import { forLogIn, wordsFor } from "../../static/js/lib/passkeys.js";

const OPTIONS = { publicKey: { challenge: "x", authenticatorSelection: { userVerification: "preferred" } } };

test("a passkey for logging in alone is kept by the device, which asks who uses it", () => {
  assert.deepEqual(forLogIn(OPTIONS, true).publicKey.authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
});

test("one that follows a password needs neither", () => {
  assert.deepEqual(forLogIn(OPTIONS, false).publicKey.authenticatorSelection, {
    residentKey: "discouraged",
    requireResidentKey: false,
    userVerification: "preferred",
  });
});

test("what was asked stays as it was", () => {
  forLogIn(OPTIONS, true);
  assert.deepEqual(OPTIONS.publicKey.authenticatorSelection, { userVerification: "preferred" });
  assert.equal(forLogIn(OPTIONS, true).publicKey.challenge, "x");
});

test("what a browser says is said in words", () => {
  assert.match(wordsFor({ name: "NotAllowedError" }), /No passkey was used/);
  assert.match(wordsFor({ name: "InvalidStateError" }), /already/);
  assert.match(wordsFor(new Error("503")), /did not work/);
});
