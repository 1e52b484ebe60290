"""The public door of `reminders`: how other apps, and the pages here, ask to remind somebody."""

from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import User
from notifications.door import one_line
from reminders.kinds import ReminderParams
from reminders.models import KIND, Reminder
from reminders.subjects import is_subject_of, reference, remindable, subject
from tasks.door import Schedule, ScheduleError
from tasks.door import schedule as schedule_task
from tasks.kinds import kind_named
from tasks.models import Task

__all__ = ["Ways", "change", "reference", "remind", "remindable", "subject"]

LONGEST_TITLE = 200
SECONDS_OF_A_YEAR = 366 * 86_400


class Ways(TypedDict, total=False):
    """How to remind; `reminders.kinds.ReminderParams` says what each means, and what it is when left out."""

    text: str
    recipients: Iterable[str]
    email: bool
    in_app: bool
    nag_every: int | None
    nag_limit: int
    calendar: bool


def remind(
    owner: User,
    *,
    title: str,
    schedule: Schedule,
    about: models.Model | None = None,
    missed: str = Task.Missed.LATEST,
    expires_after: int | None = None,
    description: str = "",
    **ways: Unpack[Ways],
) -> Reminder:
    """Remind `owner` of `title` whenever `schedule` says, in the caller's transaction.

    `about`: a row of a remindable model that the owner sees. `missed` and `expires_after` (seconds) are those
    of `tasks.door.schedule`. Raises ValidationError({field: [message, …]}), where the fields are these
    parameters and those of the schedule.
    """
    if about is not None and not is_subject_of(about, owner):
        raise ValidationError({"about": ["You have no such thing to be reminded of."]})
    _check_missed(missed, expires_after)
    task = schedule_task(
        KIND,
        owner=owner,
        params=_params(ways),
        schedule=schedule,
        title=_checked(title),
        description=description,
        about=about,
        missed=missed,
        expires_after=expires_after,
    )
    reminder: Reminder = Reminder.objects.get(pk=task.pk)
    reminder.push()
    return reminder


def check(owner: User, **ways: Unpack[Ways]) -> None:
    """Raises what `remind` would raise for these ways to remind `owner`."""
    _params(ways).accept_scheduled(owner)


def change(
    reminder: Reminder,
    *,
    title: str,
    schedule: Schedule,
    missed: str = Task.Missed.LATEST,
    expires_after: int | None = None,
    **ways: Unpack[Ways],
) -> None:
    """Make it all new but what it is about; takes and raises what `remind` does.

    When the schedule stays the same, so does the next time, and the schedule may be over.
    """
    params, words, settled = _params(ways), _checked(title), _settled(schedule)
    _check_missed(missed, expires_after)
    with transaction.atomic():
        accepted = params.accept_scheduled(reminder.owner).model_dump(mode="json")
        stored = Task.objects.select_for_update().get(pk=reminder.pk)
        if settled != stored.schedule:
            stored.reschedule(settled)
        Task.objects.filter(pk=reminder.pk).update(
            title=words, params=accepted, missed=missed, expires_after=expires_after
        )
    reminder.refresh_from_db()
    reminder.push()


def _params(ways: Ways) -> ReminderParams:
    raw: dict[str, Any] = {**ways, "recipients": list(ways.get("recipients", ()))}
    params: ReminderParams = kind_named(KIND).validate(raw)
    return params


def _settled(schedule: Schedule) -> Schedule:
    try:
        return schedule.settled()
    except ScheduleError as error:
        raise ValidationError({error.field: [str(error)]}) from error


def _checked(title: str) -> str:
    """The title on one line."""
    if len(title) > LONGEST_TITLE:
        raise ValidationError({"title": [f"At most {LONGEST_TITLE} characters."]})
    words = one_line(title)
    if not words:
        raise ValidationError({"title": ["Say what you want to be reminded of."]})
    return words


def _check_missed(missed: str, expires_after: int | None) -> None:
    if missed not in Task.Missed.values:
        raise ValidationError({"missed": ["Choose one of these."]})
    if expires_after is not None and not 1 <= expires_after <= SECONDS_OF_A_YEAR:
        raise ValidationError({"expires_after": ["At least a second, and at most a year."]})
