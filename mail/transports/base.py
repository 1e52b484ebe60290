"""What every way out of the house offers, and what its errors mean."""

from typing import Protocol


class Transport(Protocol):
    """A way out. One is opened per run and kept open from message to message."""

    def send(self, sender: str, recipient: str, message: bytes) -> None:
        """Hand over one message with CRLF line ends; returning means it was accepted.

        Connects if there is no connection (any more). Raises Refused or TryLater; or ConnectionGone,
        Unreachable, AnswerLost or Unusable, after which there is none.
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


class ConnectionGone(SendingError):  # noqa: N818 - what happened, as the caller reads it
    """The connection could not be made or broke, before the message was handed over."""


class Unreachable(ConnectionGone):
    """There was no connection to begin with: no recipient has to do with it."""


class Unusable(SendingError):  # noqa: N818 - what happened, as the caller reads it
    """The server wants nothing from us at all: no recipient's fault, and connecting again does not help."""


class AnswerLost(SendingError):  # noqa: N818 - what happened, as the caller reads it
    """The message was handed over whole and no answer came: nobody knows whether it was accepted."""
