"""The sweep makes good what got lost: messages the broker dropped, runs whose worker died."""

import logging

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from tasks.clock import in_seconds
from tasks.models import Attempt, Heartbeat, Run, RunQuerySet
from tasks.persistence import DATABASE_ERRORS
from tasks.publishing import publish

logger = logging.getLogger(__name__)

RUNS_PER_PASS = 200
GAVE_UP = "Its worker was lost too often. It is not tried again by itself."


def sweep() -> None:
    """Publish overdue runs again, and let other workers take over those of lost workers.

    In the first pass after a pause, as when the database was away, running runs are left alone: their
    workers may be alive and could not renew their leases either.
    """
    if Heartbeat.beat("sweep", within=3 * settings.TASKS_SWEEP_SECONDS + 1):
        _fail_hopeless()
        taken_over = Q(published_at__lt=F("claimed_until"))
        _publish(Run.objects.abandoned().filter(taken_over | _not_published_lately(), tries_left__gt=0))
    overdue = Run.objects.filter(_not_published_lately(), state=Run.State.PENDING, next_attempt_at__lte=Now())
    _publish(overdue.order_by("next_attempt_at"))


def _not_published_lately() -> Q:
    return Q(published_at=None) | Q(published_at__lt=in_seconds(-settings.TASKS_REPUBLISH_SECONDS))


def _publish(runs: RunQuerySet) -> None:
    batch = list(runs.select_related("task")[:RUNS_PER_PASS])
    if batch:
        Run.objects.filter(pk__in=[run.pk for run in batch]).update(published_at=Now())
        publish(batch)


def _fail_hopeless() -> None:
    """End runs that took their worker with them on every try. One that cannot be ended holds up no other."""
    for run in Run.objects.abandoned().filter(tries_left=0).select_related("task")[:RUNS_PER_PASS]:
        try:
            _fail(run)
        except DATABASE_ERRORS:
            raise
        except Exception:
            logger.exception("run %s could not be ended", run.pk)


def _fail(run: Run) -> None:
    with transaction.atomic():
        if run.finish(Run.State.FAILED, where=Q(claim=run.claim, claimed_until__lt=Now()), error=GAVE_UP):
            Attempt.objects.filter(run=run, ended_at=None).update(
                ended_at=Now(), outcome=Attempt.Outcome.LOST
            )
