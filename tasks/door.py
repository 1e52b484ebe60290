"""The public door of `tasks`: how other apps ask for work."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Now

from accounts.models import User
from tasks.clock import database_now
from tasks.kinds import Kind, Params, registry
from tasks.models import LONGEST_DESCRIPTION, OVER, Run, Task
from tasks.publishing import publish_on_commit
from tasks.recurrence import Schedule, ScheduleError

__all__ = ["Schedule", "ScheduleError", "schedule", "start"]


def start(
    kind: str,
    *,
    owner: User,
    params: Params | Mapping[str, Any],
    title: str = "",
    description: str = "",
    about: models.Model | None = None,
) -> Run:
    """Accept a task that is due now, in the caller's transaction; its run is published after the commit.

    `title` is the kind's when empty; `about` is the row the task belongs to in its owner's eyes.
    Raises ValidationError({field: [message, …]}) when the parameters are not right for the kind and owner.
    """
    definition = _registered(kind)
    validated = definition.validate(params)
    with transaction.atomic():
        task = _task(definition, owner, validated.accept(owner), title, description, about)
        task.save(force_insert=True)
        run = Run.objects.create(task=task, tries_left=definition.retry.limit, published_at=Now())
        publish_on_commit(run)
    return run


def schedule(
    kind: str,
    *,
    owner: User,
    params: Params | Mapping[str, Any],
    schedule: Schedule,
    title: str = "",
    description: str = "",
    about: models.Model | None = None,
    missed: str = Task.Missed.LATEST,
    expires_after: int | None = None,
) -> Task:
    """Accept a task that Beat starts by its schedule, in the caller's transaction.

    `missed`: what becomes of firings that came while nothing ran. `expires_after`: seconds after which it is
    too late to begin a run; such a run is `expired`. Otherwise like `start`; raises ValidationError also for
    a schedule that cannot be, or that is over.
    """
    definition = _registered(kind)
    validated = definition.validate(params)
    try:
        settled = schedule.settled()
    except ScheduleError as error:
        raise ValidationError({error.field: [str(error)]}) from error
    with transaction.atomic():
        task = _task(definition, owner, validated.accept_scheduled(owner), title, description, about)
        task.schedule, task.missed, task.expires_after = settled, missed, expires_after
        task.next_run_at = settled.after(database_now())
        if task.next_run_at is None:
            raise ValidationError({"starts": [OVER]})
        task.save(force_insert=True)
    return task


def _registered(kind: str) -> Kind[Any]:
    if kind not in registry:
        raise ValidationError({"kind": [f"There is no kind of task called “{kind}”."]})
    return registry[kind]


def _task(
    kind: Kind[Any], owner: User, accepted: Params, title: str, description: str, about: models.Model | None
) -> Task:
    if len(description) > LONGEST_DESCRIPTION:
        raise ValidationError({"description": [f"At most {LONGEST_DESCRIPTION} characters."]})
    return Task(
        owner=owner,
        kind_name=kind.name,
        title=(title or kind.title)[:200],
        description=description,
        params=accepted.model_dump(mode="json"),
        about=about,
    )
