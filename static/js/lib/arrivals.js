/**
 * Up to which number this tab knows of its user's notifications. It is kept from page to page, so that what comes
 * between two of them is still new to the second.
 */
export class Arrivals {
  #key;
  #storage;
  #last;

  /** A tab that is new knows of what its first page was `rendered` with. `storage` may be one that throws. */
  constructor(user, rendered, storage) {
    this.#key = `notifications of ${user}`;
    this.#storage = storage;
    this.#last = this.#stored() ?? rendered;
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

  /** Hands those from `number` on over to the next page, as if this one had not known of them. */
  handOver(number) {
    this.#keep(number - 1);
  }

  /** The page is there again, after others: it knows what they know. */
  takeOver() {
    this.knows(this.#stored() ?? 0);
    this.#keep(this.#last);
  }

  #stored() {
    try {
      const kept = this.#storage.getItem(this.#key);
      return /^\d+$/.test(kept) ? Number(kept) : null;
    } catch {
      return null;
    }
  }

  #keep(number) {
    try {
      this.#storage.setItem(this.#key, number);
    } catch {
      // Storage may be forbidden; then each page begins anew.
    }
  }
}
