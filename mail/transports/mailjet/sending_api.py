"""One POST to Mailjet, and never a second one, whatever becomes of the first."""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any, NamedTuple

from django.conf import settings
from mailjet_rest import Client
from mailjet_rest.errors import ApiError
from mailjet_rest.utils.guardrails import SecureHTTPAdapter
from urllib3.util.retry import Retry

from mail.transports.base import AnswerLost, ConnectionGone, Unreachable

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
LONGEST_PAUSE = 3600.0


class Answer(NamedTuple):
    """`pause`: how many seconds Mailjet asked us to wait."""

    status: int
    text: str
    pause: float = 0


class Body(BytesIO):
    """The body of a request, which tells how far it went on its way."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._size = len(content)

    @property
    def is_begun(self) -> bool:
        return self.tell() > 0

    @property
    def is_handed_over(self) -> bool:
        """Whether its end is under way: a request without it is none, and nothing of it can be accepted."""
        return self.tell() == self._size


class SendingApi:
    def __init__(self) -> None:
        """Raises ValueError for keys or an address that cannot be Mailjet's."""
        if not settings.MAIL_JET_API_URL.startswith("https://"):
            raise ValueError("MAIL_JET_API_URL has to begin with https://")
        seconds = settings.EMAIL_TIMEOUT
        self._client = Client(
            auth=(settings.MAIL_JET_API_KEY, settings.MAIL_JET_API_SECRET),
            version="v3.1",
            api_url=settings.MAIL_JET_API_URL,
            timeout=(min(CONNECT_SECONDS, seconds), seconds),
        )
        never = Retry(total=0, connect=0, read=False, redirect=0, status=0, other=0)
        self._client.session.mount("https://", SecureHTTPAdapter(max_retries=never))
        self._client.session.headers["Connection"] = "close"

    def post(self, content: bytes) -> Answer:
        """What Mailjet answered, be it an error.

        Bytes, and no dictionary: for that the client would send an Idempotency-Key which is the same for
        messages that differ in their CustomID alone.
        Raises Unreachable or ConnectionGone when it was not given the whole request, AnswerLost when it was.
        """
        body: Any = Body(content)
        response: Any
        try:
            response = self._client.send.create(data=body, allow_redirects=False)
        except ApiError as error:
            response = getattr(error.__cause__, "response", None)
            if response is None:
                raise _broken(error, body) from error
        return Answer(response.status_code, response.text, _pause(response))

    def close(self) -> None:
        self._client.close()


def _broken(error: ApiError, body: Body) -> Exception:
    if body.is_handed_over:
        return AnswerLost("Mailjet was given the message and did not answer.")
    logger.warning("Mailjet could not be reached: %s", error)
    if body.is_begun:
        return ConnectionGone("The connection to Mailjet broke.")
    return Unreachable("Mailjet could not be reached.")


def _pause(response: Any) -> float:
    """The seconds of Retry-After, which says them, or when they are over."""
    said = str(response.headers.get("Retry-After", "")).strip()
    try:
        seconds = float(said) if said.isdigit() else _seconds_until(said)
    except (TypeError, ValueError):
        return 0
    return max(0.0, min(seconds, LONGEST_PAUSE))


def _seconds_until(date: str) -> float:
    return (parsedate_to_datetime(date).astimezone(UTC) - datetime.now(UTC)).total_seconds()
