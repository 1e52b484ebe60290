import assert from "node:assert/strict";
import { test } from "node:test";

import { split } from "../../static/js/lib/recipients.js";

test("recipients are apart by commas, semicolons, lines and spaces", () => {
  assert.deepEqual(split("a@b.org, c@d.org;e@f.org\r\ng h"), ["a@b.org", "c@d.org", "e@f.org", "g", "h"]);
});

test("of names with addresses only the addresses are taken, also where a quoted name holds a comma", () => {
  const pasted = 'Grace Hopper <grace@example.org>, "Lovelace, Ada" <ada@example.org>; "A; B"<c@example.org>';
  assert.deepEqual(split(pasted), ["grace@example.org", "ada@example.org", "c@example.org"]);
});
