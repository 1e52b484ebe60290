"""A program sees when reminders came due, says that they are done, and puts them off."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from reminders.models import Occurrence, Reminder
from tasks.clock import database_now
from tests.api.clients import program_of
from tests.reminders.kinds import HOURLY, rang, reminder_of, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db
ADDRESS = "/api/occurrences/"
SITE = "http://testserver"
QUERIES_OF_A_LIST = 3  # the token, the page, and which of it ring again


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


@pytest.fixture
def reminder(owner: User, sink: Sink) -> Reminder:
    return reminder_of(owner, schedule=HOURLY)


def address_of(occurrence: Occurrence, noun: str = "") -> str:
    return f"{ADDRESS}{occurrence.pk}/{noun and f'{noun}/'}"


def moment(text: str) -> str:
    return text.replace("+00:00", "Z")


def listed(program: APIClient, address: str = ADDRESS, **query: Any) -> list[int]:
    answer = program.get(address, query)
    assert answer.status_code == 200, answer.content
    return [each["id"] for each in answer.json()["results"]]


def acknowledge(program: APIClient, occurrence: Occurrence) -> dict[str, Any]:
    answer = program.post(address_of(occurrence, "acknowledgement"))
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def snooze(program: APIClient, occurrence: Occurrence, **content: Any) -> Any:
    return program.post(address_of(occurrence, "snooze"), content, format="json")


def refusals(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {each["field"]: each["detail"] for each in answer.json()["errors"]}


def test_one_of_them_says_all_there_is_to_say(program: APIClient, reminder: Reminder) -> None:
    occurrence = rang(reminder)
    found = program.get(address_of(occurrence)).json()
    assert found == {
        "id": occurrence.pk,
        "url": f"{SITE}{address_of(occurrence)}",
        "reminder_url": f"{SITE}/api/reminders/{reminder.pk}/",
        "title": "Call the bank",
        "due_at": moment(occurrence.due_at.isoformat()),
        "open": True,
        "snoozed_until": None,
        "acknowledged_at": None,
        "replaced_at": None,
    }
    assert program.get(ADDRESS).json()["results"] == [found]


def test_those_that_wait_are_found_among_all(program: APIClient, owner: User, reminder: Reminder) -> None:
    replaced = rang(reminder)
    done, other = rang(reminder), rang(reminder_of(owner, "Another"))
    acknowledge(program, done)
    waiting_one = rang(reminder)
    mine = f"/api/reminders/{reminder.pk}/occurrences/"
    assert listed(program) == [waiting_one.pk, other.pk, done.pk, replaced.pk]
    assert listed(program, open="true") == [waiting_one.pk, other.pk]
    assert listed(program, open="false") == [done.pk, replaced.pk]
    assert listed(program, mine) == [waiting_one.pk, done.pk, replaced.pk]
    assert listed(program, mine, open="true") == [waiting_one.pk]
    assert program.get(mine, {"open": "perhaps"}).status_code == 400


def test_what_is_done_is_done_once(program: APIClient, reminder: Reminder) -> None:
    occurrence = rang(reminder)
    done = acknowledge(program, occurrence)
    assert not done["open"]
    assert done["acknowledged_at"].endswith("Z")
    assert acknowledge(program, occurrence) == done


def test_it_is_put_off_by_minutes_or_until_a_moment_and_the_last_word_holds(
    program: APIClient, reminder: Reminder
) -> None:
    occurrence, before = rang(reminder), database_now().replace(microsecond=0)
    answer = snooze(program, occurrence, minutes=10)
    assert answer.status_code == 200
    (ring,) = waiting(reminder)
    assert before + timedelta(minutes=10) <= ring.due_at <= database_now() + timedelta(minutes=10)
    until = (database_now() + timedelta(days=2)).replace(microsecond=0)
    found = snooze(program, occurrence, until=until.isoformat()).json()
    assert found["snoozed_until"] == moment(until.isoformat())
    assert found["open"]
    (ring,) = waiting(reminder)
    assert ring.due_at.replace(microsecond=0) == until


def test_what_is_done_cannot_be_put_off(program: APIClient, reminder: Reminder) -> None:
    occurrence = rang(reminder)
    acknowledge(program, occurrence)
    answer = snooze(program, occurrence, minutes=10)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "It is done, and rings no more."
    assert waiting(reminder) == []


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "until"),
        ({"minutes": 10, "until": "2050-01-01T09:00:00Z"}, "until"),
        ({"until": "2020-01-01T09:00:00Z"}, "until"),
        ({"until": "2050-01-01T09:00:00"}, "until"),
        ({"until": "9999-12-31T23:59:59Z"}, "until"),
        ({"until": "0001-01-01T00:00:00+14:00"}, "until"),
        ({"until": None}, "until"),
        ({"until": "tomorrow"}, "until"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": -5}, "minutes"),
        ({"minutes": 10**9}, "minutes"),
        ({"minutes": 10**30}, "minutes"),
        ({"minutes": None}, "minutes"),
        ({"minutes": "a few"}, "minutes"),
    ],
)
def test_what_is_no_time_to_put_it_off_to_is_refused(
    program: APIClient, reminder: Reminder, content: dict[str, Any], field: str
) -> None:
    occurrence = rang(reminder)
    assert list(refusals(snooze(program, occurrence, **content))) == [field]
    assert waiting(reminder) == []


def test_what_is_somebody_elses_is_not_there(program: APIClient, stranger: User, sink: Sink) -> None:
    theirs = rang(reminder_of(stranger))
    assert listed(program) == []
    assert program.get(address_of(theirs)).status_code == 404
    assert program.post(address_of(theirs, "acknowledgement")).status_code == 404
    assert snooze(program, theirs, minutes=10).status_code == 404
    theirs.refresh_from_db()
    assert theirs.is_open


def test_a_token_that_only_reads_changes_nothing(owner: User, reminder: Reminder) -> None:
    occurrence = rang(reminder)
    program = program_of(owner, can_write=False, resources=["reminders"])
    assert listed(program) == [occurrence.pk]
    assert program.post(address_of(occurrence, "acknowledgement")).status_code == 403
    assert snooze(program, occurrence, minutes=10).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_costs_the_same_however_long_it_is(
    program: APIClient, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        occurrence = Occurrence.objects.create(task=reminder_of(owner), due_at=database_now())
        occurrence.snooze(database_now() + timedelta(hours=1))
    with django_assert_num_queries(QUERIES_OF_A_LIST):
        assert len(listed(program, limit=50)) == count
