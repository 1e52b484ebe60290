"""One thing of each sort, somebody's own, by the path that its key is part of."""

from collections.abc import Callable
from io import BytesIO

from django.utils import timezone

from accounts import avatars
from accounts.models import User
from accounts.pictures import squared
from mail.models import Delivery
from notifications.door import notify
from reminders.models import Occurrence
from tests.accounts.browsers import session_of
from tests.accounts.pictures import plain
from tests.notes.exports import exported
from tests.notes.factories import make_note
from tests.reminders.kinds import reminder_of
from tests.tasks.factories import make_run, make_task


def avatar(user: User) -> str:
    avatars.put(user, squared(BytesIO(plain())))
    return avatars.key_of(user)


def note(user: User) -> int:
    return make_note(user).pk


def tag(user: User) -> int:
    note = make_note(user)
    name = f"mine {note.pk}"
    return note.tags.create(owner=user, name=name, key=name).pk


def task(user: User) -> int:
    return make_task(user).pk


def scheduled_task(user: User) -> int:
    return reminder_of(user).pk


def run(user: User) -> int:
    return make_run(user).pk


def failed_run(user: User) -> int:
    return make_run(user, state="failed").pk


def export(user: User) -> int:
    return exported(user).run.pk


def delivery(user: User) -> int:
    return Delivery.objects.create(
        run=make_run(user, state="failed"), address="a@example.net", state="unknown"
    ).pk


def notification(user: User) -> int:
    return notify(user, title="For me").pk


def reminder(user: User) -> int:
    return reminder_of(user).pk


def occurrence(user: User) -> int:
    return Occurrence.objects.create(task=reminder_of(user), due_at=timezone.now()).pk


def occurring(user: User) -> int:
    return Occurrence.objects.get(pk=occurrence(user)).task_id


def session(user: User) -> int:
    return int(session_of(user).pk)


THINGS: dict[str, Callable[[User], int | str]] = {
    "/api/me/sessions/{id}/": session,
    "/api/avatars/{key}/": avatar,
    "/api/notes/{id}/": note,
    "/api/notes/{id}/duplicates/": note,
    "/api/tags/{id}/": tag,
    "/api/tasks/{id}/": task,
    "/api/tasks/{id}/runs/": scheduled_task,
    "/api/runs/{id}/": run,
    "/api/runs/{id}/cancellation/": run,
    "/api/runs/{id}/retry/": failed_run,
    "/api/runs/{id}/deliveries/": run,
    "/api/runs/{id}/export/": export,
    "/api/runs/{id}/export/file/": export,
    "/api/deliveries/{id}/decision/": delivery,
    "/api/reminders/{id}/": reminder,
    "/api/reminders/{id}/occurrences/": occurring,
    "/api/occurrences/{id}/": occurrence,
    "/api/occurrences/{id}/acknowledgement/": occurrence,
    "/api/occurrences/{id}/snooze/": occurrence,
    "/api/notifications/{id}/": notification,
}
