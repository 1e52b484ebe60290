/** Marks of Markdown around what is chosen in a text. */

const AROUND = { b: "**", i: "*" };
const ADDRESS = /^(https?:\/\/|mailto:)\S+$/;

/**
 * What the key `b` (bold), `i` (italic) or `k` (link) makes of the text chosen from `start` to `end`:
 * `{ from, to, insert, start, end }`, what is to be put in place of which part, and what is chosen then.
 */
export function marked(text, start, end, key) {
  return key === "k" ? linked(text, start, end) : wrapped(text, start, end, AROUND[key]);
}

/** With the mark, or without if it is there already; blanks at the ends stay outside, where marks mean nothing. */
function wrapped(text, start, end, mark) {
  const chosen = text.slice(start, end);
  if (chosen.trim()) {
    start += chosen.length - chosen.trimStart().length;
    end -= chosen.length - chosen.trimEnd().length;
  }
  const words = text.slice(start, end);
  const [from, to] = [start - mark.length, end + mark.length];
  if (hasMark(text, from, start, mark) && hasMark(text, end, to, mark) && isAlone(text, from, to, mark)) {
    return { from, to, insert: words, start: from, end: from + words.length };
  }
  const at = start + mark.length;
  return { from: start, to: end, insert: mark + words + mark, start: at, end: at + words.length };
}

const hasMark = (text, from, to, mark) => from >= 0 && text.slice(from, to) === mark;

/** Whether the mark is not a part of a longer one, as * is of **. */
function isAlone(text, from, to, mark) {
  if (mark !== "*") return true;
  const [before, after] = [countStars(text.slice(0, from + 1), -1), countStars(text.slice(to - 1), 1)];
  return before !== 2 && after !== 2;
}

function countStars(text, direction) {
  const stars = direction > 0 ? /^\**/ : /\**$/;
  return text.match(stars)[0].length;
}

/** Words become those of a link whose address is chosen to be typed, an address becomes that of one. */
function linked(text, start, end) {
  const chosen = text.slice(start, end);
  if (ADDRESS.test(chosen.trim())) {
    const insert = `[](${chosen.trim()})`;
    return { from: start, to: end, insert, start: start + 1, end: start + 1 };
  }
  const at = start + chosen.length + 3;
  return { from: start, to: end, insert: `[${chosen}](https://)`, start: at, end: at + "https://".length };
}
