"""Programs follow runs, ask for one more, cancel them and try them again."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tasks.clock import database_now
from tasks.engine import execute
from tasks.models import Attempt, Run
from tasks.recurrence import Schedule
from tests.tasks.api.answers import RUNS, TASKS, keys
from tests.tasks.factories import make_run, make_task
from tests.tasks.firings import stored
from tests.tasks.kinds import NAME

pytestmark = pytest.mark.django_db


def test_a_run_says_how_far_it_is(program: APIClient, owner: User) -> None:
    run = make_run(owner, state="running", done=2, total=8, attempts_made=2, started_at=database_now())
    Attempt.objects.create(run=run, number=1, outcome="try again", error="The server was away.")
    Attempt.objects.create(run=run, number=2)
    answer = program.get(f"{RUNS}{run.pk}/").json()
    assert (answer["state"], answer["kind"], answer["task"]) == ("running", NAME, run.task_id)
    assert answer["progress"] == {"done": 2, "total": 8, "percent": 25}
    assert (answer["attempts_made"], answer["is_being_cancelled"]) == (2, False)
    assert [each["number"] for each in answer["attempts"]] == [2, 1]
    assert answer["attempts"][1]["error"] == "The server was away."
    assert answer["due_at"].endswith("Z")
    assert answer["finished_at"] is None
    assert answer["html_url"] == f"http://testserver/tasks/runs/{run.pk}/"


def test_it_says_what_came_of_it(program: APIClient, owner: User) -> None:
    run = make_run(owner)
    execute(run.pk)
    answer = program.get(f"{RUNS}{run.pk}/").json()
    assert (answer["state"], answer["summary"], answer["error"]) == ("completed", "Done.", "")
    assert answer["started_at"] <= answer["finished_at"]
    assert [each["outcome"] for each in answer["attempts"]] == ["completed"]


def test_runs_are_found_by_state_and_task(program: APIClient, owner: User, stranger: User) -> None:
    failed, pending, theirs = make_run(owner, state="failed"), make_run(owner), make_run(stranger)
    assert keys(program.get(RUNS)) == [pending.pk, failed.pk]
    assert keys(program.get(f"{RUNS}?state=failed")) == [failed.pk]
    assert keys(program.get(f"{RUNS}?task={pending.task_id}")) == [pending.pk]
    assert keys(program.get(f"{RUNS}?task={theirs.task_id}")) == []
    assert keys(program.get(f"{TASKS}{failed.task_id}/runs/")) == [failed.pk]


@pytest.mark.parametrize("query", ["state=done", "task=x", "task=0", f"task={2**63}"])
def test_a_query_that_makes_no_sense_is_refused(program: APIClient, query: str) -> None:
    answer = program.get(f"{RUNS}?{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [query.partition("=")[0]]


def test_one_more_beside_the_schedule_and_the_same_when_asked_again(program: APIClient, owner: User) -> None:
    task = stored(owner, Schedule("UTC", crontab="0 9 * * *"))
    first, second = (program.post(f"{TASKS}{task.pk}/runs/") for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (201, "pending")
    assert first.json() == second.json()
    assert first.headers["Location"] == f"http://testserver{RUNS}{Run.objects.get().pk}/"


def test_none_more_where_there_is_no_schedule(program: APIClient, owner: User) -> None:
    task = make_task(owner, state="completed")
    answer = program.post(f"{TASKS}{task.pk}/runs/")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:clock-work:problem:conflict")
    assert Run.objects.count() == 1


def test_a_waiting_run_is_cancelled_at_once_and_only_once(program: APIClient, owner: User) -> None:
    run = make_run(owner)
    answer = program.post(f"{RUNS}{run.pk}/cancellation/")
    assert (answer.status_code, answer.json()["state"]) == (201, "cancelled")
    again = program.post(f"{RUNS}{run.pk}/cancellation/")
    assert (again.status_code, again.json()["detail"]) == (409, "It had ended already.")


def test_a_working_run_is_asked_to_stop(program: APIClient, owner: User) -> None:
    run = make_run(owner, state="running", claimed_until=database_now())
    answer = program.post(f"{RUNS}{run.pk}/cancellation/").json()
    assert (answer["state"], answer["is_being_cancelled"]) == ("running", True)


@pytest.mark.parametrize("state", ["failed", "cancelled", "expired"])
def test_what_did_not_work_is_tried_again(program: APIClient, owner: User, state: str) -> None:
    run = make_run(owner, state=state, error="It was away.")
    answer = program.post(f"{RUNS}{run.pk}/retry/")
    assert (answer.status_code, answer.json()["state"], answer.json()["error"]) == (201, "pending", "")


@pytest.mark.parametrize("state", ["pending", "running", "completed"])
def test_what_works_or_worked_needs_no_other_try(program: APIClient, owner: User, state: str) -> None:
    run = make_run(owner, state=state)
    answer = program.post(f"{RUNS}{run.pk}/retry/")
    assert answer.status_code == 409
    assert Run.objects.get().state == state


@pytest.mark.parametrize(
    ("method", "path"), [("get", ""), ("post", "cancellation/"), ("post", "retry/"), ("get", "deliveries/")]
)
def test_somebody_elses_run_does_not_exist(
    program: APIClient, stranger: User, method: str, path: str
) -> None:
    run = make_run(stranger, state="failed")
    answer: Any = getattr(program, method)(f"{RUNS}{run.pk}/{path}")
    assert answer.status_code == 404
    assert Run.objects.get().state == "failed"
