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
    const known = Number(this.#stored());
    this.#last = Number.isInteger(known) && known > 0 ? known : rendered;
    this.#keep();
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
    this.#keep();
  }

  #stored() {
    try {
      return this.#storage.getItem(this.#key);
    } catch {
      return null;
    }
  }

  #keep() {
    try {
      this.#storage.setItem(this.#key, this.#last);
    } catch {
      // Storage may be forbidden; then each page begins anew.
    }
  }
}
