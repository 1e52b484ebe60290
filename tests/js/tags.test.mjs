import assert from "node:assert/strict";
import { test } from "node:test";

import { split } from "../../static/js/lib/tags.js";

test("tags are apart by commas and lines, and may hold spaces", () => {
  assert.deepEqual(split("home, new  garden\r\n#weekend,, ,\n"), ["home", "new garden", "weekend"]);
});

test("letters with accents are one character, however they were typed", () => {
  assert.deepEqual(split("cafe\u0301"), ["caf\u00e9"]);
});
