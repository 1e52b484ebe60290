"""What every way out of the house offers, and what its errors mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from mail.messages import Message
from mail.models import Delivery
from tasks.models import Run


@dataclass(frozen=True)
class Outgoing:
    """A delivery, and its letter in the form that the way out asks for."""

    delivery: Delivery
    letter: bytes


class Writer(Protocol):
    """Writes the letters of one run."""

    def write(self, delivery: Delivery, message: Message) -> bytes:
        """The whole letter. Raises ValidationError when a header could not be one."""


class Transport(Protocol):
    """A way out. One is opened per run and kept open from call to call.

    It takes up to `most_messages` in one call, if they are at most `most_bytes` long together.
    """

    most_messages: int
    most_bytes: int

    def writer(self, run: Run) -> Writer:
        """Who writes the letters of this run in the form that `send` takes."""

    def send(self, sender: str, call: Sequence[Outgoing]) -> "Outcomes":
        """Hand over the messages of one call; gives what became of each, in their order.

        Connects if there is no connection (any more). Raises ConnectionGone, Unreachable, Unusable or
        NotTogether when none of them was taken, and Doubtful when nobody knows; there is no connection after
        that.
        """

    def close(self) -> None:
        """Say good-bye if possible; never raises, and may be called at any time."""


class SendingError(Exception):
    """The message was not accepted, for all that is known. The text is for people.

    `discreet` says it without the server's own words, which tend to repeat the recipient's address.
    """

    def __init__(self, words: str, discreet: str = "") -> None:
        super().__init__(words)
        self.discreet = discreet or words


class Refused(SendingError):  # noqa: N818 - what happened, as the caller reads it
    """This message to this recipient will not be taken, however often it is tried."""


class TryLater(SendingError):  # noqa: N818 - what happened, as the caller reads it
    """This message to this recipient may be taken another time; others may be taken now."""


class CallFailed(SendingError):  # noqa: N818 - what happened, as the caller reads it
    """It holds for the whole call. `pause`: for how many seconds the server wants nothing from us."""

    def __init__(self, words: str, discreet: str = "", *, pause: float = 0) -> None:
        super().__init__(words, discreet)
        self.pause = pause


class ConnectionGone(CallFailed):
    """The connection could not be made or broke, before the message was handed over."""


class Unreachable(ConnectionGone):
    """There was no connection to begin with: no recipient has to do with it."""


class Unusable(CallFailed):
    """The server wants nothing from us, for now: no recipient's fault, and connecting again does not help."""


class Doubtful(CallFailed):
    """The server failed while it had the call: some of its messages may have been accepted."""


class NotTogether(CallFailed):
    """The call was refused whole, such as for its size: its messages may be taken in smaller ones."""


class AnswerLost(SendingError):  # noqa: N818 - what happened, as the caller reads it
    """The message was handed over whole and no answer came: nobody knows whether it was accepted."""


Outcomes: TypeAlias = list[SendingError | None]  # None: it was accepted
