"""What is typed shown as it will look, by the one renderer there is; nothing of it is kept."""

import pytest
from django.test import Client

from accounts.models import User
from notes.markdown import render
from notes.models import LONGEST_BODY, Note
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db

TEXT = "# Plan\r\n\r\nMeet **soon** at https://example.org/"


def test_it_looks_as_the_note_will(signed_in: Client, owner: User) -> None:
    shown = signed_in.post("/notes/preview/", {"body": TEXT})
    assert shown.text == render(TEXT.replace("\r\n", "\n"))
    note = make_note(owner, body=TEXT.replace("\r\n", "\n"))
    assert shown.text in signed_in.get(note.get_absolute_url()).text


def test_nothing_that_acts_comes_through(signed_in: Client) -> None:
    shown = signed_in.post("/notes/preview/", {"body": "<script>alert(1)</script> [x](javascript:alert(1))"})
    assert "<script" not in shown.text
    assert "href" not in shown.text


@pytest.mark.parametrize("typed", [{}, {"body": ""}, {"body": " \0"}])
def test_nothing_is_nothing(signed_in: Client, typed: dict[str, str]) -> None:
    assert signed_in.post("/notes/preview/", typed).status_code == 200


def test_it_is_kept_nowhere(signed_in: Client) -> None:
    signed_in.post("/notes/preview/", {"body": TEXT})
    assert not Note.objects.exists()


def test_what_is_too_long_for_a_note_is_not_shown(signed_in: Client) -> None:
    assert signed_in.post("/notes/preview/", {"body": "x\r\n" * (LONGEST_BODY // 2)}).status_code == 200
    answer = signed_in.post("/notes/preview/", {"body": "x" * (LONGEST_BODY + 1)})
    assert answer.status_code == 422
    assert "too long" in answer.text


def test_it_is_for_forms_of_this_site(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post("/notes/preview/", {"body": TEXT}).status_code == 403
    assert client.get("/notes/preview/").status_code == 405


def test_programs_see_the_same(owner: User) -> None:
    answer = program_of(owner).post("/api/notes/preview/", {"body": TEXT}, format="json")
    assert answer.status_code == 200
    assert answer.json() == {"html": render(TEXT.replace("\r\n", "\n"))}
    refused = program_of(owner).post("/api/notes/preview/", {"body": "x" * (LONGEST_BODY + 1)}, format="json")
    assert refused.status_code == 422
