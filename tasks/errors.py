"""What a handler may raise. The text is shown to the task's owner, so it is written for people."""


class TemporaryError(Exception):
    """It may work later: the run is tried again after a growing delay, until its tries are used up.

    `pause`: how many seconds, at the least, whoever failed asked for.
    """

    def __init__(self, reason: str = "", *, pause: float = 0) -> None:
        super().__init__(reason)
        self.pause = pause


class PermanentError(Exception):
    """It will not work, however often it is tried: the run fails."""


class Later(Exception):  # noqa: N818 - not an error: the handler has a reason to go on at another time
    """Hand the run back and go on in `seconds`, without using up a try."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason)
        self.seconds = seconds


class Interrupted(Exception):  # noqa: N818
    """The handler must stop before its next step. Handlers let it pass."""


class Stopping(Interrupted):
    """The worker is shutting down."""


class LeaseLost(Interrupted):
    """The run belongs to another worker now."""


class CancellationRequested(Interrupted):
    """The owner cancelled the run."""
