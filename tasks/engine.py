"""Claiming runs and seeing them through. The row decides: messages may be lost, repeated or late."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from tasks import lease
from tasks.active import ActiveRun
from tasks.clock import in_seconds
from tasks.errors import (
    CancellationRequested,
    Later,
    LeaseLost,
    PermanentError,
    Stopping,
    TemporaryError,
)
from tasks.lease import Lease
from tasks.models import TOO_LATE, Attempt, Run
from tasks.persistence import DATABASE_ERRORS, insist
from tasks.signals import run_progressed

logger = logging.getLogger(__name__)

WORKER_LOST = "The worker was lost on the way."
TOO_LATE_TO_BEGIN = "Nothing could begin it in time."
OUR_FAULT = "Something went wrong on our side. It was written to the log."


def execute(run_id: int) -> None:
    """Claim the run and carry it out; does nothing when it is not claimable (any more)."""
    run = claim(run_id)
    if run is None:
        _expire(run_id)
        return
    lease.keeper.add(run.lease)
    try:
        _carry_out(run)
    except LeaseLost:
        logger.warning("run %s was taken over by another worker, or deleted", run_id)
    finally:
        lease.keeper.remove(run.lease)


def claim(run_id: int) -> ActiveRun[Any] | None:
    """Take the run if it is due or abandoned, by one conditional UPDATE; None when somebody else has it."""
    token = uuid4()
    with transaction.atomic():
        claimed = (
            Run.objects.filter(pk=run_id)
            .claimable()
            .update(
                state=Run.State.RUNNING,
                claim=token,
                claimed_until=in_seconds(settings.TASKS_LEASE_SECONDS),
                attempts_made=F("attempts_made") + 1,
                tries_left=F("tries_left") - 1,
                started_at=Coalesce("started_at", Now()),
                error="",
            )
        )
        if not claimed:
            return None
        row = Run.objects.select_related("task__owner").get(pk=run_id)
        Attempt.objects.filter(run=row, ended_at=None).update(
            ended_at=Now(), outcome=Attempt.Outcome.LOST, error=WORKER_LOST
        )
        Attempt.objects.create(run=row, number=row.attempts_made)
    return ActiveRun(row, Lease(run_id, token))


def _expire(run_id: int) -> None:
    """End a run that comes too late to be worth it; does nothing with any other."""
    run = Run.objects.too_late().select_related("task__owner").filter(pk=run_id).first()
    if run:
        run.finish(Run.State.EXPIRED, where=TOO_LATE, error=TOO_LATE_TO_BEGIN)


def _carry_out(run: ActiveRun[Any]) -> None:
    """Run the handler and write down how it ended. Raises LeaseLost when that is no longer ours to say."""
    try:
        run.save()
        summary = _handler_of(run)(run)
    except LeaseLost:
        raise
    except CancellationRequested:
        _finish(run, Run.State.CANCELLED)
    except Stopping:
        _hand_back(run, 0, Attempt.Outcome.HANDED_BACK, "The worker was stopped; another one goes on.")
    except Later as later:
        _hand_back(run, later.seconds, Attempt.Outcome.TRY_AGAIN, str(later))
    except TemporaryError as error:
        _try_again_or_fail(run, str(error), pause=error.pause)
    except DATABASE_ERRORS:
        logger.exception("the database failed under run %s", run.pk)
        _try_again_or_fail(run, "The database was away.")
    except PermanentError as error:
        _finish(run, Run.State.FAILED, error=str(error))
    except Exception as error:
        _raise_if_lost(run, error)
        logger.exception("the handler of run %s failed", run.pk)
        _finish(run, Run.State.FAILED, error=OUR_FAULT)
    else:
        _finish(run, Run.State.COMPLETED, summary=summary or "")


def _raise_if_lost(run: ActiveRun[Any], error: Exception) -> None:
    """When a run is deleted, what its handler reads or points at may be gone, too: that is nobody's fault."""
    if not Run.objects.filter(_is_ours(run), pk=run.pk).exists():
        raise LeaseLost from error


def _handler_of(run: ActiveRun[Any]) -> Any:
    return run.kind.handler


def _try_again_or_fail(run: ActiveRun[Any], error: str, *, pause: float = 0) -> None:
    retry = run.kind.retry
    if run.row.tries_left:
        delay = max(pause, retry.delay(retry.limit - run.row.tries_left))
        _hand_back(run, delay, Attempt.Outcome.TRY_AGAIN, error, used_up=True)
    elif Run.objects.filter(_is_ours(run), pk=run.pk, cancel_requested_at__isnull=False).exists():
        _finish(run, Run.State.CANCELLED, error=error)
    else:
        _finish(run, Run.State.FAILED, error=error)


def _finish(run: ActiveRun[Any], state: Run.State, *, summary: str = "", error: str = "") -> None:
    def write() -> None:
        with transaction.atomic():
            progress = {"done": run.row.done, "total": run.row.total}
            ended = run.row.finish(state, where=_is_ours(run), summary=summary, error=error, **progress)
            if not ended:
                raise LeaseLost
            _end_attempt(run, Attempt.Outcome(state.value), error)

    insist(write)


def _hand_back(
    run: ActiveRun[Any], seconds: float, outcome: Attempt.Outcome, error: str, *, used_up: bool = False
) -> None:
    """Put the run back in line, to be claimed in `seconds`; with its try back unless that was `used_up`.

    One that its owner cancelled meanwhile ends here, and does not wait for that.
    """

    def write() -> None:
        with transaction.atomic():
            changed = Run.objects.filter(_is_ours(run), pk=run.pk).update(
                state=Run.State.PENDING,
                claim=None,
                claimed_until=None,
                next_attempt_at=in_seconds(seconds),
                published_at=None,
                tries_left=F("tries_left") + (0 if used_up else 1),
                done=run.row.done,
                total=run.row.total,
                error=error,
            )
            if not changed:
                raise LeaseLost
            _end_attempt(run, outcome, error)
            run.row.refresh_from_db()
            if run.row.cancel_requested_at:
                run.row.cancel()

    insist(write)
    if not run.row.is_final:
        run_progressed.send(Run, run=run.row)


def _is_ours(run: ActiveRun[Any]) -> Q:
    return Q(claim=run.lease.claim)


def _end_attempt(run: ActiveRun[Any], outcome: Attempt.Outcome, error: str) -> None:
    """After the run, as all who write both do: who deletes a task takes its runs first, too."""
    Attempt.objects.filter(run=run.pk, number=run.row.attempts_made).update(
        ended_at=Now(), outcome=outcome, error=error
    )
