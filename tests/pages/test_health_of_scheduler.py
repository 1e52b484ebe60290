"""Whether schedules fire on time: told to machines, without anything private, and to staff."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from tasks import health as health_module
from tasks.models import Heartbeat, Run, Task
from tests.factories import make_user
from tests.tasks.factories import make_run

URL = "/healthz/scheduler"


def looked(seconds_ago: float) -> datetime:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.update_or_create(name="scheduler", defaults={"at": at})
    return at


def make_due(owner: User, seconds_ago: float, count: int = 1) -> None:
    due = timezone.now() - timedelta(seconds=seconds_ago)
    Task.objects.bulk_create(
        Task(owner=owner, kind_name="test.steps", title="Private", time_zone="UTC", crontab="0 9 * * *",
             next_run_at=due + timedelta(seconds=number))
        for number in range(count)
    )  # fmt: skip


def told(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get(URL)
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.json()


@pytest.mark.django_db
def test_it_is_well_when_the_scheduler_looks_and_nothing_is_late(client: Client) -> None:
    at = looked(2)
    status, words = told(client)
    assert (status, words["status"]) == (200, "ok")
    assert words["looked_at"].startswith(f"{at:%Y-%m-%dT%H:%M:%S}")
    assert 2 <= words["seconds_since_look"] < 20
    assert (words["due_tasks"], words["seconds_late"], words["seconds_waiting"]) == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("seconds_ago", [None, 60])
def test_it_says_that_no_scheduler_runs(client: Client, seconds_ago: float | None) -> None:
    if seconds_ago:
        looked(seconds_ago)
    status, words = told(client)
    assert (status, words["status"]) == (503, "stopped")


@pytest.mark.django_db
def test_it_says_how_late_the_oldest_due_task_is(client: Client, owner: User) -> None:
    looked(1)
    make_due(owner, 90, count=3)
    status, words = told(client)
    assert (status, words["status"], words["due_tasks"]) == (503, "late", 3)
    assert 90 <= words["seconds_late"] < 110


@pytest.mark.django_db
def test_a_task_that_just_came_due_is_not_late(client: Client, owner: User) -> None:
    looked(1)
    make_due(owner, 1)
    status, words = told(client)
    assert (status, words["due_tasks"]) == (200, 1)


@pytest.mark.django_db
def test_what_is_to_come_is_not_due(client: Client, owner: User) -> None:
    looked(1)
    make_due(owner, -60)
    make_run(owner, next_attempt_at=timezone.now() + timedelta(minutes=1))
    assert told(client)[1]["due_tasks"] == 0
    assert told(client)[1]["seconds_waiting"] == 0


@pytest.mark.django_db
def test_it_says_how_long_the_oldest_run_waits_for_a_worker(client: Client, owner: User) -> None:
    looked(1)
    for seconds, state in ((40, Run.State.PENDING), (80, Run.State.COMPLETED)):
        make_run(owner, state=state, next_attempt_at=timezone.now() - timedelta(seconds=seconds))
    assert 40 <= told(client)[1]["seconds_waiting"] < 60


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "answer"), [(100, (200, "ok")), (130, (503, "waiting"))])
def test_what_no_worker_begins_is_a_fault_after_a_while(
    client: Client, owner: User, seconds: int, answer: tuple[int, str]
) -> None:
    looked(1)
    make_run(owner, next_attempt_at=timezone.now() - timedelta(seconds=seconds))
    status, words = told(client)
    assert (status, words["status"]) == answer
    client.force_login(make_user("operator", is_staff=True))
    page = client.get("/health/").text
    assert ("waiting for workers" in page) == ("until a worker takes it" in page) == (status == 503)


@pytest.mark.django_db
def test_it_tells_nothing_private(client: Client, owner: User) -> None:
    looked(1)
    make_due(owner, 90)
    answer = client.get(URL)
    assert "Private" not in answer.text
    assert owner.username not in answer.text
    assert set(answer.json()) == {
        *("status", "looked_at", "seconds_since_look", "due_tasks", "seconds_late", "seconds_waiting")
    }


@pytest.mark.django_db
def test_what_it_costs_does_not_grow_with_what_is_late(
    client: Client,
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(health_module, "MOST_COUNTED", 5)
    looked(1)
    make_due(owner, 90, count=30)
    with django_assert_num_queries(4 if connection.vendor == "sqlite" else 5):
        assert told(client)[1]["due_tasks"] == 5
    client.force_login(make_user("operator", is_staff=True))
    assert "5 or more" in client.get("/health/state/").text


@pytest.mark.django_db
def test_signed_in_or_not_makes_no_difference(
    client: Client, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(owner)
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200
    answer = client.get(URL)
    assert answer.status_code == 503
    assert not answer.cookies


def test_it_only_reads(client: Client) -> None:
    assert client.post(URL).status_code == 405


def test_probes_over_plain_http_are_not_sent_away(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.post(URL).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_without_the_database_it_says_so(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(owner)
    connection.close()
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "NAME", "/nowhere/at/all")
        elsewhere.setitem(connection.settings_dict, "HOST", "/nowhere")
        status, words = told(client)
        connection.close()
    assert (status, words) == (503, {"status": "unknown", "reason": "The database does not answer."})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds_ago", "late", "words"), [(2, 0, "on time"), (2, 90, "late"), (300, 90, "not running")]
)
def test_staff_read_the_same(
    client: Client, owner: User, seconds_ago: float, late: float, words: str
) -> None:
    looked(seconds_ago)
    if late:
        make_due(owner, late)
    client.force_login(make_user("operator", is_staff=True))
    page = client.get("/health/").text
    assert f">{words}</span>" in page
    assert ("The oldest was due" in page) == bool(late)


@pytest.mark.django_db
def test_the_admin_leads_there(client: Client) -> None:
    client.force_login(make_user("operator", is_staff=True, is_superuser=True))
    assert 'href="/health/"' in client.get("/admin/").text
