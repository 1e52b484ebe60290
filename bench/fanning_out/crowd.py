"""All browsers, in this one process: they connect, answer pings, and note when which text came."""

import selectors
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bench.fanning_out.tab import Tab

CONNECTING_AT_ONCE = 8  # on a busy machine too each handshake ends within Daphne's five seconds
SECONDS_TO_CONNECT = 60


@dataclass
class Watch:
    """What a number of tabs should get, and have got."""

    missing: int
    complete: list[float] = field(default_factory=list)  # when each tab had got all of it
    last: float = 0  # when something of it came last


class Crowd:
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._connecting: set[Tab] = set()
        self._watch = Watch(0)

    def connect(self, open_tabs: Iterable[Callable[[], Tab]]) -> list[Tab]:
        """Open them a few at a time; raises TimeoutError."""
        tabs = []
        for open_tab in open_tabs:
            tab = open_tab()
            tabs.append(tab)
            self._connecting.add(tab)
            self._selector.register(tab.socket, selectors.EVENT_READ, tab)
            self._turn_until(lambda: len(self._connecting) < CONNECTING_AT_ONCE, SECONDS_TO_CONNECT)
        self._turn_until(lambda: not self._connecting, SECONDS_TO_CONNECT)
        return tabs

    def stay(self, seconds: float) -> None:
        """Be there and answer pings, as browsers do that nothing is pushed to."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._turn(left)

    def expect(self, tabs: Sequence[Tab], texts: frozenset[bytes]) -> Watch:
        for tab in tabs:
            tab.missing = set(texts)
        self._watch = Watch(missing=len(tabs) * len(texts), last=time.monotonic())
        return self._watch

    def wait(self, patience: float) -> None:
        """Until all that is expected is there, or nothing of it came for so many seconds."""
        while self._watch.missing and time.monotonic() < self._watch.last + patience:
            self._turn(0.1)

    def _turn_until(self, condition: Callable[[], bool], timeout: float) -> None:
        until = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(f"{len(self._connecting)} sockets could not connect")
            self._turn(1)

    def _turn(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            self._read(key.data)

    def _read(self, tab: Tab) -> None:
        try:
            for text in tab.read():
                if text in tab.missing:
                    self._note(tab, text)
        except ConnectionError as error:
            if tab in self._connecting:
                raise
            self._selector.unregister(tab.socket)  # what it does not get any more counts as lost
            tab.socket.close()
            print(f"lost a socket: {error}", flush=True)
        if tab.is_in:
            self._connecting.discard(tab)

    def _note(self, tab: Tab, text: bytes) -> None:
        tab.missing.remove(text)
        self._watch.missing -= 1
        self._watch.last = time.monotonic()
        if not tab.missing:
            self._watch.complete.append(self._watch.last)
