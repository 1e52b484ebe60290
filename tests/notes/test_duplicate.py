"""A note once more: for people by a button, for programs by the API."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from notes.models import LONGEST_TITLE, Note
from notes.tagging import tag
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.notes.factories import make_note
from tests.together import together

pytestmark = pytest.mark.django_db


def test_a_copy_says_the_same_and_begins_a_life_of_its_own(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="Plan", body="*Meet*")
    tag(note, ["home", "work"])
    note.pin()
    note.rewrite(body="*Meet* again")
    answer = signed_in.post(f"/notes/{note.pk}/duplicates/", {"key": uuid4()}, follow=True)
    copied = Note.objects.exclude(pk=note.pk).get()
    assert (copied.owner, copied.title, copied.body) == (owner, "Plan (copy)", "*Meet* again")
    assert copied.tag_names == ["home", "work"]
    assert (copied.version, copied.pinned_at, copied.archived_at) == (1, None, None)
    assert answer.redirect_chain[-1][0] == copied.get_absolute_url()
    assert "This is the copy of “Plan”." in answer.text


def test_the_button_counts_once_however_often_it_is_pressed(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    key = signed_in.get(note.get_absolute_url()).context["copy_key"]
    answers = [signed_in.post(f"/notes/{note.pk}/duplicates/", {"key": key}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Note.objects.count() == 2
    again = signed_in.get(note.get_absolute_url()).context["copy_key"]
    signed_in.post(f"/notes/{note.pk}/duplicates/", {"key": again})
    assert Note.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_the_same_moment_it_counts_once(owner: User) -> None:
    note, key = make_note(owner), uuid4()

    def press() -> int:
        client = Client()
        client.force_login(owner)
        return client.post(f"/notes/{note.pk}/duplicates/", {"key": key}).status_code

    assert together(press, press) == [302, 302]
    assert Note.objects.count() == 2


def test_the_longest_title_still_fits(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="x" * LONGEST_TITLE)
    signed_in.post(f"/notes/{note.pk}/duplicates/", {"key": uuid4()})
    copied = Note.objects.exclude(pk=note.pk).get()
    assert len(copied.title) == LONGEST_TITLE
    assert copied.title.endswith("x (copy)")


@pytest.mark.parametrize("key", ["", "x"])
def test_without_a_key_nothing_is_made(signed_in: Client, owner: User, key: str) -> None:
    note = make_note(owner)
    assert signed_in.post(f"/notes/{note.pk}/duplicates/", {"key": key}).status_code == 422
    assert Note.objects.count() == 1


def test_a_key_is_good_for_its_owner_alone(client: Client, owner: User, stranger: User) -> None:
    key = uuid4()
    for user in (owner, stranger):
        client.force_login(user)
        client.post(f"/notes/{make_note(user).pk}/duplicates/", {"key": key})
    assert Note.objects.filter(key=key).count() == 2


def test_a_program_makes_one_once_for_a_key(owner: User) -> None:
    note, program = make_note(owner, title="Plan", body="x"), program_of(owner)
    address = f"/api/notes/{note.pk}/duplicates/"
    answers = [program.post(address, headers={"idempotency-key": "1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["title"] == "Plan (copy)"
    assert program.get(answers[0].headers["Location"]).json() == answers[0].json()
    assert Note.objects.count() == 2


def test_a_note_is_written_once_however_often_its_form_arrives(signed_in: Client) -> None:
    typed = {"title": "Garden", "body": "Water daily.", "key": uuid4()}
    answers = [signed_in.post("/notes/new/", typed) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Note.objects.count() == 1


def test_a_form_gone_back_to_and_changed_is_compared_with_what_it_made(signed_in: Client) -> None:
    typed = {"title": "Garden", "body": "Water daily.", "key": uuid4()}
    signed_in.post("/notes/new/", typed)
    answer = signed_in.post("/notes/new/", {**typed, "body": "Water weekly."})
    assert answer.status_code == 409
    assert "<mark>weekly</mark>" in answer.text
    note = Note.objects.get()
    assert note.body == "Water daily."
    assert f'action="/notes/{note.pk}/edit/"' in answer.text
    assert answer.context["form"]["version"].value() == "1"


@pytest.mark.django_db(transaction=True)
def test_a_form_that_arrives_twice_at_once_makes_one_note(owner: User) -> None:
    typed = {"title": "Garden", "body": "Water daily.", "key": uuid4()}

    def send() -> str:
        client = Client()
        client.force_login(owner)
        return client.post("/notes/new/", typed)["Location"]

    first, second = together(send, send)
    assert first == second
    assert Note.objects.count() == 1
