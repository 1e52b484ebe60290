/** What was typed or pasted, as tags: the same rules as `notes/tagging.py`. */

/** The tags in a text: apart by commas or lines. */
export function split(text) {
  return text
    .split(/[,\r\n]+/)
    .map((tag) => tag.normalize("NFC").replace(/\s+/g, " ").trim().replace(/^[# ]+/, ""))
    .filter(Boolean);
}
