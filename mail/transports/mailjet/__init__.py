"""The way out by Mailjet's Send API, version 3.1: up to fifty messages in one call, each with its answer."""

import logging
from collections.abc import Sequence

from django.conf import settings

from mail.transports.base import AnswerLost, Outcomes, Outgoing
from mail.transports.mailjet.answers import outcomes_of
from mail.transports.mailjet.payloads import Payloads, body_of
from mail.transports.mailjet.sending_api import SendingApi
from tasks.models import Run

logger = logging.getLogger(__name__)


class MailjetTransport:
    """Each call is one POST on a connection of its own, so that none is made on one that is about to end."""

    most_messages = 50
    most_bytes = 14_000_000  # the API takes 15 MB

    def __init__(self) -> None:
        self._api = SendingApi()

    def writer(self, run: Run) -> Payloads:
        return Payloads(run)

    def send(self, sender: str, call: Sequence[Outgoing]) -> Outcomes:
        try:
            answer = self._api.post(body_of([message.letter for message in call], settings.MAIL_JET_SANDBOX))
        except AnswerLost as error:
            return [error] * len(call)
        return outcomes_of(answer, call)

    def close(self) -> None:
        self._api.close()
