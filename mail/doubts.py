"""Deliveries that nobody knows about, since a call of several messages came to an end that nobody saw."""

from mail.models import Delivery

WORDS = "It was being handed over when the worker was lost, or the server failed: it may have been sent."


def leave_to_owner(run_id: int, *, calls: int = 1) -> None:
    """Mark as unknown what was in so many such calls, so that it is sent again only if its owner says so."""
    Delivery.objects.filter(run=run_id).in_doubt(calls).update(state=Delivery.State.UNKNOWN, error=WORDS)
