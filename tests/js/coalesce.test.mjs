import assert from "node:assert/strict";
import { test } from "node:test";

import { coalesce } from "../../static/js/lib/coalesce.js";

/** A task whose calls the test ends one by one. */
function heldTask() {
  const ends = [];
  const task = () => new Promise((resolve) => ends.push(resolve));
  return { task, ends };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

test("one call is under way and one waits, however many are asked for", async () => {
  const { task, ends } = heldTask();
  const request = coalesce(task);
  for (let time = 0; time < 10; time += 1) request();
  await soon();
  assert.equal(ends.length, 1);
  ends[0]();
  await soon();
  assert.equal(ends.length, 2);
  ends[1]();
  await soon();
  assert.equal(ends.length, 2);
});

test("what is asked for after the end begins anew", async () => {
  const { task, ends } = heldTask();
  const request = coalesce(task);
  request();
  ends[0]();
  await soon();
  request();
  assert.equal(ends.length, 2);
});

test("what is asked for while it rests comes after the rest", async () => {
  const { task, ends } = heldTask();
  const request = coalesce(task, () => 300);
  request();
  const began = performance.now();
  ends[0]();
  await soon();
  request();
  while (ends.length < 2) await soon();
  assert.ok(performance.now() - began > 290);
});

test("a task that fails does not block those after it", async () => {
  let calls = 0;
  const request = coalesce(async () => {
    calls += 1;
    throw new Error("no");
  });
  await assert.rejects(request());
  await assert.rejects(request());
  assert.equal(calls, 2);
});
