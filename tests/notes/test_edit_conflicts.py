"""Two who edit the same note: none writes over the other unseen, and none loses what they typed."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from notes.comparing import Line, compare_texts
from notes.models import Note, Outdated
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.notes.factories import make_note
from tests.together import together

pytestmark = pytest.mark.django_db

SCRIPT = {"X-Requested-With": "note-editor"}


@pytest.fixture
def note(owner: User) -> Note:
    return make_note(owner, title="Plan", body="Meet on Monday.\nBring cake.")


def typed_over(note: Note, **changes: Any) -> dict[str, Any]:
    """The form as it was filled when the note was opened, with what was typed since."""
    return {"title": note.title, "body": note.body, "version": note.version, **changes}


def save(
    client: Client, note: Note, *, headers: dict[str, str] | None = None, **changes: Any
) -> HttpResponse:
    return client.post(f"/notes/{note.pk}/edit/", typed_over(note, **changes), headers=headers or {})  # type: ignore[return-value]


def stored() -> tuple[str, str, int]:
    note = Note.objects.get()
    return note.title, note.body, note.version


def test_each_save_that_changes_something_makes_a_version(signed_in: Client, note: Note) -> None:
    assert save(signed_in, note, body="One").status_code == 302
    assert stored() == ("Plan", "One", 2)
    note.refresh_from_db()
    assert save(signed_in, note).status_code == 302
    assert stored() == ("Plan", "One", 2)
    signed_in.post(f"/notes/{note.pk}/pin/")
    signed_in.post(f"/notes/{note.pk}/archive/")
    assert stored() == ("Plan", "One", 2)


def test_the_second_writes_nothing_and_sees_both_and_keeps_what_was_typed(
    signed_in: Client, note: Note
) -> None:
    save(signed_in, note, body="Meet on Tuesday.\nBring cake.")
    answer: Any = save(signed_in, note, body="Meet on Friday.\nBring cake.")
    assert answer.status_code == 409
    assert stored() == ("Plan", "Meet on Tuesday.\nBring cake.", 2)
    assert "changed meanwhile" in answer.text
    assert "<mark>Tuesday</mark>" in answer.text
    assert "<mark>Friday</mark>" in answer.text
    assert "Title: both say the same." in answer.text
    assert answer.context["form"]["body"].value() == "Meet on Friday.\nBring cake."
    assert answer.context["form"]["version"].value() == "2"


def test_what_comes_back_may_be_saved_over_the_other(signed_in: Client, note: Note) -> None:
    save(signed_in, note, body="Theirs")
    save(signed_in, note, body="Mine", version=2)
    assert stored() == ("Plan", "Mine", 3)


def test_what_changed_once_more_is_shown_once_more(signed_in: Client, note: Note) -> None:
    for body in ("Theirs", "Theirs again"):
        Note.objects.get().rewrite(body=body)
    answer: Any = save(signed_in, note, body="Mine", version=2)
    assert answer.status_code == 409
    assert answer.context["form"]["version"].value() == "3"


def test_whoever_says_the_same_has_saved_it(signed_in: Client, note: Note) -> None:
    save(signed_in, note, body="Same")
    assert save(signed_in, note, body="Same").status_code == 302
    assert stored() == ("Plan", "Same", 2)


def test_a_change_of_the_title_alone_is_not_lost_by_one_of_the_body(signed_in: Client, note: Note) -> None:
    save(signed_in, note, title="Their Plan")
    answer: Any = save(signed_in, note, body="Mine")
    assert answer.status_code == 409
    assert "<mark>Their </mark>" in answer.text
    assert stored() == ("Their Plan", note.body, 2)


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "99999999999999999999"])
def test_a_form_that_does_not_say_what_it_was_filled_with_writes_over_nothing(
    signed_in: Client, note: Note, version: str
) -> None:
    assert save(signed_in, note, body="Mine", version=version).status_code in {409, 422}
    assert stored() == ("Plan", note.body, 1)


def test_what_is_wrong_comes_before_what_differs(signed_in: Client, note: Note) -> None:
    save(signed_in, note, body="Theirs")
    answer: Any = save(signed_in, note, title="", body="Mine")
    assert answer.status_code == 422
    assert answer.context["form"]["version"].value() == "1", "so that the next time it is compared"


def test_a_program_counts_as_somebody_else(signed_in: Client, note: Note, owner: User) -> None:
    program_of(owner).patch(f"/api/notes/{note.pk}/", {"body": "By a program"}, format="json")
    assert save(signed_in, note, body="Mine").status_code == 409
    assert stored() == ("Plan", "By a program", 2)


def test_a_note_that_is_gone_is_not_found(signed_in: Client, note: Note) -> None:
    Note.objects.all().delete()
    assert save(signed_in, note, body="Mine").status_code == 404


def test_what_is_compared_is_text_and_nothing_else(signed_in: Client, note: Note) -> None:
    save(signed_in, note, body="<script>alert(1)</script>")
    answer: Any = save(signed_in, note, body="<img src=x onerror=alert(2)>")
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text


def test_the_script_is_told_where_it_stands_and_gets_what_to_show(signed_in: Client, note: Note) -> None:
    answer: Any = save(signed_in, note, headers=SCRIPT, body="One", stay="1")
    assert answer.json() == {
        "url": f"/notes/{note.pk}/",
        "edit_url": f"/notes/{note.pk}/edit/",
        "version": 2,
    }
    answer = save(signed_in, note, headers=SCRIPT, body="Two")
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert "changed meanwhile" in answer.text


def test_whoever_has_it_open_hears_of_it_at_once(
    signed_in: Client, note: Note, owner: User, pushes: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        save(signed_in, note, body="One")
    assert pushes == [([owner.pk], {"topic": f"note:{note.pk}"})]
    pushes.clear()
    with django_capture_on_commit_callbacks(execute=True):
        note.refresh_from_db()
        save(signed_in, note)
        signed_in.post(f"/notes/{note.pk}/pin/")
    assert pushes == []


def test_it_says_that_it_changed_since_it_was_opened(signed_in: Client, note: Note) -> None:
    address = f"/notes/{note.pk}/changes/"
    assert "changed elsewhere" not in signed_in.get(f"{address}?since=1").text
    save(signed_in, note, body="One")
    assert "changed elsewhere" in signed_in.get(f"{address}?since=1").text
    assert "changed elsewhere" not in signed_in.get(f"{address}?since=2").text
    assert signed_in.get(f"{address}?since=x").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_wins_and_one_is_told(owner: User, note: Note) -> None:
    def saves(body: str) -> Any:
        def act() -> int:
            client = Client()
            client.force_login(owner)
            return save(client, note, body=body).status_code

        return act

    for _ in range(5):
        note.refresh_from_db()
        bodies = [f"{note.version} {who}" for who in ("one", "other")]
        statuses = together(*map(saves, bodies))
        assert sorted(map(str, statuses)) == ["302", "409"]
        _, body, version = stored()
        assert body == bodies[statuses.index(302)]
        assert version == note.version + 1


@pytest.mark.django_db(transaction=True)
def test_programs_at_the_same_moment_lose_no_version(owner: User, note: Note) -> None:
    def changes(content: dict[str, str]) -> Any:
        return lambda: program_of(owner).patch(f"/api/notes/{note.pk}/", content, format="json").status_code

    assert together(changes({"title": "New"}), changes({"body": "New"})) == [200, 200]
    assert stored() == ("New", "New", 3)


def test_a_conditional_update_decides_and_not_what_was_read(note: Note) -> None:
    other = Note.objects.get()
    other.rewrite(body="Theirs")
    with pytest.raises(Outdated) as outdated:
        note.rewrite(body="Mine")
    assert outdated.value.note.body == "Theirs"
    other.delete()
    with pytest.raises(Note.DoesNotExist):
        note.rewrite(body="Mine")


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def test_a_program_may_change_a_note_only_if_nobody_did(program: APIClient, note: Note) -> None:
    address = f"/api/notes/{note.pk}/"
    tag = program.get(address).headers["ETag"]
    changed = program.patch(address, {"body": "One"}, format="json", headers={"if-match": tag})
    assert changed.status_code == 200
    assert changed.json()["version"] == 2
    assert changed.headers["ETag"] == program.get(address).headers["ETag"] != tag
    for refused in (
        program.patch(address, {"body": "Two"}, format="json", headers={"if-match": tag}),
        program.delete(address, headers={"if-match": tag}),
    ):
        assert refused.status_code == 412
        assert refused.json()["type"] == "urn:clock-work:problem:precondition-failed"
    assert stored() == ("Plan", "One", 2)
    for asked in ("*", f'"other", {changed.headers["ETag"]}'):
        assert program.patch(address, {}, format="json", headers={"if-match": asked}).status_code == 200
    assert program.patch(address, {"body": "Three"}, format="json").status_code == 200


def test_pinning_is_a_change_to_programs_too(program: APIClient, note: Note) -> None:
    address = f"/api/notes/{note.pk}/"
    tag = program.get(address).headers["ETag"]
    program.patch(address, {"pinned": True}, format="json")
    refused = program.patch(address, {"body": "x"}, format="json", headers={"if-match": tag})
    assert refused.status_code == 412
    assert refused.json()["status"] == 412


def sides(lines: list[Line]) -> list[tuple[str, str]]:
    return [(line.side, "".join(words.text for words in line.words)) for line in lines]


def test_lines_that_are_the_same_stand_around_those_that_differ() -> None:
    saved = "\n".join("abcdefghijklmnopqrst")
    yours = saved.replace("d\n", "d\nnew\n").replace("p", "P")
    assert sides(compare_texts(saved, yours)) == [
        ("left-out", ""),
        *[("both", letter) for letter in "cd"],
        ("yours", "new"),
        *[("both", letter) for letter in "ef"],
        ("left-out", ""),
        *[("both", letter) for letter in "no"],
        ("saved", "p"),
        ("yours", "P"),
        *[("both", letter) for letter in "qr"],
        ("left-out", ""),
    ]


def test_texts_that_are_the_same_have_nothing_to_show() -> None:
    assert compare_texts("a\nb", "a\nb") == []


@pytest.mark.parametrize(
    ("saved", "yours"),
    [
        ("a\n" * 50_000, "b\n" * 50_000),
        ("a\nb\n" * 25_000, "b\na\n" * 25_000 + "c"),
        ("a b " * 25_000, "b a " * 25_000),
        ("\n".join(["ab" * 100] * 400), "\n".join(["ba" * 100] * 400)),
        ("", "x" * 100_000),
    ],
)
def test_texts_made_to_take_long_do_not(saved: str, yours: str) -> None:
    lines = compare_texts(saved, yours)
    assert 0 < len(lines) <= 1001


def test_both_databases_have_versions_from_the_beginning(owner: User) -> None:
    """A process of the release before this one goes on making notes while this one starts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notes_note (owner_id, title, body, updated_at)"
            " VALUES (%s, 'Old', '', CURRENT_TIMESTAMP)",
            [owner.pk],
        )
    assert Note.objects.get().version == 1
