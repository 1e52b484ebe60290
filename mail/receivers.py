"""What the end, or the new beginning, of a run means for its deliveries; in the same transaction."""

from typing import Any

from django.db.models.functions import Now
from django.dispatch import receiver

from mail import doubts, journal
from mail.models import Delivery
from tasks.models import Run
from tasks.signals import run_finished, run_retried

State = Delivery.State


@receiver(run_finished)
def settle_what_is_pending(run: Run, **_: Any) -> None:
    """Nothing is pending in a run that has ended, so that nothing seems to be on its way.

    What may have been sent is not said to have failed or to be cancelled.
    """
    if run.state == Run.State.COMPLETED or not Delivery.objects.filter(run=run).pending().exists():
        return
    journal.replay(run.pk)
    doubts.leave_to_owner(run.pk)
    pending = Delivery.objects.filter(run=run).pending()
    if run.state == Run.State.CANCELLED:
        pending.update(state=State.CANCELLED, error="")
    else:
        pending.update(state=State.FAILED, error=run.error)


@receiver(run_retried)
def send_what_is_missing(run: Run, **_: Any) -> None:
    """Everything not sent is tried afresh; but if its owner asked for single ones, those alone.

    What may have been sent is not sent again unless its owner says so.
    """
    deliveries = Delivery.objects.filter(run=run)
    if not deliveries.pending().exists():
        deliveries.filter(state__in=[State.FAILED, State.CANCELLED]).update(
            state=State.PENDING, attempts=0, doubts=0, next_attempt_at=Now(), error=""
        )
