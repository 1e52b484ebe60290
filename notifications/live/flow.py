"""How far one browser is behind what it was sent, and what waits for it here.

Servers do not say: Daphne takes all it is given, and keeps what the browser does not read. So a browser is
asked now and then for a word that it has only when it has read everything before it.
"""

from secrets import token_hex

from notifications.live.frames import encode

ASK_AFTER = 64 * 1024
MOST_UNCONFIRMED = 1024 * 1024
OVERHEAD = 64  # what a server needs to keep one frame, however short it is


def size_of(text: str) -> int:
    """What a frame takes while it waits, in bytes."""
    return len(text.encode()) + OVERHEAD


class Flow:
    """What was sent to one socket and is not confirmed yet, in bytes; bounded, since it is kept somewhere."""

    __slots__ = ("_asked", "_confirmed", "_sent", "is_held_up", "is_over", "waiting")

    def __init__(self) -> None:
        self.is_over = False  # it was hung up on
        self.is_held_up = False  # the server makes a write wait
        self.waiting: list[str] = []  # behind that one
        self._sent = 0
        self._confirmed = 0
        self._asked: tuple[str, int] | None = None  # for which word, and what had been sent by then

    @property
    def is_exhausted(self) -> bool:
        """Whether it is so far behind that nothing more should be sent."""
        return self._sent - self._confirmed > MOST_UNCONFIRMED

    def end(self) -> None:
        self.is_over = True
        self.waiting.clear()

    def add(self, size: int) -> None:
        self._sent += size

    def following(self) -> str | None:
        """What to write after what was just written: what came meanwhile, in order, or the question."""
        if self.is_over:
            return None
        return self.waiting.pop(0) if self.waiting else self.question()

    def question(self) -> str | None:
        """The frame to send when it is time to ask; a browser answers “ack” and the word in it."""
        if self._asked is not None or self._sent - self._confirmed < ASK_AFTER:
            return None
        word = token_hex(4)
        self._asked = word, self._sent
        return encode({"topic": "ack", "word": word})

    def answer(self, word: str) -> None:
        """Take the browser's answer; a word that was not asked for is ignored."""
        if self._asked is not None and self._asked[0] == word:
            self._confirmed = self._asked[1]
            self._asked = None
