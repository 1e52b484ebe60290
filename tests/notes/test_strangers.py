"""Somebody else's note does not exist: every address of a note, every method."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notes.models import Note
from notes.urls import urlpatterns
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db

METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]
NAMES = [pattern.name for pattern in urlpatterns if "<int:pk>" in str(pattern.pattern)]


@pytest.mark.parametrize("name", NAMES)
def test_a_strangers_note_is_not_found_by_any_method(
    client: Client, owner: User, stranger: User, name: str
) -> None:
    note = make_note(owner)
    client.force_login(stranger)
    address = reverse(f"notes:{name}", args=[note.pk])
    for method in METHODS:
        assert getattr(client, method)(address).status_code == 404, method
    left = Note.objects.get()
    assert (left.title, left.pinned_at, left.archived_at) == (note.title, None, None)


@pytest.mark.parametrize("name", NAMES)
def test_its_owner_finds_it_there(client: Client, owner: User, name: str) -> None:
    note = make_note(owner)
    client.force_login(owner)
    assert client.get(reverse(f"notes:{name}", args=[note.pk])).status_code in {200, 405}


def test_a_number_that_no_note_can_have_is_not_found(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert client.get("/notes/99999999999999999999/").status_code == 404


def test_the_list_and_its_search_hold_ones_own_notes_only(
    client: Client, owner: User, stranger: User
) -> None:
    make_note(owner, title="Secret garden")
    for user, found in ((owner, True), (stranger, False)):
        client.force_login(user)
        for address in ("/notes/", "/notes/?q=secret"):
            assert ("Secret garden" in client.get(address).text) == found
