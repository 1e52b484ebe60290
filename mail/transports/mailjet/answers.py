"""What Mailjet's answers mean, for each message of a call.

An answer that lists the messages says what became of each, whatever its status. Any other is about all of
them: an error below 500 says that none was taken, and 503 as well; of other errors from 500 on nobody knows
how far Mailjet came.
"""

import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from mail.transports.base import (
    AnswerLost,
    Doubtful,
    NotTogether,
    Outcomes,
    Outgoing,
    Refused,
    SendingError,
    TryLater,
    Unusable,
)
from mail.transports.mailjet.payloads import custom_id
from mail.transports.mailjet.sending_api import Answer

logger = logging.getLogger(__name__)

Result: TypeAlias = dict[str, Any]
NO_ENTRY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
ELSEWHERE = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


def outcomes_of(answer: Answer, call: Sequence[Outgoing]) -> Outcomes:
    """What became of each message, in their order. Raises Unusable, Doubtful or NotTogether for all."""
    results = _results(answer)
    return _each(results, call) if results else _all(answer, len(call))


def refusal_of(answer: Answer) -> SendingError | None:
    """Why the only message of a call was not taken. Raises as `outcomes_of` does."""
    results = _results(answer)
    return _outcome(results[0]) if results else _all(answer, 1)[0]


def _each(results: list[Result], call: Sequence[Outgoing]) -> Outcomes:
    named = {str(result["CustomID"]): result for result in results if result.get("CustomID")}
    in_order = results if len(results) == len(call) else [{}] * len(call)
    outcomes: Outcomes = []
    for message, result_here in zip(call, in_order, strict=True):
        name = custom_id(message.delivery)
        outcomes.append(_outcome(named.get(name) or ({} if result_here.get("CustomID") else result_here)))
    _log(call, named)
    return outcomes


def _outcome(result: Result) -> SendingError | None:
    if result.get("Status") == "success":
        return None
    if result.get("Status") != "error":
        return AnswerLost("Mailjet was given the message, and its answer does not tell of it.")
    errors = [error for error in result.get("Errors") or [] if isinstance(error, dict)]
    said = " ".join(_said(error) for error in errors)
    words = f"Mailjet said: “{said}”."
    discreet = f"Mailjet refused it ({', '.join(str(error.get('ErrorCode', '?')) for error in errors)})."
    statuses = {error.get("StatusCode") for error in errors}
    if statuses & NO_ENTRY:
        return Unusable(words, discreet)
    if any(isinstance(status, int) and (status in LATER or status >= 500) for status in statuses):
        return TryLater(words, discreet)
    return Refused(words, discreet)


def _all(answer: Answer, count: int) -> Outcomes:
    said = _said(_content(answer.text))
    discreet = f"Mailjet answered {answer.status}."
    words = f"Mailjet answered: “{answer.status} {said}”." if said else discreet
    if answer.status in LATER:
        raise Unusable(words, discreet, pause=answer.pause)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Doubtful(words, discreet, pause=answer.pause)
    if answer.status in NO_ENTRY:
        logger.warning("Mailjet does not let us in: %s", words)
        raise Unusable("Mailjet does not accept this site's keys.")
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST or answer.status in ELSEWHERE:
        raise Unusable(words, discreet)
    if answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return [AnswerLost("Mailjet was given the message, and its answer made no sense.")] * count
    if count > 1:
        raise NotTogether(words, discreet)
    return [Refused(words, discreet)]


def _content(text: str) -> Result:
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _results(answer: Answer) -> list[Result]:
    """What it says of each message; empty if it is about the call."""
    results = _content(answer.text).get("Messages")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or not isinstance(results, list):
        return []
    return results if all(isinstance(each, dict) for each in results) else []


def _said(error: Result) -> str:
    """The code and the words of an error, in a line."""
    words = f"{error.get('ErrorCode', '')} {error.get('ErrorMessage', '')}".replace("\0", "")
    return " ".join(words.split())[:200]


def _log(call: Sequence[Outgoing], named: dict[str, Result]) -> None:
    """Under which number Mailjet has each message, for who looks for one there."""
    there = []
    for message in call:
        recipients = named.get(custom_id(message.delivery), {}).get("To")
        if isinstance(recipients, list) and recipients and isinstance(recipients[0], dict):
            there.append(f"delivery {message.delivery.pk} as {recipients[0].get('MessageID')}")
    if there:
        logger.info("Mailjet has %s", ", ".join(there))
