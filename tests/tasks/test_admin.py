"""The engine in the admin: looked at, cancelled and retried; never edited, its parameters not shown."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tasks.models import Attempt, Heartbeat, Run, Task
from tests.factories import make_user
from tests.tasks.factories import make_run
from tests.tasks.kinds import handled_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", ["task", "run", "heartbeat"])
def test_lists_are_searched_and_nothing_is_added_or_changed(staff: Client, owner: User, model: str) -> None:
    run = make_run(owner, title="Steps of the owner")
    Attempt.objects.create(run=run, number=1)
    Heartbeat.objects.create(name="sweep")
    pk = {"task": run.task_id, "run": run.pk, "heartbeat": Heartbeat.objects.get().pk}[model]
    assert staff.get(reverse(f"admin:tasks_{model}_changelist"), {"q": "owner"}).status_code == 200
    assert staff.get(reverse(f"admin:tasks_{model}_add")).status_code == 403
    address = reverse(f"admin:tasks_{model}_change", args=[pk])
    page = staff.get(address)
    assert page.status_code == 200
    assert "View on site" not in page.text
    assert staff.post(address, {}).status_code == 403


def test_what_people_wrote_is_not_shown(staff: Client, owner: User) -> None:
    run = make_run(owner)
    Task.objects.update(params={"body": "between you and me"})
    for name, pk in (("task", run.task_id), ("run", run.pk)):
        assert "between you and me" not in staff.get(reverse(f"admin:tasks_{name}_change", args=[pk])).text


def test_runs_are_cancelled_and_tried_again(staff: Client, owner: User) -> None:
    run = make_run(owner)
    for action, state in (("cancel_runs", Run.State.CANCELLED), ("retry_runs", Run.State.PENDING)):
        with handled_by(lambda run: None):
            staff.post(
                reverse("admin:tasks_run_changelist"), {"action": action, "_selected_action": [run.pk]}
            )
        run.refresh_from_db()
        assert run.state == state


def test_who_may_only_look_neither_cancels_nor_tries_again(client: Client, owner: User) -> None:
    run = make_run(owner)
    onlooker = make_user("onlooker", is_staff=True)
    onlooker.user_permissions.add(Permission.objects.get(codename="view_run"))
    client.force_login(onlooker)
    address = reverse("admin:tasks_run_changelist")
    assert client.get(address).status_code == 200
    client.post(address, {"action": "cancel_runs", "_selected_action": [run.pk]})
    run.refresh_from_db()
    assert run.state == Run.State.PENDING
