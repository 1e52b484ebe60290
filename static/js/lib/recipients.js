/** What was typed or pasted, as recipients: the same rules as `mail/recipients.py`. */

const BETWEEN = /[,;\r\n]+/;
const QUOTED_NAME = /"[^"\r\n]*"\s*(?=<)/g; // may hold a comma: "Hopper, Grace" <grace@example.org>
const NAMED = /<([^<>\s]+@[^<>\s]+)>/g;

/** The recipients in a text: apart by commas, semicolons, lines or spaces, or as `Grace <grace@example.org>`. */
export function split(text) {
  return text.replace(QUOTED_NAME, "").split(BETWEEN).flatMap((part) => {
    const named = [...part.matchAll(NAMED)].map((found) => found[1]);
    return named.length ? named : part.split(/\s+/).filter(Boolean);
  });
}

/** An ordered set of recipients in which case makes no difference. */
export class Recipients {
  #words = new Map();

  get words() {
    return [...this.#words.values()];
  }

  get size() {
    return this.#words.size;
  }

  has(word) {
    return this.#words.has(word.toLowerCase());
  }

  /** Adds those that are not there yet, and gives them back. */
  add(words) {
    const added = words.filter((word) => {
      if (this.has(word)) return false;
      this.#words.set(word.toLowerCase(), word);
      return true;
    });
    return added;
  }

  remove(word) {
    return this.#words.delete(word.toLowerCase());
  }

  toString() {
    return this.words.join(", ");
  }
}
