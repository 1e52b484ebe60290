import assert from "node:assert/strict";
import { test } from "node:test";

import { Arrivals } from "../../static/js/lib/arrivals.js";

class Storage {
  kept = new Map();
  getItem(key) {
    return this.kept.get(key) ?? null;
  }
  setItem(key, value) {
    this.kept.set(key, String(value));
  }
}

class Forbidden {
  getItem() {
    throw new Error("no");
  }
  setItem() {
    throw new Error("no");
  }
}

test("a new tab takes what its first page was rendered with for known", () => {
  const arrivals = new Arrivals("7", 5, new Storage());
  assert.equal(arrivals.isNew(5), false);
  assert.equal(arrivals.isNext(6), true);
});

test("what came between two pages is new to the second", () => {
  const storage = new Storage();
  new Arrivals("7", 5, storage).knows(6);
  const arrivals = new Arrivals("7", 8, storage);
  assert.equal(arrivals.last, 6);
  assert.deepEqual([6, 7, 8].filter((number) => arrivals.isNew(number)), [7, 8]);
});

test("a gap is no next number, and is new", () => {
  const arrivals = new Arrivals("7", 5, new Storage());
  assert.deepEqual([arrivals.isNext(7), arrivals.isNew(7)], [false, true]);
});

test("nothing is known less later", () => {
  const arrivals = new Arrivals("7", 5, new Storage());
  arrivals.knows(9);
  arrivals.knows(6);
  assert.equal(arrivals.last, 9);
});

test("a page from the browser's cache makes nothing new again", () => {
  const storage = new Storage();
  new Arrivals("7", 5, storage).knows(9);
  assert.equal(new Arrivals("7", 5, storage).isNew(9), false);
});

test("what is handed over is new to the next page, and to that alone", () => {
  const storage = new Storage();
  const left = new Arrivals("7", 0, storage);
  left.knows(2);
  left.handOver([{ about: "/b/", number: 2 }, { about: "/a/", number: 1 }]);
  assert.equal(left.isNew(2), false);
  const next = new Arrivals("7", 2, storage);
  assert.deepEqual([next.isNew(1), next.isNew(2)], [true, true]);
});

test("a page that is there again knows what the pages since then know", () => {
  const storage = new Storage();
  const left = new Arrivals("7", 5, storage);
  new Arrivals("7", 9, storage).knows(9);
  left.takeOver();
  assert.equal(left.last, 9);
  new Arrivals("7", 9, storage).handOver([{ about: "/a/", number: 9 }]);
  left.takeOver();
  assert.equal(new Arrivals("7", 9, storage).last, 9);
});

test("who signs in next in the same tab begins with their own", () => {
  const storage = new Storage();
  new Arrivals("7", 50, storage);
  assert.equal(new Arrivals("8", 2, storage).last, 2);
});

test("what is stored and makes no sense does not count", () => {
  const storage = new Storage();
  storage.setItem("notifications of 7", "many");
  assert.equal(new Arrivals("7", 3, storage).last, 3);
});

test("without storage each page begins with what it was rendered with", () => {
  const arrivals = new Arrivals("7", 5, new Forbidden());
  arrivals.knows(6);
  assert.equal(arrivals.last, 6);
});

test("the next page knows which announcements were told before they had a number", () => {
  const storage = new Storage();
  new Arrivals("7", 5, storage).announced("/broadcasts/1/");
  const next = new Arrivals("7", 5, storage);
  assert.deepEqual([next.isAnnounced("/broadcasts/1/"), next.isAnnounced("/broadcasts/2/")], [true, false]);
  assert.equal(new Arrivals("8", 5, storage).isAnnounced("/broadcasts/1/"), false);
});

test("an announcement that is handed over is told by the next page, and not again by this one", () => {
  const storage = new Storage();
  const left = new Arrivals("7", 5, storage);
  for (const about of ["/broadcasts/1/", "/broadcasts/2/"]) left.announced(about);
  left.handOver([{ about: "/broadcasts/2/", number: undefined }]);
  const next = new Arrivals("7", 5, storage);
  assert.deepEqual([next.isAnnounced("/broadcasts/1/"), next.isAnnounced("/broadcasts/2/")], [true, false]);
  assert.equal(next.last, 5);
  assert.equal(left.isAnnounced("/broadcasts/2/"), true);
});

test("a page that is there again knows of the announcements told since then", () => {
  const storage = new Storage();
  const left = new Arrivals("7", 5, storage);
  new Arrivals("7", 5, storage).announced("/broadcasts/1/");
  left.takeOver();
  assert.equal(left.isAnnounced("/broadcasts/1/"), true);
});

test("only the latest announcements are kept", () => {
  const storage = new Storage();
  const arrivals = new Arrivals("7", 5, storage);
  for (let number = 1; number <= 60; number += 1) arrivals.announced(`/broadcasts/${number}/`);
  const next = new Arrivals("7", 5, storage);
  assert.deepEqual([next.isAnnounced("/broadcasts/1/"), next.isAnnounced("/broadcasts/60/")], [false, true]);
});

test("without storage a page still tells an announcement once", () => {
  const arrivals = new Arrivals("7", 5, new Forbidden());
  arrivals.announced("/broadcasts/1/");
  assert.equal(arrivals.isAnnounced("/broadcasts/1/"), true);
});
