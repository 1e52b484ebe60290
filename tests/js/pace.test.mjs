import assert from "node:assert/strict";
import { test } from "node:test";

import { Pace } from "../../static/js/lib/pace.js";

const pace = () => new Pace(() => 0.5);
const after = (times, step) => {
  const one = pace();
  for (let time = 0; time < times; time += 1) step(one);
  return one;
};

test("without the socket it asks every two seconds, with it every twenty", () => {
  assert.equal(pace().delay(false), 2000);
  assert.equal(pace().delay(true), 20_000);
});

test("it slows down while nothing changes, but not at once", () => {
  assert.equal(after(1, (one) => one.unchanged()).delay(false), 2000);
  assert.equal(after(4, (one) => one.unchanged()).delay(false), 8000);
});

test("it slows down faster when the server does not answer, up to a limit", () => {
  assert.equal(after(2, (one) => one.failed()).delay(false), 8000);
  assert.equal(after(99, (one) => one.failed()).delay(false), 30_000);
  assert.equal(after(99, (one) => one.failed()).delay(true), 120_000);
});

test("news make it quick again", () => {
  const one = after(99, (slow) => slow.failed());
  one.changed();
  assert.equal(one.delay(false), 2000);
});

test("no two ask at the same moment", () => {
  assert.equal(new Pace(() => 0).delay(false), 1600);
  assert.equal(new Pace(() => 1).delay(false), 2400);
});
