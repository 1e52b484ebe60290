"""Home: what this is, or what is going on."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reminders.door import remind
from tasks.door import Schedule, schedule
from tasks.models import Run
from tests.pages.runs import make_run
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def test_a_visitor_is_shown_what_it_is_and_how_to_begin(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'href="/accounts/signup/"' in page
    assert 'href="/accounts/login/"' in page


def remind_on(owner: User, day: int, title: str) -> str:
    """The address of a reminder on that day."""
    return remind(owner, title=title, schedule=Schedule("UTC", datetime(2050, 1, day, 9))).get_absolute_url()


def test_somebody_new_is_shown_how_to_start(signed_in: Client) -> None:
    page = signed_in.get("/").content.decode()
    assert "Hello, owner" in page
    assert "Nothing is running" in page
    assert 'href="/notes/new/"' in page


def test_what_runs_and_what_ran_last_are_shown(signed_in: Client, owner: User) -> None:
    make_run(owner, "Minutes", Run.State.RUNNING, done=18, total=25)
    make_run(owner, "Newsletter", Run.State.COMPLETED, summary="40 sent")
    page = signed_in.get("/").content.decode()
    running, _, ended = page.partition("Ran last")
    assert "Minutes" in running
    assert "18 of 25" in running
    assert "Newsletter" in ended
    assert "40 sent" in ended


def test_what_is_put_off_does_not_run_yet(signed_in: Client, owner: User) -> None:
    make_run(owner, "Snoozed", Run.State.PENDING, next_attempt_at=datetime(2050, 1, 1, tzinfo=UTC))
    make_run(
        owner, "Tried", Run.State.PENDING, next_attempt_at=datetime(2050, 1, 1, tzinfo=UTC), attempts_made=1
    )
    running = signed_in.get("/").content.decode()
    assert "Tried" in running
    assert "Snoozed" not in running


def test_what_comes_next_is_shown_in_order_and_leads_to_its_page(signed_in: Client, owner: User) -> None:
    last, first = remind_on(owner, 2, "Second"), remind_on(owner, 1, "First")
    page = signed_in.get("/").content.decode()
    assert page.index("First") < page.index("Second")
    assert f'href="{first}">First</a>' in page
    assert f'href="{last}">Second</a>' in page
    assert "Saturday, 1 January, 09:00" in page


def test_also_work_that_is_no_reminder_comes_up(signed_in: Client, owner: User) -> None:
    with handled_by(lambda run: None):
        task = schedule(
            NAME, owner=owner, params=Steps(), title="Tidy", schedule=Schedule("UTC", crontab="0 9 * * *")
        )
        assert f'href="{task.get_absolute_url()}">Tidy</a>' in signed_in.get("/").content.decode()


def test_what_is_paused_or_of_others_does_not_come_up(signed_in: Client, owner: User, stranger: User) -> None:
    remind(owner, title="Paused", schedule=Schedule("UTC", crontab="0 9 * * *")).pause()
    remind_on(stranger, 1, "Theirs")
    page = signed_in.get("/").content.decode()
    assert "Coming up" not in page
    assert "Paused" not in page
    assert "Theirs" not in page


def test_a_reminder_can_be_typed_there(signed_in: Client) -> None:
    page = signed_in.get("/").content.decode()
    assert '<form method="post" action="/reminders/quick/"' in page
    assert 'name="line"' in page


@pytest.mark.parametrize("path", ["/", "/running/"])
def test_of_others_nothing_is_shown(signed_in: Client, owner: User, stranger: User, path: str) -> None:
    make_run(owner, "Mine")
    make_run(stranger, "Theirs")
    make_run(stranger, "Theirs, too", Run.State.COMPLETED)
    page = signed_in.get(path).content.decode()
    assert "Mine" in page
    assert "Theirs" not in page


def test_the_part_that_moves_is_for_those_who_are_signed_in(client: Client) -> None:
    assert client.get("/running/")["Location"] == "/accounts/login/?next=/running/"


def test_the_part_that_moves_is_the_one_that_the_page_includes(signed_in: Client, owner: User) -> None:
    make_run(owner, "Minutes", done=18, total=25)
    part = signed_in.get("/running/").content.decode()
    assert part.strip() in signed_in.get("/").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_its_cost_does_not_grow_with_what_runs(
    signed_in: Client, owner: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for index in range(number):
        make_run(owner, f"Running {index}")
        make_run(owner, f"Ended {index}", Run.State.COMPLETED)
        remind_on(owner, index + 1, f"Coming {index}")
    cache.clear()  # the session is then read from the database, whether Redis is there or not
    with django_assert_num_queries(7):  # session, user, version, unread, coming, running, ended
        signed_in.get("/")


def test_only_a_handful_is_shown(signed_in: Client, owner: User) -> None:
    for index in range(12):
        make_run(owner, f"Running {index}")
        make_run(owner, f"Ended {index}", Run.State.COMPLETED)
        remind_on(owner, index + 1, f"Coming {index}")
    answer = signed_in.get("/")
    assert len(answer.context["coming"]) == 5
    assert len(answer.context["running"]) == 10
    assert len(answer.context["ended"]) == 5
