"""Writing notes: create, read, edit, delete."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notes.models import LONGEST_BODY, Note
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def test_a_note_is_written_and_shown(signed_in: Client, owner: User) -> None:
    answer = signed_in.post(reverse("notes:create"), {"title": "Garden", "body": "Water **daily**."})
    note = Note.objects.get()
    assert (note.owner, note.title, note.body) == (owner, "Garden", "Water **daily**.")
    assert answer["Location"] == note.get_absolute_url()
    page = signed_in.get(note.get_absolute_url())
    assert "Water <strong>daily</strong>." in page.text


def test_a_note_needs_a_title(signed_in: Client) -> None:
    answer = signed_in.post(reverse("notes:create"), {"title": " ", "body": "x"})
    assert answer.status_code == 422
    assert "title" in answer.context["form"].errors
    assert not Note.objects.exists()


def test_a_title_that_was_pasted_becomes_one_line_and_can_be_e_mailed(signed_in: Client) -> None:
    signed_in.post(reverse("notes:create"), {"title": "Tea\tand\u2028cake\x1f!\r\n Bcc: x", "body": ""})
    note = Note.objects.get()
    assert note.title == "Tea and cake ! Bcc: x"
    assert signed_in.get(reverse("notes:preview", args=[note.pk])).status_code == 200


def test_a_title_of_nothing_that_can_be_seen_is_none(signed_in: Client) -> None:
    answer = signed_in.post(reverse("notes:create"), {"title": "\x1f", "body": "x"})
    assert "title" in answer.context["form"].errors


def test_a_note_may_be_nothing_but_a_title(signed_in: Client) -> None:
    signed_in.post(reverse("notes:create"), {"title": "Milk", "body": ""})
    assert signed_in.get(Note.objects.get().get_absolute_url()).status_code == 200


def test_a_body_has_a_longest_length_and_the_page_says_so(signed_in: Client) -> None:
    answer = signed_in.post(reverse("notes:create"), {"title": "Long", "body": "x" * (LONGEST_BODY + 1)})
    assert answer.status_code == 422
    assert answer.context["form"].errors["body"] == ["A note holds up to 100000 characters, this has 100001."]


def test_line_ends_count_once_and_are_kept_as_one(signed_in: Client) -> None:
    signed_in.post(reverse("notes:create"), {"title": "Long", "body": "x\r\n" * (LONGEST_BODY // 2)})
    assert Note.objects.get().body == ("x\n" * (LONGEST_BODY // 2)).strip()


def test_a_note_is_edited(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="Old")
    typed = {"title": "New", "body": "Other", "version": note.version}
    signed_in.post(reverse("notes:edit", args=[note.pk]), typed)
    before = note.updated_at
    note.refresh_from_db()
    assert (note.title, note.body) == ("New", "Other")
    assert note.updated_at > before


def test_saving_without_a_change_leaves_the_note_where_it_was(signed_in: Client, owner: User) -> None:
    note = make_note(owner, body="Two\nlines")
    typed = {"title": note.title, "body": "Two\r\nlines"}
    signed_in.post(reverse("notes:edit", args=[note.pk]), typed)
    assert Note.objects.get().updated_at == note.updated_at


def test_a_note_is_deleted_after_asking(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    address = reverse("notes:delete", args=[note.pk])
    assert "Delete this note?" in signed_in.get(address).text
    assert Note.objects.exists()
    assert signed_in.post(address, follow=True).status_code == 200
    assert not Note.objects.exists()


def test_a_title_is_text_and_nothing_else(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="<script>alert(1)</script>", body="<b>x</b>")
    for address in (note.get_absolute_url(), reverse("notes:list"), reverse("notes:delete", args=[note.pk])):
        assert "<script>alert" not in signed_in.get(address).text


@pytest.mark.parametrize(
    "address", ["/notes/", "/notes/new/", "/notes/1/", "/notes/1/edit/", "/notes/1/pin/"]
)
def test_whoever_is_not_signed_in_is_asked_to(client: Client, address: str) -> None:
    assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"
