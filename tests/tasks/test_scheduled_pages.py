"""What owners of tasks with a schedule see, and do: pause, resume, run now, change, delete."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tasks.door import Schedule, schedule
from tasks.models import Run, Task
from tests.tasks.factories import make_task
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db

MONDAYS = Schedule("Asia/Tokyo", datetime(2030, 1, 7, 9), rrule="FREQ=WEEKLY;BYDAY=MO")


@pytest.fixture(autouse=True)
def steps() -> Iterator[None]:
    with handled_by(lambda run: None):
        yield


@pytest.fixture
def task(owner: User) -> Task:
    return schedule(NAME, owner=owner, params=Steps(), schedule=MONDAYS, title="Report")


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def text_of(client: Client, path: str) -> str:
    return " ".join(client.get(path).text.split())


def test_its_page_says_when_it_runs_and_by_which_clock(signed_in: Client, task: Task) -> None:
    shown = text_of(signed_in, f"/tasks/{task.pk}/")
    assert "Every Monday at 09:00" in shown
    assert "(Asia/Tokyo)" in shown
    assert "7 January 2030, 00:00:00" in shown  # the owner reads UTC


def test_the_list_shows_its_next_time_and_finds_it(signed_in: Client, owner: User, task: Task) -> None:
    make_task(owner, "at once")
    assert "Every Monday at 09:00" in text_of(signed_in, "/tasks/?state=scheduled")
    assert "at once" not in text_of(signed_in, "/tasks/rows/?state=scheduled")
    assert "Report" not in text_of(signed_in, "/tasks/rows/?state=paused")
    task.pause()
    assert "Report" in text_of(signed_in, "/tasks/rows/?state=paused")


def test_pausing_and_resuming(signed_in: Client, task: Task) -> None:
    assert signed_in.post(f"/tasks/{task.pk}/pause/").status_code == 302
    assert Task.objects.get().next_run_at is None
    assert "Resume" in text_of(signed_in, f"/tasks/{task.pk}/scheduled/")
    signed_in.post(f"/tasks/{task.pk}/pause/delete/")
    assert Task.objects.get().next_run_at == task.next_run_at


def test_what_is_over_is_not_resumed_and_that_is_said(signed_in: Client, task: Task) -> None:
    task.pause()
    Task.objects.update(rrule="", starts=datetime(2020, 1, 1, 9))
    answer = signed_in.post(f"/tasks/{task.pk}/pause/delete/", follow=True)
    assert "Its time has passed." in answer.text


def test_what_has_run_for_the_last_time_is_not_paused_and_that_is_said(signed_in: Client, task: Task) -> None:
    Task.objects.update(next_run_at=None)
    answer = signed_in.post(f"/tasks/{task.pk}/pause/", follow=True)
    assert "Its time has passed." in answer.text
    assert Task.objects.get().paused_at is None


def test_running_it_now(signed_in: Client, task: Task) -> None:
    signed_in.post(f"/tasks/{task.pk}/runs/")
    assert Run.objects.get().task == task
    assert "Run now" in text_of(signed_in, f"/tasks/{task.pk}/")


def test_a_task_that_runs_once_and_at_once_does_not_run_again(signed_in: Client, owner: User) -> None:
    once = make_task(owner)
    assert signed_in.post(f"/tasks/{once.pk}/runs/").status_code == 404
    assert once.runs.count() == 1


def test_changing_when_it_runs(signed_in: Client, task: Task) -> None:
    page = f"/tasks/{task.pk}/schedule/"
    assert 'value="2030-01-07"' in signed_in.get(page).text
    tomorrow = timezone.now() + timedelta(days=1)
    typed = {
        "repeat": "daily",
        "date": f"{tomorrow:%Y-%m-%d}",
        "time": "07:15",
        "interval": "1",
        "time_zone": "UTC",
        "ends": "never",
    }
    assert signed_in.post(page, typed).headers["Location"] == f"/tasks/{task.pk}/"
    changed = Task.objects.get()
    assert (changed.rrule, changed.time_zone) == ("FREQ=DAILY", "UTC")
    assert changed.next_run_at == tomorrow.replace(hour=7, minute=15, second=0, microsecond=0)


def test_a_change_that_cannot_be_is_said_at_its_field(signed_in: Client, task: Task) -> None:
    typed = {"repeat": "once", "date": "2020-01-01", "time": "07:15", "time_zone": "UTC"}
    answer = signed_in.post(f"/tasks/{task.pk}/schedule/", typed)
    assert answer.status_code == 422
    assert "That time has passed." in answer.text
    assert Task.objects.get().next_run_at == task.next_run_at


def test_a_task_that_runs_once_and_at_once_has_no_schedule_to_change(signed_in: Client, owner: User) -> None:
    assert signed_in.get(f"/tasks/{make_task(owner).pk}/schedule/").status_code == 404


def test_deleting_it_asks_first(signed_in: Client, task: Task) -> None:
    task.run_now()
    assert "its 1 run." in text_of(signed_in, f"/tasks/{task.pk}/delete/")
    assert Task.objects.exists()
    signed_in.post(f"/tasks/{task.pk}/delete/")
    assert not Task.objects.exists()
    assert not Run.objects.exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_however_many_there_are(
    signed_in: Client, owner: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        schedule(NAME, owner=owner, params=Steps(), schedule=MONDAYS).run_now()
    signed_in.get("/tasks/rows/")
    with django_assert_num_queries(3):
        signed_in.get("/tasks/rows/?state=scheduled")
