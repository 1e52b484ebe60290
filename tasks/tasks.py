"""The Celery tasks: one line each over a named method, and the worker's signals."""

from typing import Any

from celery import shared_task
from celery.signals import task_prerun, worker_shutting_down
from django.db import close_old_connections

from tasks import engine
from tasks import sweep as sweeping
from tasks.active import request_stop, stop_requested
from tasks.models import Run


@shared_task(name="tasks.execute")
def execute(run_ids: list[int]) -> None:
    for index, run_id in enumerate(run_ids):
        if stop_requested.value:
            Run.objects.filter(pk__in=run_ids[index:]).update(published_at=None)
            return
        engine.execute(run_id)


@shared_task(name="tasks.sweep")
def sweep() -> None:
    sweeping.sweep()


@task_prerun.connect
def drop_broken_connections(**_: Any) -> None:
    """Celery keeps connections between tasks (CELERY_DB_REUSE_MAX); a restarted database breaks them."""
    close_old_connections()


@worker_shutting_down.connect
def ask_handlers_to_stop(**_: Any) -> None:
    request_stop()
