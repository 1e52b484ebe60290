"""What the pages say about a run, while it goes and when it is over."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from tasks.models import Attempt, Run
from tests.tasks.factories import make_run, make_task
from tests.tasks.kinds import handled_by

pytestmark = pytest.mark.django_db

LATER = datetime(2030, 1, 15, 13, 5, tzinfo=UTC)
EARLIER = datetime(2020, 1, 15, 13, 5, tzinfo=UTC)


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    owner.time_zone = "Europe/Berlin"
    owner.save()
    client.force_login(owner)
    return client


def page_of(client: Client, run: Run, name: str = "progress") -> str:
    return client.get(reverse(f"tasks:{name}", args=[run.pk])).text


def words_of(client: Client, run: Run, name: str = "progress") -> str:
    return " ".join(unescape(strip_tags(page_of(client, run, name))).split())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Pending Waiting for its turn."),
        ({"next_attempt_at": LATER}, "Pending Put off until 15 January 2030, 14:05:00"),
        ({"state": "running", "done": 12, "total": 25}, "Running 12 of 25"),
        ({"state": "running", "cancel_requested_at": LATER, "total": 3}, "Cancelling… It stops before"),
        (
            {"error": "The mail server is away.", "next_attempt_at": LATER},
            "Pending Waiting to try again at 14:05:00: The mail server is away.",
        ),
        (
            {"error": "The mail server is away.", "next_attempt_at": EARLIER},
            "Pending Trying again any moment now: The mail server is away.",
        ),
        ({"state": "completed", "summary": "25 sent", "done": 25, "total": 25}, "Completed 25 sent"),
        (
            {"state": "failed", "error": "24 of 25 sent, 1 failed.", "done": 25, "total": 25},
            "Failed 24 of 25 sent, 1 failed. Try again",
        ),
        ({"state": "cancelled", "done": 7, "total": 25}, "Cancelled 7 of 25"),
        ({"state": "expired"}, "Expired It came too late to be worth it."),
    ],
)
def test_the_bar_says_in_words_how_far_it_is(
    signed_in: Client, owner: User, fields: dict[str, Any], words: str
) -> None:
    assert words_of(signed_in, make_run(owner, **fields)).startswith(words)


@pytest.mark.parametrize("state", Run.State)
def test_the_bar_moves_no_more_when_the_run_is_over(signed_in: Client, owner: User, state: Run.State) -> None:
    run = make_run(owner, state=state)
    page = page_of(signed_in, run)
    assert ("data-final" in page) == run.is_final
    assert f'data-state="{state}"' in page


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("pending", {"cancellation"}),
        ("running", {"cancellation"}),
        ("completed", set()),
        ("failed", {"retry"}),
        ("cancelled", {"retry"}),
        ("expired", {"retry"}),
    ],
)
def test_what_can_be_done_has_a_button(signed_in: Client, owner: User, state: str, buttons: set[str]) -> None:
    run = make_run(owner, state=state)
    page = page_of(signed_in, run)
    there = {name for name in ("cancellation", "retry") if reverse(f"tasks:{name}", args=[run.pk]) in page}
    assert there == buttons


def test_a_runs_page_tells_each_try(signed_in: Client, owner: User) -> None:
    run = make_run(owner, state=Run.State.RUNNING, attempts_made=2)
    now = timezone.now()
    Attempt.objects.create(
        run=run, number=1, ended_at=now, outcome=Attempt.Outcome.LOST, error="The worker was lost on the way."
    )
    Attempt.objects.create(run=run, number=2)
    words = words_of(signed_in, run, "run")
    assert "Lost: The worker was lost on the way." in words
    assert "Try 2" in words


def test_of_very_many_tries_the_last_are_told(signed_in: Client, owner: User) -> None:
    run = make_run(owner, attempts_made=50)
    Attempt.objects.bulk_create(Attempt(run=run, number=number) for number in range(1, 51))
    words = words_of(signed_in, run, "course")
    assert "30 came before these." in words
    assert "Try 30" not in words
    assert "Try 31" in words
    assert "Try 50" in words


def test_times_are_in_the_readers_zone(signed_in: Client, owner: User) -> None:
    run = make_run(
        owner, state=Run.State.COMPLETED, started_at=LATER, finished_at=LATER + timedelta(minutes=1)
    )
    page = page_of(signed_in, run, "course")
    assert '<time datetime="2030-01-15T14:05:00+01:00">15 January 2030, 14:05:00</time>' in page


def test_a_kinds_panel_is_on_the_page(signed_in: Client, owner: User) -> None:
    with handled_by(lambda run: None, panel="tasks:course"):
        run = make_run(owner)
        assert page_of(signed_in, run, "run").count(f'src="{reverse("tasks:course", args=[run.pk])}"') == 2


def test_the_run_of_a_kind_that_is_gone_is_still_shown(signed_in: Client, owner: User) -> None:
    run = make_run(owner, title="Something of old")
    assert "Something of old" in page_of(signed_in, run, "run")


def test_a_task_shows_its_last_run_and_leads_to_those_before(signed_in: Client, owner: User) -> None:
    task = make_task(owner, state=Run.State.FAILED)
    before = task.runs.get()
    last = Run.objects.create(task=task, tries_left=3, due_at=LATER)
    page = signed_in.get(task.get_absolute_url()).text
    assert reverse("tasks:progress", args=[last.pk]) in page
    assert f'href="{before.get_absolute_url()}"' in page


def test_an_error_is_text_and_nothing_else(signed_in: Client, owner: User) -> None:
    run = make_run(owner, title="<b>t</b>", state=Run.State.FAILED, error="<script>alert(1)</script>")
    for name in ("progress", "run"):
        page = page_of(signed_in, run, name)
        assert "<script>alert" not in page
        assert "<b>t</b>" not in page
