import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesOf, fieldsOf, isMadeWith, stateOf } from "../../static/js/lib/push-subscription.js";

const madeWith = (...bytes) => ({ options: { applicationServerKey: Uint8Array.from(bytes).buffer } });

test("keys are read from base64url", () => {
  assert.deepEqual([...bytesOf("-_8A")], [251, 255, 0]);
  assert.deepEqual([...bytesOf("BA")], [4]);
});

test("a subscription made with another key is told apart", () => {
  assert.ok(isMadeWith(madeWith(251, 255, 0), "-_8A"));
  assert.ok(!isMadeWith(madeWith(251, 255, 1), "-_8A"));
  assert.ok(!isMadeWith(madeWith(251, 255), "-_8A"));
});

test("where browsers do not say with which key, it is taken for ours", () => {
  assert.ok(isMadeWith({}, "-_8A"));
  assert.ok(isMadeWith({ options: { applicationServerKey: null } }, "-_8A"));
});

test("the server is told the address and the keys, and nothing else", () => {
  const json = { endpoint: "https://push.example/1", expirationTime: null, keys: { p256dh: "p", auth: "a" } };
  const fields = fieldsOf({ toJSON: () => json });
  assert.deepEqual(fields, { endpoint: "https://push.example/1", p256dh: "p", auth: "a" });
});

test("states", () => {
  const able = { isSupported: true, permission: "granted", isSubscribed: true };
  assert.equal(stateOf(able), "on");
  assert.equal(stateOf({ ...able, isSubscribed: false }), "off");
  assert.equal(stateOf({ ...able, permission: "default" }), "off");
  assert.equal(stateOf({ ...able, permission: "denied" }), "denied");
  assert.equal(stateOf({ ...able, isSupported: false }), "unsupported");
});
