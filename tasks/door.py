"""The public door of `tasks`: how other apps ask for work."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Now

from accounts.models import User
from tasks.kinds import Params, registry
from tasks.models import Run, Task
from tasks.publishing import publish_on_commit


def start(
    kind: str,
    *,
    owner: User,
    params: Params | Mapping[str, Any],
    title: str = "",
    about: models.Model | None = None,
) -> Run:
    """Accept a task that is due now, in the caller's transaction; its run is published after the commit.

    `title` is the kind's when empty; `about` is the row the task belongs to in its owner's eyes.
    Raises ValidationError({field: [message, …]}) when the parameters are not right for the kind and owner.
    """
    if kind not in registry:
        raise ValidationError({"kind": [f"There is no kind of task called “{kind}”."]})
    definition = registry[kind]
    validated = definition.validate(params)
    with transaction.atomic():
        accepted = validated.accept(owner)
        task = Task.objects.create(
            owner=owner,
            kind_name=kind,
            title=(title or definition.title)[:200],
            params=accepted.model_dump(mode="json"),
            about=about,
        )
        run = Run.objects.create(task=task, tries_left=definition.retry.limit, published_at=Now())
        publish_on_commit(run)
    return run
