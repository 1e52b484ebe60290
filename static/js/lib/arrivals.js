const MOST_ANNOUNCED = 50;

/**
 * Up to which number this tab knows of its user's notifications, and of which announcements it knows that may not
 * have a number yet, by what they are about. It is kept from page to page, so that what comes
 * between two of them is still new to the second.
 */
export class Arrivals {
  #key;
  #storage;
  #announcedKey;
  #last;
  #announced;

  /** A tab that is new knows of what its first page was `rendered` with. `storage` may be one that throws. */
  constructor(user, rendered, storage) {
    this.#key = `notifications of ${user}`;
    this.#storage = storage;
    this.#announcedKey = `announcements to ${user}`;
    this.#last = this.#stored() ?? rendered;
    this.#announced = this.#storedAnnounced();
    this.#keep(this.#last);
  }

  get last() {
    return this.#last;
  }

  isNew(number) {
    return number > this.#last;
  }

  /** Whether nothing can have been missed before it. */
  isNext(number) {
    return number === this.#last + 1;
  }

  knows(number) {
    if (number <= this.#last) return;
    this.#last = number;
    this.#keep(number);
  }

  isAnnounced(about) {
    return this.#announced.includes(about);
  }

  announced(about) {
    this.#announced = [...this.#announced, about].slice(-MOST_ANNOUNCED);
    this.#keepAnnounced(this.#announced);
  }

  /** Hands these, and those with higher numbers, over to the next page, as if this one had not known of them. */
  handOver(notifications) {
    const abouts = notifications.map(({ about }) => about);
    const numbers = notifications.map(({ number }) => number).filter((number) => number !== undefined);
    if (numbers.length) this.#keep(Math.min(...numbers) - 1);
    if (abouts.length) this.#keepAnnounced(this.#announced.filter((about) => !abouts.includes(about)));
  }

  /** The page is there again, after others: it knows what they know. */
  takeOver() {
    this.knows(this.#stored() ?? 0);
    this.#keep(this.#last);
    this.#announced = [...new Set([...this.#announced, ...this.#storedAnnounced()])].slice(-MOST_ANNOUNCED);
    this.#keepAnnounced(this.#announced);
  }

  #stored() {
    const kept = this.#read(this.#key);
    return /^\d+$/.test(kept) ? Number(kept) : null;
  }

  #keep(number) {
    this.#write(this.#key, number);
  }

  #storedAnnounced() {
    return (this.#read(this.#announcedKey) ?? "").split("\n").filter(Boolean);
  }

  #keepAnnounced(abouts) {
    this.#write(this.#announcedKey, abouts.join("\n"));
  }

  #read(key) {
    try {
      return this.#storage.getItem(key);
    } catch {
      return null;
    }
  }

  #write(key, value) {
    try {
      this.#storage.setItem(key, value);
    } catch {
      // Storage may be forbidden; then each page begins anew.
    }
  }
}
