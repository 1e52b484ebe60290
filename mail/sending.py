"""Sending what is due of a run, call by call, each recorded before the next one is made."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from random import uniform
from typing import Any, TypeAlias

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from mail import addresses
from mail.calls import calls
from mail.journal import Journal
from mail.messages import Message
from mail.models import Delivery
from mail.transports import choose_transport
from mail.transports.base import (
    AnswerLost,
    ConnectionGone,
    Outcomes,
    Outgoing,
    Refused,
    SendingError,
    Transport,
    Unreachable,
    Unusable,
)
from tasks.active import ActiveRun
from tasks.clock import in_seconds
from tasks.errors import Later, PermanentError, TemporaryError
from tasks.persistence import insist

Render: TypeAlias = Callable[[Delivery], Message]
State = Delivery.State

ATTEMPTS = 6
LONGEST_DELAY = 600.0
MOST_IN_A_BATCH = 50
SECONDS_IN_A_BATCH = 0.2


class Barred(Exception):  # noqa: N818 - what happened, as the caller reads it
    """The way out is barred, for all that is known to everybody. The text is for people."""


def send_due(run: ActiveRun[Any], render: Render) -> None:
    """Send what is due. Raises TemporaryError or Later when the way out is barred."""
    due = list(Delivery.objects.filter(run=run.pk).due())
    if not due:
        return
    with Journal(run.pk, run.lease.claim) as journal, closing(choose_transport()) as transport:
        batch = Batch(run, journal)
        sender = Sender(run, render, transport, batch)
        try:
            for call in calls(due, sender.write, transport):
                batch.flush_if_due()
                run.check()
                sender.send(call)
        except Barred as error:
            if batch.accepted:
                raise Later(run.kind.retry.delay(1), str(error)) from error
            raise TemporaryError(str(error)) from error
        finally:
            batch.flush()


class Batch:
    """What became of deliveries and is not in the database yet; what was sent is in the journal already."""

    def __init__(self, run: ActiveRun[Any], journal: Journal) -> None:
        self.accepted = 0
        self._run = run
        self._journal = journal
        self._sent: list[int] = []
        self._others: list[tuple[int, dict[str, Any]]] = []
        self._flushed_at = time.monotonic()

    def sent(self, deliveries: Sequence[Delivery]) -> None:
        if deliveries:
            self._journal.note(*deliveries)
        self._sent += [delivery.pk for delivery in deliveries]
        self.accepted += len(deliveries)

    def failed(self, delivery: Delivery, error: str) -> None:
        self._others.append((delivery.pk, {"state": State.FAILED, "error": error}))

    def unknown(self, delivery: Delivery, error: str) -> None:
        self._others.append((delivery.pk, {"state": State.UNKNOWN, "error": error}))

    def put_off(self, delivery: Delivery, error: str) -> None:
        """Try it again later, if it has not been tried often enough."""
        attempts = delivery.attempts + 1
        if attempts >= ATTEMPTS:
            self.failed(delivery, error)
            return
        delay = min(LONGEST_DELAY, settings.TASKS_RETRY_SECONDS * 2**attempts) * uniform(0.5, 1)  # noqa: S311
        self._others.append((delivery.pk, {"next_attempt_at": in_seconds(delay), "error": error}))

    def flush_if_due(self) -> None:
        waiting = len(self._sent) + len(self._others)
        is_old = time.monotonic() - self._flushed_at >= SECONDS_IN_A_BATCH
        if waiting and (is_old or waiting >= MOST_IN_A_BATCH or not self._journal):
            self.flush()
            self._run.report(self._run.row.done)

    def flush(self) -> None:
        """Commit it all, however long the database is away (up to two minutes), and count it as done."""
        if self._sent or self._others:
            insist(self._write)
            settled = [pk for pk, change in self._others if "state" in change]
            self._run.row.done += len(self._sent) + len(settled)
            self._sent, self._others = [], []
            self._journal.clear()
        self._flushed_at = time.monotonic()

    def _write(self) -> None:
        """A mail that was sent is recorded even if the run is somebody else's by now."""
        with transaction.atomic():
            Delivery.objects.filter(pk__in=self._sent).update(
                state=State.SENT, sent_at=Now(), attempts=F("attempts") + 1, error=""
            )
            for pk, change in self._others:
                Delivery.objects.filter(pk=pk).pending().update(attempts=F("attempts") + 1, **change)


class Sender:
    """Makes single calls and tells the batch what became of their deliveries."""

    def __init__(self, run: ActiveRun[Any], render: Render, transport: Transport, batch: Batch) -> None:
        self._render = render
        self._transport = transport
        self._batch = batch
        self._writer = transport.writer(run.row)
        self._service = addresses.of_service()

    def write(self, delivery: Delivery) -> bytes:
        try:
            return self._writer.write(delivery, self._render(delivery))
        except ValidationError as error:
            raise PermanentError(" ".join(error.messages)) from error

    def send(self, call: Sequence[Outgoing]) -> None:
        """Raises Barred when the way out is barred, for these deliveries or for all."""
        try:
            outcomes = self._hand_over(call)
        except (ConnectionGone, Unusable) as error:
            is_discreet = any(message.delivery.by_name for message in call)
            raise Barred(error.discreet if is_discreet else str(error)) from error
        self._record(call, outcomes)

    def _hand_over(self, call: Sequence[Outgoing]) -> Outcomes:
        """Make the call, connecting once more if the connection broke.

        Deliveries at which it breaks again wait their turn, so as not to stand in the way of the others.
        """
        try:
            return self._transport.send(self._service, call)
        except ConnectionGone:
            try:
                return self._transport.send(self._service, call)
            except Unreachable:
                raise
            except ConnectionGone as error:
                for message in call:
                    self._batch.put_off(message.delivery, words(error, message.delivery))
                raise

    def _record(self, call: Sequence[Outgoing], outcomes: Outcomes) -> None:
        pairs = list(zip((message.delivery for message in call), outcomes, strict=True))
        self._batch.sent([delivery for delivery, error in pairs if error is None])
        for delivery, error in pairs:
            if isinstance(error, Refused):
                self._batch.failed(delivery, words(error, delivery))
            elif isinstance(error, AnswerLost):
                self._batch.unknown(delivery, words(error, delivery))
            elif error is not None:
                self._batch.put_off(delivery, words(error, delivery))
        if any(isinstance(error, AnswerLost) for error in outcomes):
            self._batch.flush()


def words(error: SendingError, delivery: Delivery) -> str:
    """Of somebody picked by name no error tells the address, which the sender must never learn."""
    return error.discreet if delivery.by_name else str(error)
