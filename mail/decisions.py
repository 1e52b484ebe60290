"""Deliveries whose answer was lost: their owner decides what became of them."""

from django.db import transaction
from django.db.models.functions import Now

from mail.models import Delivery
from tasks.models import Run

State = Delivery.State
NOT_SENT = [State.PENDING, State.FAILED, State.UNKNOWN, State.CANCELLED]


def send_again(delivery: Delivery) -> bool:
    """Send it another time, under the same Message-ID, and nothing else of its run.

    Gives False when there was nothing to decide (any more).
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=delivery.run_id)
        decided = _decide(
            delivery, state=State.PENDING, attempts=0, doubts=0, next_attempt_at=Now(), error=""
        )
        if decided:
            run.retry()
    return decided


def take_as_sent(delivery: Delivery) -> bool:
    """Leave it as it is and count it as sent; if nothing else is missing, its run gets to say so too.

    Gives False when there was nothing to decide (any more).
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=delivery.run_id)
        decided = _decide(delivery, state=State.SENT, sent_at=Now(), error="")
        if decided and not Delivery.objects.filter(run=run, state__in=NOT_SENT).exists():
            run.retry()
    return decided


def _decide(delivery: Delivery, **changes: object) -> bool:
    undecided = Delivery.objects.filter(pk=delivery.pk, state=State.UNKNOWN)
    return bool(undecided.update(**changes))
