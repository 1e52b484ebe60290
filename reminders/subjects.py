"""What reminders may be about: rows of the models that apps offer for it."""

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models import User
from accounts.requests import to_number
from tasks.models import Task

_remindable: dict[str, type[models.Model]] = {}


def remindable(model: type[models.Model]) -> None:
    """Let reminders be about rows of `model`, which has `objects.visible_to(user)` and `get_absolute_url`."""
    _remindable[model._meta.label_lower] = model


def types() -> dict[str, str]:
    """For programs: what each of these models is called, such as "note", and how `subject` knows it."""
    return {model._meta.model_name or "": label for label, model in _remindable.items()}


def type_of(thing: models.Model) -> str:
    return thing._meta.model_name or ""


def reference(thing: models.Model) -> str:
    """How `thing` is named in addresses and forms, such as "notes.note:5"."""
    return f"{thing._meta.label_lower}:{thing.pk}"


def subject(user: User, name: str) -> models.Model | None:
    """The row called `name`, such as "notes.note:5"; None unless it is remindable, there, and the user's."""
    label, _, key = name.partition(":")
    model, pk = _remindable.get(label), to_number(key)
    if model is None or pk is None:
        return None
    found: models.Model | None = model.objects.visible_to(user).filter(pk=pk).first()  # type: ignore[attr-defined]
    return found


def is_subject_of(thing: models.Model, user: User) -> bool:
    return subject(user, reference(thing)) is not None


def subject_of(task: Task) -> models.Model | None:
    """What the reminder is about; None when that is gone, or its owner does not see it any more."""
    if task.about_type is None or task.about_id is None:
        return None
    label = f"{task.about_type.app_label}.{task.about_type.model}"
    return subject(task.owner, f"{label}:{task.about_id}")


def subjects_of(tasks: Sequence[Task], user: User) -> dict[int, models.Model]:
    """What each of the reminders is about, by the reminder's key; only what the user sees.

    A query for each model, however many reminders there are.
    """
    found: dict[int, models.Model] = {}
    for label, model in _remindable.items():
        about = {task.pk: task.about_id for task in tasks if _label(task) == label and task.about_id}
        if about:
            rows = model.objects.visible_to(user).in_bulk(set(about.values()))  # type: ignore[attr-defined]
            found |= {key: rows[row] for key, row in about.items() if row in rows}
    return found


def _label(task: Task) -> str:
    if task.about_type_id is None:
        return ""
    kind = ContentType.objects.get_for_id(task.about_type_id)
    return f"{kind.app_label}.{kind.model}"
