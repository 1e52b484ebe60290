"""Tags are part of a version of a note: written with its title and body, or not at all."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from notes import editing
from notes.comparing import compare_tags
from notes.models import Note
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(owner: User) -> Note:
    return editing.write(owner, None, title="Plan", body="Meet on Monday.", tags=["home", "work"])


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def save(client: Client, note: Note, **changes: Any) -> Any:
    """The form as it was filled when the note was opened, with what was typed since."""
    filled = {"title": note.title, "body": note.body, "tags": "home, work", "version": note.version}
    return client.post(f"/notes/{note.pk}/edit/", {**filled, **changes})


def stored() -> tuple[str, list[str], int]:
    note = Note.objects.get()
    return note.body, note.tag_names, note.version


def test_text_and_tags_are_one_version(signed_in: Client, note: Note) -> None:
    save(signed_in, note, body="Meet on Friday.", tags="work, garden")
    assert stored() == ("Meet on Friday.", ["garden", "work"], 2)


def test_tags_typed_over_an_older_version_are_not_written_and_not_lost(signed_in: Client, note: Note) -> None:
    save(signed_in, note, tags="home, theirs")
    answer = save(signed_in, note, body="Mine", tags="home, work, mine")
    assert answer.status_code == 409
    assert stored() == ("Meet on Monday.", ["home", "theirs"], 2)
    [tags] = [each for each in answer.context["comparisons"] if each.label == "Tags"]
    lines = [(line.side, "".join(words.text for words in line.words)) for line in tags.lines]
    assert lines == [("both", "home"), ("saved", "theirs"), ("yours", "mine"), ("yours", "work")]
    assert answer.context["form"]["tags"].value() == "home, work, mine"
    save(signed_in, note, body="Mine", tags="home, work, mine", version=2)
    assert stored() == ("Mine", ["home", "mine", "work"], 3)


def test_text_typed_over_other_tags_is_not_written(signed_in: Client, note: Note) -> None:
    save(signed_in, note, tags="theirs")
    assert save(signed_in, note, body="Mine").status_code == 409
    assert stored() == ("Meet on Monday.", ["theirs"], 2)


def test_who_typed_the_same_tags_has_saved_them(signed_in: Client, note: Note) -> None:
    save(signed_in, note, tags="Garden")
    assert save(signed_in, note, tags="garden").status_code == 302
    assert stored() == ("Meet on Monday.", ["Garden"], 2)


def test_a_form_that_arrives_twice_is_one_note_and_with_other_tags_is_compared(signed_in: Client) -> None:
    key = signed_in.get("/notes/new/").context["form"]["key"].value()
    typed = {"title": "Plan", "body": "", "tags": "home", "key": key}
    assert [signed_in.post("/notes/new/", typed).status_code for _ in range(2)] == [302, 302]
    assert signed_in.post("/notes/new/", {**typed, "tags": "work"}).status_code == 409
    assert stored() == ("", ["home"], 1)


def test_tags_are_compared_by_what_they_are_and_not_by_how_they_are_spelt() -> None:
    assert compare_tags(["Home", "work"], ["WORK", "home"]) == []


def test_tags_are_covered_by_the_etag(program: APIClient, note: Note) -> None:
    address = f"/api/notes/{note.pk}/"
    read = program.get(address).headers["ETag"]
    changed = program.patch(address, {"tags": ["theirs"]}, format="json", headers={"if-match": read})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    for content in ({"tags": ["mine"]}, {"body": "Mine", "tags": ["mine"]}):
        refused = program.patch(address, content, format="json", headers={"if-match": read})
        assert refused.status_code == 412
    assert stored() == ("Meet on Monday.", ["theirs"], 2)
    same = program.patch(address, {"tags": ["THEIRS"]}, format="json")
    assert same.headers["ETag"] == changed.headers["ETag"] != read
    both = program.patch(address, {"body": "Mine", "tags": []}, format="json")
    assert (both.json()["version"], both.json()["tags"]) == (3, [])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_tags_at_the_same_moment_one_wins_and_one_is_told(owner: User, note: Note) -> None:
    def saves(who: str) -> Any:
        def act() -> int:
            client = Client()
            client.force_login(owner)
            return int(save(client, note, body=f"{who} {note.version}", tags=f"{who}, both").status_code)

        return act

    for _ in range(3):
        note.refresh_from_db()
        statuses = together(saves("one"), saves("other"))
        assert sorted(map(str, statuses)) == ["302", "409"]
        won = ["one", "other"][statuses.index(302)]
        assert stored() == (f"{won} {note.version}", sorted(["both", won]), note.version + 1)


@pytest.mark.django_db(transaction=True)
def test_pages_and_programs_that_change_and_delete_wait_for_one_another(owner: User, note: Note) -> None:
    """All of them in the same order: first for the tags of the owner, then for the note."""

    def delete() -> int:
        return int(program_of(owner).delete(f"/api/notes/{note.pk}/").status_code)

    def change() -> int:
        content = {"body": "By a program", "tags": ["new"]}
        return int(program_of(owner).patch(f"/api/notes/{note.pk}/", content, format="json").status_code)

    def write() -> int:
        client = Client()
        client.force_login(owner)
        return int(save(client, note, body="On a page", tags="page").status_code)

    deleted, changed, written = together(delete, change, write)
    assert deleted == 204
    assert changed in {200, 404}
    assert written in {302, 404, 409}
    assert not owner.tags.exists()
