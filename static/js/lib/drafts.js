const PREFIX = "draft:";
const EPOCH = "drafts:epoch";
const OLDEST = 30 * 24 * 60 * 60 * 1000;
const MOST = 20;

/**
 * What somebody typed and did not save yet, kept in this browser, each under the id of the form it was typed into.
 * A draft is `{ id, about, at, ... }`: `about` says of what, such as the key of a note.
 *
 * Whoever uses the browser finds their own drafts alone: those of others go as soon as somebody else is there.
 * `storage` may be one that throws. There are at most 20 drafts, of the last 30 days.
 */
export class Drafts {
  #user;
  #storage;
  #now;
  #epoch;

  /** Forgets what is old, and what is others'. */
  constructor(user, storage, now = Date.now) {
    this.#user = user;
    this.#storage = storage;
    this.#now = now;
    this.#tidy();
    this.resume();
  }

  /** Go on keeping drafts: after everything was forgotten, none is kept until somebody is known to be here again. */
  resume() {
    this.#epoch = epochOf(this.#storage);
  }

  /** Gives whether it is kept now. */
  keep(id, about, content) {
    try {
      if (epochOf(this.#storage) !== this.#epoch) return false;
      this.#write(this.#nameOf(id), JSON.stringify({ id, about, at: this.#now(), ...content }));
      return true;
    } catch {
      return false;
    }
  }

  forget(id) {
    remove(this.#storage, this.#nameOf(id));
  }

  /** The newest about this, other than that of the form itself. */
  newest(about, exceptId) {
    return this.#all().find((draft) => draft.about === about && draft.id !== exceptId);
  }

  #nameOf(id) {
    return `${PREFIX}${this.#user}:${id}`;
  }

  /** The newest first. */
  #all() {
    const drafts = namesIn(this.#storage)
      .filter((name) => name.startsWith(this.#nameOf("")))
      .map((name) => parse(this.#storage.getItem(name)))
      .filter((draft) => draft !== null);
    return drafts.sort((one, other) => other.at - one.at);
  }

  #write(name, text) {
    for (const { id } of this.#all().filter((draft) => this.#nameOf(draft.id) !== name).slice(MOST - 1)) this.forget(id);
    try {
      this.#storage.setItem(name, text);
    } catch (full) {
      const oldest = this.#all().filter((draft) => this.#nameOf(draft.id) !== name).at(-1);
      if (!oldest) throw full;
      this.forget(oldest.id);
      this.#storage.setItem(name, text);
    }
  }

  #tidy() {
    const others = namesIn(this.#storage).filter((name) => !name.startsWith(this.#nameOf("")));
    if (others.length) forgetAll(this.#storage, others);
    for (const { id, at } of this.#all()) if (this.#now() - at > OLDEST) this.forget(id);
  }
}

/** Forget what was typed, whoever it was; pages that are open in other tabs keep nothing from now on, either. */
export function forgetAll(storage, names = namesIn(storage)) {
  for (const name of names) remove(storage, name);
  try {
    storage.setItem(EPOCH, crypto.getRandomValues(new Uint32Array(2)).join(""));
  } catch {
    // Then nothing was kept, either.
  }
}

function namesIn(storage) {
  try {
    return Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((name) =>
      name.startsWith(PREFIX),
    );
  } catch {
    return [];
  }
}

function epochOf(storage) {
  try {
    return storage.getItem(EPOCH);
  } catch {
    return null;
  }
}

function remove(storage, name) {
  try {
    storage.removeItem(name);
  } catch {
    // It was not kept.
  }
}

function parse(text) {
  try {
    const draft = JSON.parse(text);
    return typeof draft?.at === "number" ? draft : null;
  } catch {
    return null;
  }
}
