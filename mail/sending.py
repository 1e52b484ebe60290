"""Sending what is due of a run, call by call, each recorded before the next one is made."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
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
    CallFailed,
    ConnectionGone,
    Doubtful,
    NotTogether,
    Outcomes,
    Outgoing,
    Refused,
    SendingError,
    Transport,
    TryLater,
    Unreachable,
    Unusable,
)
from tasks.active import ActiveRun
from tasks.clock import in_seconds
from tasks.errors import Interrupted, Later, PermanentError, TemporaryError
from tasks.persistence import insist

Render: TypeAlias = Callable[[Delivery], Message]
State = Delivery.State

ATTEMPTS = 6
LONGEST_DELAY = 600.0
MOST_DOUBTS = 1  # a call that nobody knows the end of is made once more
MOST_IN_A_BATCH = 50
SECONDS_IN_A_BATCH = 0.2


class Barred(Exception):  # noqa: N818 - what happened, as the caller reads it
    """The way out is barred, for `pause` seconds at the least. The text is for people."""

    def __init__(self, words: str, pause: float = 0) -> None:
        super().__init__(words)
        self.pause = pause


def send_due(run: ActiveRun[Any], render: Render) -> None:
    """Send what is due. Raises TemporaryError or Later when the way out is barred."""
    due = list(Delivery.objects.filter(run=run.pk).due())
    if not due:
        return
    with Journal(run.pk, run.lease.claim) as journal, closing(choose_transport()) as transport:
        batch = Batch(run, journal)
        sender = Sender(run, render, transport, batch)
        try:
            for call in calls(due, sender.write, transport, try_one=sender.is_in_doubt()):
                batch.flush_if_due()
                run.check()
                sender.send(call)
        except Barred as error:
            if batch.accepted:
                raise Later(max(run.kind.retry.delay(1), error.pause), str(error)) from error
            raise TemporaryError(str(error), pause=error.pause) from error
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
        self._others.append((delivery.pk, {"state": State.FAILED, "error": error, "doubts": delivery.doubts}))

    def unknown(self, delivery: Delivery, error: str) -> None:
        self._others.append((delivery.pk, {"state": State.UNKNOWN, "error": error}))

    def put_off(self, delivery: Delivery, error: str, *, doubts: int = 0) -> None:
        """Try it again later, if it has not been tried often enough. `doubts`: new ones by this call."""
        attempts = delivery.attempts + 1
        doubts += delivery.doubts
        if attempts >= ATTEMPTS or doubts > MOST_DOUBTS:
            (self.unknown if doubts else self.failed)(delivery, error)
            return
        delay = min(LONGEST_DELAY, settings.TASKS_RETRY_SECONDS * 2**attempts) * uniform(0.5, 1)  # noqa: S311
        change = {"next_attempt_at": in_seconds(delay), "error": error, "doubts": doubts}
        self._others.append((delivery.pk, change))

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
                state=State.SENT, sent_at=Now(), attempts=F("attempts") + 1, error="", doubts=0
            )
            for pk, change in self._others:
                Delivery.objects.filter(pk=pk).pending().update(attempts=F("attempts") + 1, **change)


class Sender:
    """Makes single calls and tells the batch what became of their deliveries."""

    def __init__(self, run: ActiveRun[Any], render: Render, transport: Transport, batch: Batch) -> None:
        self._run = run
        self._render = render
        self._transport = transport
        self._batch = batch
        self._writer = transport.writer(run.row)
        self._service = addresses.of_service()
        self._counts_doubts = transport.most_messages > 1

    def is_in_doubt(self) -> bool:
        """Whether nobody knows how the last call ended, so that one message should try the way first."""
        return self._counts_doubts and Delivery.objects.filter(run=self._run.pk).in_doubt().exists()

    def write(self, delivery: Delivery) -> bytes:
        try:
            return self._writer.write(delivery, self._render(delivery))
        except ValidationError as error:
            raise PermanentError(" ".join(error.messages)) from error

    def send(self, call: Sequence[Outgoing]) -> None:
        """Raises Barred when the way out is barred, for these deliveries or for all."""
        self._announce(call)
        try:
            outcomes = self._hand_over(call)
        except Doubtful as error:
            for message in call:
                self._batch.put_off(message.delivery, words(error, message.delivery), doubts=1)
            raise _barred(error, call) from error
        except NotTogether:
            self._withdraw(call)
            self._send_in_halves(call)
        except (ConnectionGone, Unusable) as error:
            self._withdraw(call)
            raise _barred(error, call) from error
        else:
            self._record(call, outcomes)

    def _announce(self, call: Sequence[Outgoing]) -> None:
        """Write down that a call is made: of which that stays written, nobody knows how it ended.

        A call of one message is not worth the commit. Writing may have to wait for the database, so whether
        to go on is asked once more.
        """
        if not self._counts_doubts:
            return
        self._add_doubt(call, 1)
        try:
            self._run.check()
        except Interrupted:
            self._withdraw(call)
            raise

    def _withdraw(self, call: Sequence[Outgoing]) -> None:
        """Write down that none of these was taken."""
        if self._counts_doubts:
            self._add_doubt(call, -1)

    def _add_doubt(self, call: Sequence[Outgoing], number: int) -> None:
        deliveries = Delivery.objects.filter(pk__in=[message.delivery.pk for message in call])
        insist(partial(deliveries.update, doubts=F("doubts") + number))

    def _send_in_halves(self, call: Sequence[Outgoing]) -> None:
        middle = len(call) // 2
        for half in (call[:middle], call[middle:]):
            self._batch.flush_if_due()
            self._run.check()
            self.send(half)

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
        pairs = list(zip(call, outcomes, strict=True))
        self._batch.sent([message.delivery for message, error in pairs if error is None])
        for message, error in pairs:
            if error is not None:
                self._record_failure(message.delivery, error)
        if any(isinstance(error, AnswerLost) for error in outcomes):
            self._batch.flush()
        barred = [(message, error) for message, error in pairs if isinstance(error, Unusable)]
        if barred:
            self._withdraw([message for message, _ in barred])
            raise _barred(barred[0][1], call)

    def _record_failure(self, delivery: Delivery, error: SendingError) -> None:
        said = words(error, delivery)
        if isinstance(error, Refused):
            self._batch.failed(delivery, said)
        elif isinstance(error, AnswerLost):
            self._batch.unknown(delivery, said)
        elif isinstance(error, TryLater):
            self._batch.put_off(delivery, said)


def _barred(error: CallFailed, call: Sequence[Outgoing]) -> Barred:
    is_discreet = any(message.delivery.by_name for message in call)
    return Barred(error.discreet if is_discreet else str(error), error.pause)


def words(error: SendingError, delivery: Delivery) -> str:
    """Of somebody picked by name no error tells the address, which the sender must never learn."""
    return error.discreet if delivery.by_name else str(error)
