"""Telling of what was written just now as if it had happened before."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Max
from django.utils import timezone

from mail.models import Delivery
from notes.models import Export, Note
from notifications.models import Announcement, Broadcast, Notification
from reminders.models import Occurrence, Ring
from tasks.models import Attempt, Run, Task

MODELS: list[type[models.Model]] = [
    Note, Task, Run, Attempt, Delivery, Export, Occurrence, Ring, Broadcast, Announcement, Notification,
]  # fmt: skip
A_MOMENT = timedelta(seconds=1)


@contextmanager
def happening(at: datetime) -> Iterator[None]:
    """Whatever is written inside came to pass at that moment, which is past; what is still to come stays.

    Needs a transaction that nobody else writes in.
    """
    before = {model: _last_key(model) for model in MODELS}
    ago = timezone.now() - at
    yield
    for model, last in before.items():
        written = model._default_manager.filter(pk__gt=last)
        for field in _moments(model):
            passed = written.filter(**{f"{field}__lte": timezone.now() + A_MOMENT})
            passed.update(**{field: F(field) - ago})


def _last_key(model: type[models.Model]) -> int:
    last: int | None = model._default_manager.aggregate(last=Max("pk"))["last"]
    return last or 0


def _moments(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [field.name for field in fields if type(field) is models.DateTimeField]
