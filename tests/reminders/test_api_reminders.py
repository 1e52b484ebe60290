"""A program makes reminders, reads them, changes them and deletes them, as the pages do."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from notes.models import Note
from reminders.amending import amend
from reminders.models import Reminder
from tasks.clock import in_seconds
from tasks.models import Task
from tests.api.clients import program_of
from tests.factories import make_user
from tests.reminders.kinds import HOURLY, LATER, reminder_of
from tests.together import together

pytestmark = pytest.mark.django_db
ADDRESS = "/api/reminders/"
SITE = "http://testserver"
SOON = "2050-01-01T09:00:00Z"
DAILY = {"crontab": "0 9 * * *", "timezone": "Europe/Berlin"}
# The token, and the page; the names of recipients, and what they are about.
QUERIES_OF_A_LIST = 4


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def address_of(reminder: Reminder) -> str:
    return f"{ADDRESS}{reminder.pk}/"


def made(program: APIClient, **content: Any) -> dict[str, Any]:
    answer = program.post(ADDRESS, {"title": "Call the bank", "run_at": SOON, **content}, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == answer.json()["url"]
    return dict(answer.json())


def patch(program: APIClient, reminder: Reminder, **content: Any) -> dict[str, Any]:
    answer = program.patch(address_of(reminder), content, format="json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def refusals(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {each["field"]: each["detail"] for each in answer.json()["errors"]}


def titles(program: APIClient, **query: Any) -> list[str]:
    answer = program.get(ADDRESS, query)
    assert answer.status_code == 200, answer.content
    return [each["title"] for each in answer.json()["results"]]


def test_one_of_them_says_all_there_is_to_say(program: APIClient, owner: User) -> None:
    found = made(program)
    reminder = Reminder.objects.get(owner=owner)
    assert found == {
        "id": reminder.pk,
        "url": f"{SITE}{address_of(reminder)}",
        "html_url": f"{SITE}/reminders/{reminder.pk}/",
        "occurrences_url": f"{SITE}{address_of(reminder)}occurrences/",
        "title": "Call the bank",
        "text": "",
        "status": "upcoming",
        "paused": False,
        "next_run_at": SOON,
        "schedule": {
            "run_at": SOON,
            "crontab": None,
            "rrule": None,
            "starts": None,
            "timezone": owner.time_zone,
            "ends_at": None,
            "max_runs": None,
            "words": reminder.schedule_in_words,
        },
        "missed": "latest",
        "expires_after": None,
        "in_app": True,
        "email": True,
        "recipients": [],
        "nag_every": None,
        "nag_limit": 10,
        "calendar": False,
        "about": None,
        "created_at": reminder.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert program.get(found["url"]).json() == found


def test_all_that_can_be_said_is_kept(program: APIClient, owner: User, friend: User) -> None:
    note = Note.objects.create(owner=owner, title="Bank")
    found = made(
        program,
        run_at=None,
        **DAILY,
        text=" The form.\n",
        recipients=["owner", "@friend", "guest@example.net"],
        nag_every=5,
        nag_limit=3,
        calendar=True,
        missed="skip",
        expires_after=600,
        about={"type": "note", "id": note.pk},
    )
    assert found["schedule"]["crontab"] == "0 9 * * *"
    assert found["schedule"]["timezone"] == "Europe/Berlin"
    assert found["recipients"] == ["owner", "friend", "guest@example.net"]
    assert found["about"] == {"type": "note", "id": note.pk, "html_url": f"{SITE}/notes/{note.pk}/"}
    names = ("text", "nag_every", "nag_limit", "calendar", "missed", "expires_after")
    assert [found[name] for name in names] == ["The form.", 5, 3, True, "skip", 600]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"run_at": None}, "run_at"),
        ({"run_at": "2020-01-01T09:00:00Z"}, "run_at"),
        ({"run_at": "2050-01-01T09:00:00"}, "run_at"),
        ({"run_at": "9999-12-31T23:59:59-23:59"}, "run_at"),
        ({"run_at": SOON, "crontab": "0 9 * * *"}, "crontab"),
        ({"run_at": None, "crontab": "every day"}, "crontab"),
        ({"run_at": None, "crontab": "0 9 * * *", "timezone": "Mars/Olympus"}, "timezone"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": None}, "title"),
        ({"text": "x" * 10_001}, "text"),
        ({"in_app": "perhaps"}, "in_app"),
        ({"in_app": False, "email": False}, "email"),
        ({"email": False, "recipients": ["friend"]}, "email"),
        ({"in_app": False, "recipients": ["guest@example.net"], "nag_every": 5}, "nag_every"),
        ({"recipients": "friend"}, "recipients"),
        ({"recipients": ["nobody-of-this-name"]}, "recipients"),
        ({"recipients": [["friend"]]}, "recipients.0"),
        ({"recipients": ["x" * 321]}, "recipients.0"),
        ({"recipients": ["x@example.net"] * 10_001}, "recipients"),
        ({"nag_every": 0}, "nag_every"),
        ({"nag_every": 1441}, "nag_every"),
        ({"nag_limit": 51}, "nag_limit"),
        ({"nag_limit": None}, "nag_limit"),
        ({"missed": "never"}, "missed"),
        ({"expires_after": 0}, "expires_after"),
        ({"expires_after": 2**70}, "expires_after"),
        ({"about": {"type": "user", "id": 1}}, "about.type"),
        ({"about": {"type": "note", "id": 2**63}}, "about.id"),
        ({"about": {"type": "note", "id": 987654321}}, "about.id"),
        ({"about": {"type": "note"}}, "about.id"),
        ({"about": {"id": 1}}, "about.type"),
        ({"about": "note:1"}, "about"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(
    program: APIClient, owner: User, friend: User, content: dict[str, Any], field: str
) -> None:
    reminder = reminder_of(owner, "As it was")
    answer = program.post(ADDRESS, {"title": "Call", "run_at": SOON, **content}, format="json")
    assert field in refusals(answer)
    if content != {"run_at": None}:
        answer = program.patch(address_of(reminder), content, format="json")
        assert field in refusals(answer)
    assert titles(program) == ["As it was"]


@pytest.mark.parametrize("content", [[], "a title", 7, None])
def test_what_is_no_reminder_at_all_is_refused(program: APIClient, owner: User, content: object) -> None:
    assert list(refusals(program.post(ADDRESS, content, format="json"))) in ([""], ["title"])
    assert not Task.objects.exists()


def test_an_idempotency_key_makes_one(program: APIClient, owner: User) -> None:
    content = {"title": "Once", "run_at": SOON}
    first, again = (
        program.post(ADDRESS, content, format="json", headers={"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert titles(program) == ["Once"]


def test_only_what_is_named_changes(program: APIClient, owner: User, friend: User) -> None:
    reminder = reminder_of(owner, recipients=["friend"], text="Why", schedule=HOURLY, expires_after=90)
    before = program.get(address_of(reminder)).json()
    assert patch(program, reminder, title="Call the bank again") == {**before, "title": "Call the bank again"}
    after = patch(program, reminder, title="Call the bank", **DAILY)
    assert after["schedule"]["crontab"] == "0 9 * * *"
    changed = ("schedule", "next_run_at")
    assert {**after, **{name: before[name] for name in changed}} == before
    assert patch(program, reminder) == after


def test_one_that_is_over_can_be_reworded_and_gets_no_new_time(program: APIClient, owner: User) -> None:
    reminder = reminder_of(owner)
    Task.objects.update(next_run_at=None)
    found = patch(program, reminder, title="Too late")
    assert (found["title"], found["status"], found["next_run_at"]) == ("Too late", "over", None)
    assert patch(program, reminder, run_at="2060-01-01T09:00:00Z")["status"] == "upcoming"


def test_one_whose_schedule_was_taken_away_says_what_it_lacks(program: APIClient, owner: User) -> None:
    reminder = reminder_of(owner)
    reminder.unschedule()
    assert program.get(address_of(reminder)).json()["schedule"] is None
    answer = program.patch(address_of(reminder), {"title": "Another"}, format="json")
    assert refusals(answer) == {"run_at": "Its time has passed. Give it a new one."}
    assert patch(program, reminder, run_at=SOON, title="Another")["next_run_at"] == SOON


def test_it_is_paused_and_resumed(program: APIClient, owner: User) -> None:
    reminder = reminder_of(owner)
    paused = patch(program, reminder, paused=True)
    assert (paused["status"], paused["paused"], paused["next_run_at"]) == ("paused", True, None)
    assert patch(program, reminder, paused=True) == paused
    assert patch(program, reminder, title="Still paused")["paused"]
    assert patch(program, reminder, paused=False)["next_run_at"] == SOON


@pytest.mark.parametrize("paused", [True, False])
def test_one_whose_time_has_passed_is_neither_paused_nor_resumed(
    program: APIClient, owner: User, paused: bool
) -> None:
    reminder = reminder_of(owner)
    past = LATER.starts.replace(year=2020) if LATER.starts else None
    paused_at = None if paused else in_seconds(-60)
    Task.objects.update(next_run_at=None, starts=past, paused_at=paused_at)
    answer = program.patch(address_of(reminder), {"paused": paused, "title": "Not kept"}, format="json")
    assert refusals(answer) == {"paused": "Its time has passed. Give it a new one."}
    assert titles(program) == ["Call the bank"]
    if not paused:
        assert patch(program, reminder, paused=False, run_at=SOON)["status"] == "upcoming"


def test_what_it_is_about_stays(program: APIClient, owner: User) -> None:
    note, other = (Note.objects.create(owner=owner, title=title) for title in ("Bank", "Other"))
    reminder = reminder_of(owner, about=note)
    for about in ({"type": "note", "id": other.pk}, None):
        answer = program.patch(address_of(reminder), {"about": about}, format="json")
        assert list(refusals(answer)) == ["about"]
    assert patch(program, reminder, about={"type": "note", "id": note.pk})["about"]["id"] == note.pk
    note.delete()
    assert program.get(address_of(reminder)).json()["about"] is None


def test_somebody_elses_note_is_not_there_to_be_about(
    program: APIClient, owner: User, stranger: User
) -> None:
    note = Note.objects.create(owner=stranger, title="Theirs")
    content = {"title": "Mine", "run_at": SOON, "about": {"type": "note", "id": note.pk}}
    answer = program.post(ADDRESS, content, format="json")
    assert refusals(answer) == {"about.id": "You have no such note."}


def test_it_is_deleted(program: APIClient, owner: User) -> None:
    reminder = reminder_of(owner)
    assert program.delete(address_of(reminder)).status_code == 204
    assert not Task.objects.exists()
    assert program.get(address_of(reminder)).status_code == 404


def test_they_are_found_by_what_is_to_come_of_them(program: APIClient, owner: User) -> None:
    upcoming, paused, over = (reminder_of(owner, title) for title in ("Upcoming", "Paused", "Over"))
    paused.pause()
    Task.objects.filter(pk=over.pk).update(next_run_at=None)
    assert titles(program) == ["Over", "Paused", "Upcoming"]
    for reminder, status in [(upcoming, "upcoming"), (paused, "paused"), (over, "over")]:
        assert titles(program, status=status) == [reminder.title]
        assert program.get(address_of(reminder)).json()["status"] == status
    answer = program.get(ADDRESS, {"status": "lost"})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["status"]


def test_what_is_somebody_elses_is_not_there(program: APIClient, stranger: User) -> None:
    theirs = reminder_of(stranger)
    assert titles(program) == []
    for method in ("get", "patch", "delete"):
        answer = getattr(program, method)(address_of(theirs), {"title": "Mine"}, format="json")
        assert answer.status_code == 404, method
    assert program.get(f"{address_of(theirs)}occurrences/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.title == "Call the bank"


def test_a_token_that_only_reads_changes_nothing(owner: User) -> None:
    reminder = reminder_of(owner)
    program = program_of(owner, can_write=False, resources=["reminders"])
    assert titles(program) == ["Call the bank"]
    content = {"title": "Another", "run_at": SOON}
    assert program.post(ADDRESS, content, format="json").status_code == 403
    assert program.patch(address_of(reminder), content, format="json").status_code == 403
    assert program.delete(address_of(reminder)).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_costs_the_same_however_long_it_is(
    program: APIClient, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        note = Note.objects.create(owner=owner, title=f"Note {number}")
        other = make_user(f"other{number}")
        reminder_of(owner, about=note, recipients=[other.username])
    titles(program)
    with django_assert_num_queries(QUERIES_OF_A_LIST):
        assert len(titles(program, limit=50)) == count


@pytest.mark.django_db(transaction=True)
def test_two_who_change_different_things_at_once_both_get_their_way(owner: User) -> None:
    reminder = reminder_of(owner)
    together(
        *(
            lambda named=named: amend(Reminder.objects.get(pk=reminder.pk), **named)
            for named in ({"title": "Another"}, {"text": "Why"}, {"nag_every": 5}, {"expires_after": 60})
        )
    )
    reminder.refresh_from_db()
    assert (reminder.title, reminder.ways.text, reminder.ways.nag_every) == ("Another", "Why", 5)
    assert reminder.expires_after == 60
