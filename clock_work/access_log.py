"""What is logged of requests, without the secrets in our addresses: links of e-mails, keys of calendars."""

import logging
import re
from typing import Any

from daphne.access import AccessLogGenerator

COULD_BE_SECRET = re.compile(r"[^\s/?&=]{20,}")
STATIC = re.compile(r"^[^/]*/static/")


def without_secrets(request: str) -> str:
    """A line such as "GET /notes/" with whatever is as long as a key blotted out."""
    return request if STATIC.match(request) else COULD_BE_SECRET.sub("***", request)


class Discreet(logging.Filter):
    """For loggers that name paths: Django's, of what was answered with an error, and uvicorn's."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        if (discreet := without_secrets(told)) != told:
            record.msg, record.args = discreet, ()
        return True


class DiscreetAccessLog(AccessLogGenerator):  # type: ignore[misc]
    def write_entry(self, *, request: str, **entry: Any) -> None:
        super().write_entry(request=without_secrets(request), **entry)


def keep_discreet() -> None:
    """Have Daphne write this log; it takes no other one from its command line."""
    from daphne import cli  # noqa: PLC0415 - is running by now, or never will

    cli.AccessLogGenerator = DiscreetAccessLog
