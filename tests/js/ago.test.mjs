import assert from "node:assert/strict";
import { test } from "node:test";

import { ago } from "../../static/js/lib/ago.js";

const told = (seconds) => ago(seconds).replace("\u00a0", " ");

test("the words are those that the server wrote, some time later", () => {
  assert.equal(told(0.4), "now");
  assert.equal(told(1), "a second ago");
  assert.equal(told(59.9), "59 seconds ago");
  assert.equal(told(60), "a minute ago");
  assert.equal(told(3599), "59 minutes ago");
  assert.equal(told(3600), "an hour ago");
  assert.equal(told(23.9 * 3600), "23 hours ago");
});

test("what is older or still to come keeps the words it has", () => {
  assert.equal(ago(24 * 3600), "");
  assert.equal(ago(-1), "");
});
