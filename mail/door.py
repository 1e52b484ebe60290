"""The public door of `mail`: how the handlers of other apps send e-mail."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from mail import doubts, journal
from mail.limits import accept
from mail.messages import Message
from mail.models import Delivery, DeliveryQuerySet
from mail.recipients import Recipient, insert_missing
from mail.sending import MOST_DOUBTS, Render, send_due
from mail.suppression import skip_unwanted
from tasks.active import ActiveRun
from tasks.errors import Later, LeaseLost, PermanentError, TemporaryError
from tasks.models import Run

__all__ = ["Message", "Recipient", "admit", "deliver", "is_unsent"]


def admit(run: ActiveRun[Any], recipients: Sequence[Recipient]) -> None:
    """Count a run of a scheduled task against its owner's limit of today, once, before `deliver`.

    What it counts are the deliveries, which it makes; a run that has some was counted. Raises PermanentError
    with the limit's words.
    """
    with _accounts_may_go(), transaction.atomic():
        _keep_claim(run)
        if Delivery.objects.filter(run=run.pk).exists():
            return
        try:
            accept(run.owner, recipients)
        except ValidationError as error:
            raise PermanentError(" ".join(error.messages)) from error
        insert_missing(run.row, recipients)


def is_unsent(run: ActiveRun[Any]) -> bool:
    """Whether none of its e-mail was sent, or may have been; it stays so until the open transaction ends.

    Raises LeaseLost.
    """
    _keep_claim(run)
    journal.replay(run.pk)
    deliveries = Delivery.objects.select_for_update().filter(run=run.pk)
    return set(deliveries.values_list("state", "doubts")) <= {(Delivery.State.PENDING, 0)}


@contextmanager
def _accounts_may_go() -> Iterator[None]:
    """Somebody picked by name may just be leaving: the next try leaves them out."""
    try:
        yield
    except IntegrityError as error:
        raise TemporaryError("An account was deleted at the same moment.") from error


def _keep_claim(run: ActiveRun[Any]) -> None:
    if not Run.objects.select_for_update().filter(pk=run.pk, claim=run.lease.claim).exists():
        raise LeaseLost


def deliver(run: ActiveRun[Any], recipients: Sequence[Recipient], render: Render) -> str:
    """Send the message that `render(delivery)` gives to each recipient, once; gives words such as "25 sent".

    To be called again with the same recipients whenever the run is carried out again: what was sent stays
    sent. Raises Later or TemporaryError when some must wait, PermanentError when some were not sent.
    """
    with _accounts_may_go():
        insert_missing(run.row, recipients)
    journal.replay(run.pk)
    doubts.leave_to_owner(run.pk, calls=MOST_DOUBTS + 1)
    skip_unwanted(run.row)
    deliveries = Delivery.objects.filter(run=run.pk)
    counts = deliveries.counts()
    total = sum(counts.values())
    run.report(total - counts.get(Delivery.State.PENDING, 0), total)
    send_due(run, render)
    return _outcome(deliveries)


def _outcome(deliveries: DeliveryQuerySet) -> str:
    waiting = deliveries.pending().order_by("next_attempt_at").values_list("next_attempt_at", Now()).first()
    counts = deliveries.counts()
    if waiting:
        due, now = waiting
        raise Later(max(0, (due - now).total_seconds()), f"{in_words(counts)}; the rest is tried again.")
    if counts.keys() & {Delivery.State.FAILED, Delivery.State.UNKNOWN}:
        raise PermanentError(f"{in_words(counts)}.")
    return in_words(counts)


def in_words(counts: dict[str, int]) -> str:
    """Such as "25 sent" or "23 of 25 sent, 1 refused, 1 without an answer"."""
    total, sent = sum(counts.values()), counts.get(Delivery.State.SENT, 0)
    skipped = counts.get(Delivery.State.SKIPPED, 0)
    words = [f"{sent} sent" if sent + skipped == total else f"{sent} of {total} sent"]
    for state, word in NOT_SENT.items():
        if counts.get(state):
            words.append(f"{counts[state]} {word}")
    return ", ".join(words)


NOT_SENT = {
    Delivery.State.FAILED: "failed",
    Delivery.State.UNKNOWN: "without an answer",
    Delivery.State.SKIPPED: "skipped",
    Delivery.State.CANCELLED: "cancelled",
}
