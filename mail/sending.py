"""Sending what is due of a run, one after the other, each recorded before the next goes out."""

import time
from collections.abc import Callable
from contextlib import closing
from random import uniform
from typing import Any, TypeAlias

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from mail import addresses
from mail.journal import Journal
from mail.letters import Letters
from mail.messages import Message
from mail.models import Delivery
from mail.transports import choose_transport
from mail.transports.base import (
    AnswerLost,
    ConnectionGone,
    Refused,
    SendingError,
    Transport,
    TryLater,
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


def send_due(run: ActiveRun[Any], render: Render) -> None:
    """Send what is due. Raises TemporaryError or Later when the way out is barred."""
    due = list(Delivery.objects.filter(run=run.pk).due())
    if not due:
        return
    with Journal(run.pk, run.lease.claim) as journal, closing(choose_transport()) as transport:
        batch = Batch(run, journal)
        sender = Sender(run, render, transport, batch)
        try:
            for delivery in due:
                batch.flush_if_due()
                run.check()
                sender.send(delivery)
        except (ConnectionGone, Unusable) as error:
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

    def sent(self, delivery: Delivery) -> None:
        self._journal.note(delivery)
        self._sent.append(delivery.pk)
        self.accepted += 1

    def failed(self, delivery: Delivery, error: str) -> None:
        self._others.append((delivery.pk, {"state": State.FAILED, "error": error}))

    def unknown(self, delivery: Delivery, error: str) -> None:
        self._others.append((delivery.pk, {"state": State.UNKNOWN, "error": error}))
        self.flush()

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
    """Sends single deliveries and tells the batch what became of them."""

    def __init__(self, run: ActiveRun[Any], render: Render, transport: Transport, batch: Batch) -> None:
        self._render = render
        self._transport = transport
        self._batch = batch
        self._letters = Letters(run.row)
        self._service = addresses.of_service()

    def send(self, delivery: Delivery) -> None:
        """Raises ConnectionGone or Unusable when the way out is barred, for this delivery or for all."""
        letter = self._letter(delivery)
        try:
            self._hand_over(delivery, letter)
        except Refused as error:
            self._batch.failed(delivery, str(error))
        except TryLater as error:
            self._batch.put_off(delivery, str(error))
        except AnswerLost as error:
            self._batch.unknown(delivery, str(error))
        else:
            self._batch.sent(delivery)

    def _letter(self, delivery: Delivery) -> bytes:
        try:
            return self._letters.write(delivery, self._render(delivery))
        except ValidationError as error:
            raise PermanentError(" ".join(error.messages)) from error

    def _hand_over(self, delivery: Delivery, letter: bytes) -> None:
        """Send, connecting once more if the connection broke.

        A delivery at which it breaks again waits its turn, so as not to stand in the way of the others.
        """
        try:
            self._hand_over_once(delivery, letter)
        except ConnectionGone:
            try:
                self._hand_over_once(delivery, letter)
            except Unreachable:
                raise
            except ConnectionGone as error:
                self._batch.put_off(delivery, str(error))
                raise

    def _hand_over_once(self, delivery: Delivery, letter: bytes) -> None:
        """Send; of somebody picked by name no error tells the address, which the sender must never learn."""
        try:
            self._transport.send(self._service, delivery.address, letter)
        except SendingError as error:
            raise (type(error)(error.discreet) if delivery.by_name else error) from error.__cause__
