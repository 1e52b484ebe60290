import assert from "node:assert/strict";
import { test } from "node:test";

import { retryDelay } from "../../static/js/lib/retry.js";

const most = (failures) => retryDelay(failures, { base: 1000, cap: 10_000, random: () => 1 });

test("the limit doubles with each failure, up to the cap", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 50].map(most), [1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test("the delay is anywhere below the limit", () => {
  assert.equal(retryDelay(3, { base: 1000, random: () => 0 }), 0);
  assert.equal(retryDelay(3, { base: 1000, random: () => 0.5 }), 2000);
});
