"""Who asked for a task by a program is told of its end as they wish, like anybody."""

from typing import Any

import pytest

from accounts.models import User
from notifications.events import Email
from notifications.models import Digest, Notification
from tasks.active import ActiveRun
from tasks.engine import execute
from tasks.errors import PermanentError
from tasks.firing import fire_due
from tasks.models import Run, Task
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.notifications.digests import wish
from tests.tasks.firings import second
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


def failing(run: ActiveRun[Steps]) -> None:
    raise PermanentError("The other side said no.")


def carry_out(owner: User, handler: Any = lambda run: "25 sent", **body: Any) -> None:
    with handled_by(handler, is_open=True):
        asked = {"kind": NAME, "title": "Shopping", **body}
        assert program_of(owner).post("/api/tasks/", asked, format="json").status_code == 201
        if Task.objects.filter(next_run_at__isnull=False).update(next_run_at=second()):
            fire_due()
        execute(Run.objects.get().pk)


def emails() -> list[Any]:
    return list(Task.objects.filter(kind_name="notification.email").values_list("params", flat=True))


def test_a_failure_is_in_the_inbox_and_in_the_mail(owner: User) -> None:
    carry_out(owner, failing)
    told = Notification.objects.get()
    assert (told.user, told.title, told.body) == (owner, "Shopping failed", "The other side said no.")
    assert emails() == [{"notification": told.pk}]


def test_the_end_of_what_was_scheduled_waits_for_the_digest(owner: User) -> None:
    carry_out(owner, crontab="0 9 1 1 *")
    assert Notification.objects.get().title == "Shopping finished: 25 sent"
    assert emails() == []
    assert Digest.objects.get().user == owner


def test_who_wishes_so_is_written_to_at_once(owner: User) -> None:
    wish(owner, "task.finished.scheduled", email=Email.NOW)
    carry_out(owner, crontab="0 9 1 1 *")
    assert emails() == [{"notification": Notification.objects.get().pk}]


def test_the_end_of_what_was_done_at_once_is_in_the_inbox_alone(owner: User) -> None:
    carry_out(owner)
    assert Notification.objects.get().title == "Shopping finished: 25 sent"
    assert emails() == []
    assert not Digest.objects.exists()
