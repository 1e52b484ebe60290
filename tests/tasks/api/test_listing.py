"""Programs list tasks: their owner's alone, newest first, by what they ask for, at the same cost."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from tasks.clock import database_now
from tasks.models import STATUSES, Run, Task
from tests.tasks.api.answers import RUNS, TASKS, keys, path_of
from tests.tasks.factories import make_run, make_task
from tests.tasks.firings import second
from tests.tasks.kinds import NAME

pytestmark = pytest.mark.django_db


def found(program: APIClient, **query: Any) -> list[int]:
    return keys(program.get(f"{TASKS}?{urlencode(query)}"))


def test_it_holds_ones_own_newest_first(program: APIClient, owner: User, stranger: User) -> None:
    first, _, second = make_task(owner), make_task(stranger), make_task(owner)
    Task.objects.create(owner=owner, kind_name="mail.letter", title="of the house")
    assert found(program) == [second.pk, first.pk]


def test_pages_lead_from_one_to_the_next(program: APIClient, owner: User) -> None:
    made = [make_task(owner).pk for _ in range(5)]
    first = program.get(f"{TASKS}?limit=3")
    assert keys(first) == made[:1:-1]
    make_task(owner)
    second = program.get(path_of(first.json()["next"]))
    assert keys(second) == made[1::-1]
    assert second.json()["next"] is None
    assert keys(program.get(path_of(second.json()["previous"]))) == made[:1:-1]


def test_each_status_finds_what_shows_it(program: APIClient, owner: User) -> None:
    now = database_now()
    made = {state: make_task(owner, state=state).pk for state in Run.State.values}
    made["paused"] = Task.objects.create(owner=owner, kind_name=NAME, title="p", paused_at=now).pk
    made["scheduled"] = Task.objects.create(owner=owner, kind_name=NAME, title="s", next_run_at=now).pk
    assert set(made) == set(STATUSES)
    for status, pk in made.items():
        answer = program.get(f"{TASKS}?status={status}").json()["results"]
        assert [(each["id"], each["status"]) for each in answer] == [(pk, status)]


def test_a_task_that_never_will_run_has_no_status(program: APIClient, owner: User) -> None:
    Task.objects.create(owner=owner, kind_name=NAME, title="never")
    assert program.get(TASKS).json()["results"][0]["status"] is None


def test_filters_by_kind_and_time_and_words(program: APIClient, owner: User) -> None:
    old, new = make_task(owner, "Minutes of June"), make_task(owner, "Invoices")
    Task.objects.filter(pk=old.pk).update(created_at=F("created_at") - timedelta(days=9), kind_name="other")
    Task.objects.filter(pk=new.pk).update(description="due in JUNE", next_run_at=database_now())
    middle = (database_now() - timedelta(days=3)).isoformat()
    assert found(program, kind="other") == [old.pk]
    assert found(program, created_after=middle) == [new.pk]
    assert found(program, created_before=middle) == [old.pk]
    assert found(program, next_run_after=middle) == [new.pk]
    assert found(program, next_run_before=middle) == []
    assert found(program, search="june") == [new.pk, old.pk]
    assert found(program, search="june INVOICES") == [new.pk]
    assert found(program, search="june", created_before=middle, status="pending") == [old.pk]
    assert found(program, search="100%") == []


def test_a_moment_belongs_to_what_comes_after_it(program: APIClient, owner: User) -> None:
    task, created_at = make_task(owner), second(-60)
    Task.objects.update(created_at=created_at)
    moment = created_at.isoformat()
    assert found(program, created_after=moment) == [task.pk]
    assert found(program, created_before=moment) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=done", "status"),
        ("created_after=yesterday", "created_after"),
        ("created_after=2026-11-25T09:00:00", "created_after"),
        ("next_run_before=0001-01-01T00:00:00%2B23:59", "next_run_before"),
        (f"kind={'x' * 61}", "kind"),
        ("search=%00", "search"),
        ("cursor=nonsense", "cursor"),
        ("limit=101", "limit"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_at_its_parameter(
    program: APIClient, query: str, field: str
) -> None:
    answer = program.get(f"{TASKS}?{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("count", [1, 30])
def test_tasks_cost_the_same_however_many_there_are(
    program: APIClient, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_task(owner)
    program.get(TASKS)
    with django_assert_num_queries(2):  # the token, the tasks with the state of their last runs
        assert len(found(program, limit=100, status="pending", search="steps")) == count


@pytest.mark.parametrize("count", [1, 30])
def test_runs_cost_the_same_however_many_there_are(
    program: APIClient, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    runs = [make_run(owner) for _ in range(count)]
    program.get(RUNS)
    with django_assert_num_queries(2):  # the token, the runs
        assert len(keys(program.get(f"{RUNS}?limit=100"))) == count
    with django_assert_num_queries(3):  # and their task
        assert keys(program.get(f"{TASKS}{runs[0].task_id}/runs/")) == [runs[0].pk]
