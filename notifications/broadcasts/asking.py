"""What staff do with broadcasts: ask for one, change what is to come, retract, delete."""

from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from notifications.broadcasts.announcing import KIND
from notifications.broadcasts.showing import hide
from notifications.models import Announcement, AnnouncementCounter, Broadcast
from notifications.models.broadcasts import WORDS
from tasks.clock import database_now
from tasks.door import Schedule, start
from tasks.door import schedule as schedule_task
from tasks.models import Task

CHANGED_MEANWHILE = "It was changed meanwhile, and nothing of this was saved. Open its page anew."
TOO_LATE = "It is just being shown, or was retracted: it cannot be changed any more."
MOMENT = timedelta(seconds=1)


def ask(broadcast: Broadcast, chosen: Collection[int], by: User, schedule: Schedule | None) -> Task:
    """Accept a new broadcast, to these users if it is for chosen ones; without a schedule it is shown now.

    Raises ValidationError, as `tasks.door.schedule` does.
    """
    with transaction.atomic():
        broadcast.author = by
        broadcast.save()
        broadcast.chosen.set(chosen)
        return _give_task(broadcast, by, schedule)


def change(
    broadcast: Broadcast, chosen: Collection[int], by: User, schedule: Schedule | None, *, seen: str
) -> None:
    """Let it be what the instance says, and be shown by the schedule (now without one), from now on.

    `seen` is the fingerprint of what was looked at. Whoever changes it answers for it from now on; what was
    paused goes on. Raises ValidationError for what was changed, or shown, meanwhile, and for a schedule that
    is over.
    """
    schedule = schedule or Schedule.at(database_now() + MOMENT, "UTC")
    with broadcast.held() as stored:
        there, wanted = fingerprint(stored), _fingerprint(broadcast, chosen, schedule)
        is_paused = stored.task is not None and stored.task.paused_at is not None
        if there == wanted and not is_paused:
            return  # the same form came before
        if not stored.can_be_changed:
            raise ValidationError(TOO_LATE)
        if there != seen:
            raise ValidationError(CHANGED_MEANWHILE)
        broadcast.save(update_fields=[*WORDS, "expires_after"])
        broadcast.chosen.set(chosen)
        if stored.task:
            _reschedule(stored.task, broadcast, by, schedule)
        else:
            _give_task(broadcast, by, schedule)


def retract(broadcast: Broadcast) -> bool:
    """Show it no more, and take back what was shown; gives False when that was done before."""
    with broadcast.held() as stored:
        if stored.retracted_at:
            return False
        if stored.task:
            stored.task.unschedule()
            for run in stored.task.runs.unfinished():
                run.cancel()
        Broadcast.objects.filter(pk=stored.pk).update(retracted_at=Now())
        shown = list(stored.announcements.current())
        Announcement.objects.filter(pk__in=[one.pk for one in shown]).update(retracted_at=Now())
        if shown:
            AnnouncementCounter.objects.take_number()
            hide(shown)
    return True


def delete(broadcast: Broadcast) -> bool:
    """Forget one that was never shown; gives False for any other, which stays as what people were told."""
    with broadcast.held() as stored:
        if stored.is_announced:
            return False
        task = stored.task
        stored.delete()
        if task:
            task.delete()
    return True


def fingerprint(broadcast: Broadcast) -> str:
    """Another text for every other state of what a form of the stored broadcast shows."""
    schedule = broadcast.task.schedule if broadcast.task else None
    chosen = broadcast.chosen.values_list("pk", flat=True)
    return _fingerprint(broadcast, chosen, schedule)


def _fingerprint(broadcast: Broadcast, chosen: Collection[int], schedule: Schedule | None) -> str:
    words = [getattr(broadcast, name) for name in WORDS]
    shown = (*words, broadcast.expires_after, sorted(chosen), schedule)
    return sha256(repr(shown).encode()).hexdigest()


def _give_task(broadcast: Broadcast, by: User, schedule: Schedule | None) -> Task:
    params, title = {"broadcast": broadcast.pk}, broadcast.title
    if schedule:
        task = schedule_task(KIND, owner=by, params=params, title=title, schedule=schedule)
    else:
        task = start(KIND, owner=by, params=params, title=title).task
    broadcast.task = task
    broadcast.save(update_fields=["task"])
    return task


def _reschedule(task: Task, broadcast: Broadcast, by: User, schedule: Schedule) -> None:
    if schedule != task.schedule:
        task.reschedule(schedule)
    if task.paused_at:
        task.resume()
    Task.objects.filter(pk=task.pk).update(owner=by, title=broadcast.title)
