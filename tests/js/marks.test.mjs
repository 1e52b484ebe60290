import assert from "node:assert/strict";
import { test } from "node:test";

import { marked } from "../../static/js/lib/marks.js";

/** The text with [ and ] around what is chosen, before and after. */
function press(key, picture) {
  const start = picture.indexOf("<");
  const end = picture.indexOf(">") - 1;
  const text = picture.replace(/[<>]/g, "");
  const change = marked(text, start, end, key);
  const after = text.slice(0, change.from) + change.insert + text.slice(change.to);
  return `${after.slice(0, change.start)}<${after.slice(change.start, change.end)}>${after.slice(change.end)}`;
}

test("words become bold or italic, and plain again", () => {
  assert.equal(press("b", "a <word> b"), "a **<word>** b");
  assert.equal(press("b", "a **<word>** b"), "a <word> b");
  assert.equal(press("i", "a <word> b"), "a *<word>* b");
  assert.equal(press("i", "a *<word>* b"), "a <word> b");
});

test("bold words become italic, too, and the other way round", () => {
  assert.equal(press("i", "**<word>**"), "***<word>***");
  assert.equal(press("i", "***<word>***"), "**<word>**");
  assert.equal(press("b", "***<word>***"), "*<word>*");
});

test("blanks at the ends stay outside", () => {
  assert.equal(press("b", "a< word >b"), "a **<word>** b");
});

test("where nothing is chosen what is typed next is marked", () => {
  assert.equal(press("b", "a <>"), "a **<>**");
  assert.equal(press("b", "a **<>**"), "a <>");
});

test("words become those of a link, and an address becomes that of one", () => {
  assert.equal(press("k", "see <the plan>."), "see [the plan](<https://>).");
  assert.equal(press("k", "<https://example.org/>"), "[<>](https://example.org/)");
  assert.equal(press("k", "<>"), "[](<https://>)");
});
