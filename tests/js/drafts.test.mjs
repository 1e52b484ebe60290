import assert from "node:assert/strict";
import { test } from "node:test";

import { Drafts, forgetAll } from "../../static/js/lib/drafts.js";

const DAY = 24 * 60 * 60 * 1000;

/** As browsers have it, with room for so many characters. */
class Storage {
  #kept = new Map();

  constructor(room = Infinity) {
    this.room = room;
  }

  get length() {
    return this.#kept.size;
  }

  key(index) {
    return [...this.#kept.keys()][index];
  }

  getItem(name) {
    return this.#kept.get(name) ?? null;
  }

  setItem(name, text) {
    const others = [...this.#kept].filter(([other]) => other !== name);
    const taken = others.reduce((sum, [, value]) => sum + value.length, 0);
    if (taken + text.length > this.room) throw new DOMException("full", "QuotaExceededError");
    this.#kept.set(name, text);
  }

  removeItem(name) {
    this.#kept.delete(name);
  }
}

const forbidden = new Proxy({}, { get: () => assert.fail });

const typed = (title) => ({ fields: { title: [title] } });

test("what is kept is found by what it is about, the newest first, but not by its own form", () => {
  const storage = new Storage();
  let now = 1;
  const drafts = new Drafts("1", storage, () => (now += 1));
  drafts.keep("a", "7", typed("old"));
  drafts.keep("b", "7", typed("new"));
  drafts.keep("c", "8", typed("other"));
  assert.equal(drafts.newest("7", "c").fields.title[0], "new");
  assert.equal(drafts.newest("7", "b").fields.title[0], "old");
  assert.equal(drafts.newest("9", "c"), undefined);
  drafts.forget("b");
  assert.equal(drafts.newest("7", "c").fields.title[0], "old");
});

test("a page that comes later finds what one before it kept", () => {
  const storage = new Storage();
  new Drafts("1", storage).keep("a", "7", typed("x"));
  assert.equal(new Drafts("1", storage).newest("7", "b").id, "a");
});

test("somebody else finds nothing, and leaves nothing behind of whoever was there before", () => {
  const storage = new Storage();
  storage.setItem("theme", "dark");
  const first = new Drafts("1", storage);
  first.keep("a", "7", typed("secret"));
  const second = new Drafts("11", storage);
  assert.equal(second.newest("7", "b"), undefined);
  assert.equal(storage.getItem("draft:1:a"), null);
  assert.equal(first.keep("a", "7", typed("secret")), false);
  assert.equal(second.keep("b", "7", typed("mine")), true);
  assert.equal(storage.getItem("theme"), "dark");
});

test("after everything was forgotten an open page keeps nothing until it goes on", () => {
  const storage = new Storage();
  const drafts = new Drafts("1", storage);
  drafts.keep("a", "7", typed("x"));
  forgetAll(storage);
  assert.equal(drafts.keep("a", "7", typed("x")), false);
  assert.equal(new Drafts("1", storage).newest("7", "b"), undefined);
  drafts.resume();
  assert.equal(drafts.keep("a", "7", typed("x")), true);
});

test("they grow old, and there are not too many of them", () => {
  const storage = new Storage();
  let now = 0;
  const drafts = new Drafts("1", storage, () => now);
  drafts.keep("old", "0", typed("x"));
  now = 31 * DAY;
  assert.equal(new Drafts("1", storage, () => now).newest("0", ""), undefined);
  for (let number = 1; number <= 25; number += 1) {
    now += 1;
    drafts.keep(`${number}`, `${number}`, typed("x"));
  }
  assert.equal(drafts.newest("5", ""), undefined);
  assert.equal(drafts.newest("6", "").id, "6");
});

test("where there is no room the oldest makes it", () => {
  const storage = new Storage(200);
  let now = 0;
  const drafts = new Drafts("1", storage, () => (now += 1));
  assert.equal(drafts.keep("a", "1", typed("x".repeat(80))), true);
  assert.equal(drafts.keep("b", "2", typed("x".repeat(80))), true);
  assert.equal(drafts.newest("1", ""), undefined);
  assert.equal(drafts.keep("b", "2", typed("x".repeat(300))), false);
});

test("where nothing may be kept, or what is there is no draft, nothing breaks", () => {
  const drafts = new Drafts("1", forbidden);
  assert.equal(drafts.keep("a", "7", typed("x")), false);
  assert.equal(drafts.newest("7", "b"), undefined);
  drafts.forget("a");
  forgetAll(forbidden);
  const storage = new Storage();
  storage.setItem("draft:1:a", "{");
  storage.setItem("draft:1:b", "null");
  assert.equal(new Drafts("1", storage).newest("7", "c"), undefined);
});
