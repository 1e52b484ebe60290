"""A program has a line of plain words become a reminder, and hears what was not understood of it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import User
from reminders.models import Reminder
from tests.api.clients import program_of

pytestmark = pytest.mark.django_db
ADDRESS = "/api/reminders/quick/"
LINE = "call the bank on 1 January 2050 at 9am"
WORDS = ["every", "day", "tomorrow", "at", "9am", "in", "minutes", "999999999999", "31 February", "until"]
WORDS += ["9999-12-31", "last", "Friday", "–", "2050", "for", "times", "noon", "ten", "weeks", "0", "-1"]


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def add(program: APIClient, text: object, **options: Any) -> Any:
    return program.post(ADDRESS, {"text": text}, format="json", **options)


def refusals(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {each["field"]: each["detail"] for each in answer.json()["errors"]}


def test_a_line_becomes_a_reminder_on_its_users_clock(program: APIClient, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Europe/Berlin")
    answer = add(program, LINE)
    assert answer.status_code == 201
    found = answer.json()
    assert (found["title"], found["next_run_at"]) == ("call the bank", "2050-01-01T08:00:00Z")
    assert found["schedule"]["timezone"] == "Europe/Berlin"
    assert answer.headers["Location"] == found["url"]
    assert program.get(found["url"]).json() == found


def test_what_it_would_become_is_shown_before(program: APIClient) -> None:
    answer = program.get(ADDRESS, {"text": "water the plants every Monday"})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["title"], found["assumed_time"]) == ("water the plants", True)
    assert found["next_run_at"].endswith("Z")
    assert not Reminder.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("call the bank", "Say when: for example “tomorrow 9am”, “in 20 minutes” or “every Monday at 8:30”."),
        ("tomorrow 9am", "Say what you want to be reminded of, too."),
        ("call on 12/1", ""),
        ("call on 1 January 2020 at 9am", ""),
        ("x" * 201 + " tomorrow 9am", "At most 200 characters."),
        ("x" * 301, "Ensure this field has no more than 300 characters."),
        ("", "This field may not be blank."),
        (None, "This field may not be null."),
        ([], "Not a valid string."),
    ],
)
def test_what_is_not_understood_is_said_where_it_was_typed(
    program: APIClient, text: object, words: str
) -> None:
    refused = refusals(add(program, text))
    assert list(refused) == ["text"]
    assert words in refused["text"]
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("text", ["call the bank", "", "x" * 301, "a\0 tomorrow"])
def test_so_it_is_for_a_look_at_it(program: APIClient, text: str) -> None:
    answer = program.get(ADDRESS, {"text": text})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["text"]


def test_an_idempotency_key_makes_one(program: APIClient) -> None:
    headers = {"Idempotency-Key": "k"}
    first, again = (add(program, LINE, headers=headers).json() for _ in range(2))
    assert first == again
    assert Reminder.objects.count() == 1


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)))
def test_no_line_is_too_much(program: APIClient, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("api.limits.count", lambda _limits: [])
    assert add(program, text).status_code in {201, 400, 422}
    assert program.get(ADDRESS, {"text": text.encode(errors="replace")}).status_code in {200, 400}
