const AWAY = { base: 2000, cap: 30_000 };
const CONNECTED = { base: 20_000, cap: 120_000 };

/**
 * How long to wait before asking again without having been told to: often while the socket is away, seldom as a
 * safety net while it is there; longer and longer while nothing changes or the server does not answer.
 */
export class Pace {
  #idle = 0;

  constructor(random = Math.random) {
    this.random = random;
  }

  changed() {
    this.#idle = 0;
  }

  unchanged() {
    this.#idle += 0.5;
  }

  failed() {
    this.#idle += 1;
  }

  delay(connected) {
    const { base, cap } = connected ? CONNECTED : AWAY;
    return Math.round(Math.min(cap, base * 2 ** Math.floor(this.#idle)) * (0.8 + 0.4 * this.random()));
  }
}
