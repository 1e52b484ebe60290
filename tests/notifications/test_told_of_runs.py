"""What the owner of a run is told when it ends, and what their browsers hear meanwhile."""

from typing import Any

import pytest
from django.db.models import Q

from accounts.models import User
from notifications.door import notify
from notifications.models import Inbox, Notification
from tasks import engine
from tasks.active import ActiveRun
from tasks.door import start
from tasks.errors import PermanentError
from tasks.models import Run, Task
from tasks.signals import run_finished
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db(transaction=True)


def failing(run: ActiveRun[Steps]) -> None:
    raise PermanentError("The other side said no.")


def carry_out(owner: User, handler: Any = lambda run: "25 sent", title: str = "Shopping", **kind: Any) -> Run:
    with handled_by(handler, **kind):
        run = start(NAME, owner=owner, params=Steps(), title=title)
        engine.execute(run.pk)
    run.refresh_from_db()
    return run


def emails() -> list[Task]:
    return list(Task.objects.filter(kind_name="notification.email"))


def test_the_end_is_told_with_a_link_to_the_run(owner: User) -> None:
    run = carry_out(owner)
    notification = Notification.objects.get()
    assert notification.user == owner
    assert notification.title == "Shopping finished: 25 sent"
    assert (notification.level, notification.url) == ("success", f"/tasks/runs/{run.pk}/")
    assert emails() == []


def test_a_failure_is_told_with_its_reason_and_by_mail(owner: User) -> None:
    carry_out(owner, failing)
    notification = Notification.objects.get()
    assert (notification.title, notification.level) == ("Shopping failed", "error")
    assert notification.body == "The other side said no."
    [email] = emails()
    assert (email.owner, email.params) == (owner, {"notification": notification.pk})


def test_what_came_too_late_to_begin_is_told(owner: User) -> None:
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params=Steps(), title="Shopping")
        Run.objects.update(expires_at=run.due_at)
        engine.execute(run.pk)
    notification = Notification.objects.get()
    assert (notification.title, notification.level) == ("Shopping came too late", "error")
    assert notification.body == "Nothing could begin it in time."


@pytest.mark.parametrize("handler", [lambda run: None, failing])
def test_quiet_kinds_tell_nothing(owner: User, handler: Any) -> None:
    carry_out(owner, handler, tells=frozenset())
    assert not Notification.objects.exists()
    assert emails() == []


def test_a_kind_may_tell_of_failures_alone(owner: User) -> None:
    carry_out(owner, tells=frozenset({"failed"}))
    assert not Notification.objects.exists()
    carry_out(owner, failing, tells=frozenset({"failed"}))
    assert Notification.objects.get().title == "Shopping failed"


def test_who_cancels_is_not_told_so(owner: User) -> None:
    with handled_by(lambda run: None, tells=frozenset({"completed", "failed", "cancelled"})):
        start(NAME, owner=owner, params=Steps()).cancel()
    assert not Notification.objects.exists()


def test_the_failure_of_the_mail_about_a_failure_is_the_last_of_it(owner: User) -> None:
    carry_out(owner, failing)
    run = Run.objects.get(task__kind_name="notification.email")
    run.finish(Run.State.FAILED, where=Q(), error="no server")
    assert Notification.objects.count() == 1
    assert len(emails()) == 1


def test_an_end_that_was_interrupted_has_told_nothing_and_tells_once_in_the_end(owner: User) -> None:
    """As when the power goes while the end is written: the listeners had run, the commit had not."""

    def interrupt(**_: Any) -> None:
        assert Notification.objects.count() == 1
        raise KeyboardInterrupt

    with handled_by(failing):
        run = start(NAME, owner=owner, params=Steps(), title="Shopping")
        run_finished.connect(interrupt)
        try:
            with pytest.raises(KeyboardInterrupt):
                engine.execute(run.pk)
        finally:
            run_finished.disconnect(interrupt)
        run.refresh_from_db()
        assert run.state == "running"
        assert not Notification.objects.exists()
        assert not Inbox.objects.exists()
        assert emails() == []
        Run.objects.update(claimed_until=run.due_at)
        engine.execute(run.pk)
    assert Notification.objects.get().number == 1
    assert len(emails()) == 1


def test_browsers_of_the_owner_hear_that_there_is_news(
    owner: User, pushes: list[tuple[list[int], Any]]
) -> None:
    def handler(run: ActiveRun[Steps]) -> None:
        pushes.clear()
        run.save()
        pushes.append(([owner.pk], {"topic": "the handler's end"}))

    run = carry_out(owner, handler)
    news = [f"run:{run.pk}", "runs"]
    assert [frame["topic"] for _, frame in pushes] == [*news, "the handler's end", *news, "notifications"]
    assert all(users == [owner.pk] for users, _ in pushes)


def test_the_toast_leads_through_the_inbox_entry(owner: User, pushes: list[tuple[list[int], Any]]) -> None:
    notification = notify(owner, title="<b>Ended</b>", level="success", url="/tasks/")
    toast = {
        "number": 1,
        "title": "<b>Ended</b>",
        "level": "success",
        "url": f"/notifications/{notification.pk}/",
        "panel": "",
        "about": "/tasks/",
    }
    assert pushes == [([owner.pk], {"topic": "notifications", "toast": toast})]
