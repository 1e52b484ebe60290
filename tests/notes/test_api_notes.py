"""Notes over the API: listed, written, read, changed and deleted as on their pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from notes.models import LONGEST_BODY, Note
from reminders.door import remind
from tasks.door import Schedule
from tasks.models import Task
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.notes.factories import make_note, schedule_email

HOURLY = Schedule("UTC", crontab="0 * * * *")


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def titles(client: APIClient, query: str = "") -> list[str]:
    answer = client.get(f"/api/notes/{query}")
    assert answer.status_code == 200, answer.json()
    return [note["title"] for note in answer.json()["results"]]


def test_a_note_is_written_and_read(program: APIClient, owner: User) -> None:
    answer = program.post("/api/notes/", {"title": "Garden", "body": "Water **daily**."}, format="json")
    assert answer.status_code == 201
    note = Note.objects.get()
    assert (note.owner, note.title, note.body) == (owner, "Garden", "Water **daily**.")
    assert answer.headers["Location"] == f"http://testserver/api/notes/{note.pk}/"
    assert answer.json() == {
        "id": note.pk,
        "url": f"http://testserver/api/notes/{note.pk}/",
        "html_url": f"http://testserver/notes/{note.pk}/",
        "title": "Garden",
        "body": "Water **daily**.",
        "tags": [],
        "version": 1,
        "pinned": False,
        "archived": False,
        "created_at": note.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": note.updated_at.isoformat().replace("+00:00", "Z"),
    }
    assert program.get(answer.headers["Location"]).json() == answer.json()


def test_a_note_is_written_once_for_a_key(program: APIClient) -> None:
    content, key = {"title": "Once"}, {"idempotency-key": "1"}
    first, second = (program.post("/api/notes/", content, format="json", headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert Note.objects.count() == 1


def test_a_title_is_one_line_and_line_ends_count_once(program: APIClient) -> None:
    content = {"title": "Tea\tand\u2028cake\x1f!\r\n Bcc: x", "body": "x\r\n" * (LONGEST_BODY // 2)}
    note = program.post("/api/notes/", content, format="json").json()
    assert note["title"] == "Tea and cake ! Bcc: x"
    assert note["body"] == ("x\n" * (LONGEST_BODY // 2)).strip()


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        ({}, "title", "required"),
        ({"title": " "}, "title", "blank"),
        ({"title": "\x1f"}, "title", "blank"),
        ({"title": "x" * 201}, "title", "max_length"),
        ({"title": ["x"]}, "title", "invalid"),
        ({"title": "x", "body": "x" * (LONGEST_BODY + 1)}, "body", "max_length"),
        ({"title": "x", "body": None}, "body", "null"),
    ],
)
def test_what_is_no_note_is_refused_by_field(
    content: object, field: str, code: str, program: APIClient
) -> None:
    answer = program.post("/api/notes/", content, format="json")
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    assert not Note.objects.exists()


def test_the_list_has_the_newest_first_and_excerpts_for_bodies(program: APIClient, owner: User) -> None:
    for title in ("old", "new"):
        make_note(owner, title=title, body="# We *met*.\n" + "x " * 1000)
    first, second = program.get("/api/notes/").json()["results"]
    assert (first["title"], second["title"]) == ("new", "old")
    assert first["excerpt"].startswith("We met. x x")
    assert "body" not in first


def test_the_list_is_chosen_from(program: APIClient, owner: User) -> None:
    make_note(owner, title="plain", body="fence posts")
    make_note(owner, title="pinned").pin()
    make_note(owner, title="archived").archive()
    assert titles(program) == ["archived", "pinned", "plain"]
    assert titles(program, "?archived=true") == ["archived"]
    assert titles(program, "?archived=false") == ["pinned", "plain"]
    assert titles(program, "?pinned=true") == ["pinned"]
    assert titles(program, "?pinned=false&archived=false") == ["plain"]
    assert titles(program, "?search=POSTS+plain") == ["plain"]
    assert titles(program, "?search=") == ["archived", "pinned", "plain"]


def test_programs_that_keep_a_copy_ask_for_what_changed(program: APIClient, owner: User) -> None:
    old = timezone.now() - timedelta(days=1)
    make_note(owner, title="left alone", updated_at=old)
    note = make_note(owner, title="changed", updated_at=old)
    since = (old + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert titles(program, f"?updated_after={since}") == []
    program.patch(f"/api/notes/{note.pk}/", {"body": "More"}, format="json")
    assert titles(program, f"?updated_after={since}") == ["changed"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("archived=perhaps", "archived"),
        ("pinned=2", "pinned"),
        (f"search={'x' * 201}", "search"),
        ("search=%00", "search"),
        ("updated_after=2026-03-01T08:00:00", "updated_after"),
        ("updated_after=yesterday", "updated_after"),
    ],
)
def test_a_wrong_filter_is_named(query: str, parameter: str, program: APIClient) -> None:
    answer = program.get(f"/api/notes/?{query}")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [parameter]


def test_a_list_of_many_notes_takes_as_many_queries_as_one_of_one(program: APIClient, owner: User) -> None:
    for made in (1, 29):
        for _ in range(made):
            make_note(owner)
        with CaptureQueriesContext(connection) as queries:
            program.get("/api/notes/?limit=30")
        assert len(queries) == 3, "the token, the page, and its tags"


def test_pages_follow_one_another_while_notes_are_written(program: APIClient, owner: User) -> None:
    for number in range(5):
        make_note(owner, title=str(number))
    page = program.get("/api/notes/?limit=2").json()
    found = page["results"]
    while page["next"]:
        make_note(owner, title="meanwhile")
        page = program.get(page["next"]).json()
        found += page["results"]
    assert [note["title"] for note in found] == ["4", "3", "2", "1", "0"]


def test_what_is_named_is_changed_and_the_rest_stays(program: APIClient, owner: User) -> None:
    note = make_note(owner, title="Old", body="Stays")
    answer = program.patch(f"/api/notes/{note.pk}/", {"title": "New\n"}, format="json")
    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["body"]) == ("New", "Stays")
    changed = Note.objects.get()
    assert (changed.title, changed.body) == ("New", "Stays")
    assert changed.updated_at > note.updated_at


def test_a_change_that_changes_nothing_leaves_the_note_where_it_was(program: APIClient, owner: User) -> None:
    note = make_note(owner)
    program.patch(f"/api/notes/{note.pk}/", {"title": note.title, "body": note.body}, format="json")
    assert Note.objects.get().updated_at == note.updated_at


def test_a_note_is_pinned_and_archived_and_back_again(program: APIClient, owner: User) -> None:
    note = make_note(owner)
    for value in (True, True, False):
        marks = {"pinned": value, "archived": value}
        answer = program.patch(f"/api/notes/{note.pk}/", marks, format="json").json()
        assert {name: answer[name] for name in marks} == marks
        kept = Note.objects.get()
        assert (kept.is_pinned, kept.is_archived) == (value, value)
    assert Note.objects.get().updated_at == note.updated_at, "what it says did not change"


@pytest.mark.parametrize(
    "content", [{"title": ""}, {"body": None}, {"pinned": "perhaps"}, {"archived": None}]
)
def test_a_refused_change_changes_nothing(content: object, program: APIClient, owner: User) -> None:
    note = make_note(owner, title="Stays")
    answer = program.patch(f"/api/notes/{note.pk}/", {"title": "New", **content}, format="json")  # type: ignore[dict-item]
    assert answer.status_code == 422
    assert Note.objects.get().title == "Stays"


def test_a_deleted_note_takes_its_e_mails_to_come_along(program: APIClient, owner: User) -> None:
    note = make_note(owner)
    schedule_email(note, HOURLY)
    reminder = remind(owner, title="Read it", schedule=HOURLY, about=note)
    assert program.delete(f"/api/notes/{note.pk}/").status_code == 204
    assert program.get(f"/api/notes/{note.pk}/").status_code == 404
    assert [task.pk for task in Task.objects.all()] == [reminder.pk]


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_somebody_elses_note_does_not_exist(method: str, owner: User, stranger: User) -> None:
    note = make_note(owner)
    program = program_of(stranger)
    assert getattr(program, method)(f"/api/notes/{note.pk}/").status_code == 404
    assert getattr(program, method)("/api/notes/99999999999999999999/").status_code == 404
    assert titles(program) == []
    assert Note.objects.get().title == note.title
