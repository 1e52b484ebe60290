import { retryDelay } from "./retry.js";

const OPEN = 1; // WebSocket.OPEN
const SIGNED_OUT = 4401;
const MAY_HAVE_ENDED = 4408;
const QUIET = 30_000; // the server lets hear of itself every 25 s
const PATIENCE = 8000;
const ASLEEP = 10_000;
const SPREAD = 1000;
const SOON = 300;

/** The WebSocket address of `path`, for a page at `href`: wss when the page came by https. */
export function socketUrl(path, href) {
  return new URL(path, href).href.replace(/^http/, "ws");
}

/**
 * A WebSocket that comes back. Events: "open" when pushes arrive from now on, so that what was missed before can be
 * fetched; "closed" when they do not any more; "frame" for each push, with the frame as its `detail`; "beat" now and
 * then, with the versions there are of what some topics are about (`{ notifications: "12.3" }`); "refused" when the
 * server says that nobody is signed in here any more.
 */
export class PushSocket extends EventTarget {
  #url;
  #options;
  #socket = null;
  #failures = 0;
  #retryTimer;
  #quietTimer;
  #openTimer;
  #waitingSince = 0;
  #watched = new Set();
  isOpen = false;
  isRefused = false;

  constructor(url, options = {}) {
    super();
    this.#url = url;
    this.#options = { WebSocket: globalThis.WebSocket, random: Math.random, ...options };
  }

  /** Connect now, unless there is a connection or the server said not to come back. */
  connect() {
    clearTimeout(this.#retryTimer);
    if (this.#socket || this.isRefused) return;
    const socket = new this.#options.WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#lost(code);
    this.#listenFor(PATIENCE, () => this.#ping());
  }

  /** Hang up until the next connect(). */
  disconnect() {
    clearTimeout(this.#retryTimer);
    this.#hangUp();
  }

  /**
   * Something woke up, the page or the network: come back now, or find out whether the line is dead. What failed before
   * says nothing about now, and a network that is just back may need a moment more.
   */
  wake() {
    this.#failures = 0;
    if (!this.#socket) this.connect();
    else if (this.#sleptThrough(QUIET)) this.#connectAgain();
    else this.#ping();
  }

  /** Ask for the frames of a topic that only comes to who asks, and again each time the line has come back. */
  watch(topic) {
    if (this.#watched.has(topic)) return;
    this.#watched.add(topic);
    if (this.isOpen) this.#socket.send(`watch ${topic}`);
  }

  #receive(data) {
    this.#listenFor(QUIET, () => this.#ping());
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    const { topic, word, versions } = frame;
    if (topic === "hello") this.#opened();
    else if (topic === "resync") this.#openSoon();
    else if (topic === "away") this.#closed();
    else if (topic === "ack") this.#socket.send(`ack ${word}`); // by which the server knows that we keep up
    else if (topic === "beat") this.dispatchEvent(new CustomEvent("beat", { detail: versions ?? {} }));
    else if (topic !== "pong") this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  /** Everybody is told to catch up at the same moment; they should not all come at that moment. */
  #openSoon() {
    clearTimeout(this.#openTimer);
    this.#openTimer = setTimeout(() => this.#opened(), this.#options.random() * SPREAD);
  }

  #opened() {
    this.#failures = 0;
    this.isOpen = true;
    for (const topic of this.#watched) this.#socket.send(`watch ${topic}`);
    this.dispatchEvent(new Event("open"));
  }

  #closed() {
    clearTimeout(this.#openTimer);
    if (!this.isOpen) return;
    this.isOpen = false;
    this.dispatchEvent(new Event("closed"));
  }

  #lost(code) {
    this.isRefused = code === SIGNED_OUT;
    this.#hangUp();
    if (this.isRefused) this.dispatchEvent(new Event("refused"));
    else this.#comeBack(code === MAY_HAVE_ENDED ? this.#options.random() * SOON : this.#nextDelay());
  }

  /** Come back after all, when it turned out that somebody is signed in. */
  returnRefused() {
    this.isRefused = false;
    this.#comeBack(this.#nextDelay());
  }

  #comeBack(delay) {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.connect(), delay);
  }

  #nextDelay() {
    this.#failures += 1;
    return retryDelay(this.#failures, { random: this.#options.random });
  }

  #hangUp() {
    clearTimeout(this.#quietTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.#closed();
  }

  /** A dead line says nothing, and its close event may take minutes: so ask, and do not wait long for the answer. */
  #ping() {
    if (this.#socket.readyState === OPEN) this.#socket.send("ping");
    this.#listenFor(PATIENCE, () => this.#lost());
  }

  /** A machine that slept has lost its lines, even if they do not know yet: then there is nothing to ask. */
  #listenFor(milliseconds, otherwise) {
    clearTimeout(this.#quietTimer);
    this.#waitingSince = Date.now();
    this.#quietTimer = setTimeout(() => {
      if (this.#sleptThrough(milliseconds)) this.#connectAgain();
      else otherwise();
    }, milliseconds);
  }

  /** Whether the clock went on much longer than the wait for a sign of life was to take. */
  #sleptThrough(milliseconds) {
    return Date.now() - this.#waitingSince > milliseconds + ASLEEP;
  }

  #connectAgain() {
    this.#hangUp();
    this.connect();
  }
}
