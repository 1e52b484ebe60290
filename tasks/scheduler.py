"""Celery Beat's scheduler: fixed jobs from django-celery-beat's tables, users' tasks by the due query."""

import logging
import time

from celery.beat import SchedulingError
from celery.schedules import schedstate
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

from accounts import publishing
from tasks import firing
from tasks.models import Heartbeat
from tasks.persistence import DATABASE_ERRORS

logger = logging.getLogger(__name__)

LONGEST_SLEEP = 1.0  # seconds; what is stored meanwhile for the next second is noticed in time
BATCHES_PER_TICK = 20
SECONDS_TO_LET_ANOTHER_FINISH = 0.05  # what is due here is in the hands of another scheduler
SECONDS_BETWEEN_HEARTBEATS = 5.0


class Scheduler(DatabaseScheduler):  # type: ignore[misc]
    """Any number may run at once. Fixed jobs may then start more than once, so they are idempotent."""

    producer = None  # Celery's own would wait for an absent broker for ever; without it, its pool is asked

    _next_heartbeat = 0.0

    def enabled_models_qs(self) -> QuerySet[PeriodicTask]:
        """All that are switched on. The usual filter by the hour would leave out those missed while no Beat
        ran; and read together, their crontabs would all be lost to one of an unknown zone."""
        enabled: QuerySet[PeriodicTask] = self.Model.objects.filter(enabled=True)
        return enabled

    def all_as_schedule(self) -> dict[str, ModelEntry]:
        """The fixed jobs by name. One that cannot be understood is left out, and stops no other."""
        entries = {}
        for model in self.enabled_models():
            try:
                entry = self.Entry(model, app=self.app)
                entry.is_due()
            except DATABASE_ERRORS:
                raise
            except Exception:
                logger.exception("the fixed job “%s” is left out", model.name)
            else:
                entries[model.name] = entry
        return entries

    def tick(self, *args: object, **kwargs: object) -> float:
        """Fire what is due; gives the seconds until there is something to do again. Never raises."""
        return max(0.0, min(LONGEST_SLEEP, self._tick_of_tasks(), self._tick_of_fixed_jobs(*args, **kwargs)))

    def is_due(self, entry: ModelEntry) -> schedstate:
        """Whether it is moved on to its next time: when it is due, and was sent.

        Celery would move it on first, so that a broker away for a moment would cost a daily job its day.
        """
        state: schedstate = super().is_due(entry)
        if state.is_due and not self._send(entry):
            return schedstate(is_due=False, next=LONGEST_SLEEP)
        return state

    def apply_entry(self, entry: ModelEntry, producer: object = None) -> None:
        """`is_due` has sent it. That is stored at once, so that a Beat killed now does not do it again."""
        self.sync()

    def _send(self, entry: ModelEntry) -> bool:
        """Gives False when the broker did not take it. What another error stops waits for its next time."""
        logger.info("starting the fixed job “%s”", entry.name)
        try:
            self.apply_async(entry, producer=self.producer, advance=False)
        except SchedulingError as error:
            if isinstance(error.__context__, publishing.BROKER_ERRORS):
                publishing.broker.mark_away()
                logger.warning("the broker is away, “%s” is started later: %s", entry.name, error)
                return False
            logger.exception("the fixed job “%s” could not be started", entry.name)
        return True

    def _tick_of_tasks(self) -> float:
        try:
            self._beat()
            return fire_all()
        except DATABASE_ERRORS as error:
            logger.warning("the database is away: %s", error)
        except Exception:
            logger.exception("firing failed")
        connection.close()
        return LONGEST_SLEEP

    def _tick_of_fixed_jobs(self, *args: object, **kwargs: object) -> float:
        if publishing.broker.is_away():
            return LONGEST_SLEEP
        try:
            return float(super().tick(*args, **kwargs))
        except DATABASE_ERRORS as error:
            logger.warning("the database is away: %s", error)
        except Exception:
            logger.exception("a fixed job could not be started")
        connection.close()
        return LONGEST_SLEEP

    def _beat(self) -> None:
        if time.monotonic() >= self._next_heartbeat:
            Heartbeat.beat("scheduler", within=settings.TASKS_SCHEDULER_SECONDS)
            self._next_heartbeat = time.monotonic() + SECONDS_BETWEEN_HEARTBEATS


def fire_all() -> float:
    """Fire what is due, up to so many batches; gives the seconds until there is more to do.

    Tasks and waiting runs take turns, so that neither waits for the other.
    """
    for _ in range(BATCHES_PER_TICK):
        to_task, to_run = firing.seconds_to_next()
        if min(to_task, to_run) > 0:
            return min(to_task, to_run)
        fired = firing.fire_due() if to_task <= 0 else 0
        published = firing.publish_waiting() if to_run <= 0 else 0
        if published is None and not fired:
            return LONGEST_SLEEP
        if not (fired or published):
            return SECONDS_TO_LET_ANOTHER_FINISH
    return 0.0
