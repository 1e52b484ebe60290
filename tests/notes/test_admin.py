"""Notes in the admin: whose and when; what they say is for their owners alone."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import make_user
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def test_staff_finds_a_note_and_does_not_read_it(client: Client, owner: User) -> None:
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))
    note = make_note(owner, body="between you and me")
    addresses = [
        reverse("admin:notes_note_changelist") + "?q=owner",
        *(reverse(f"admin:notes_note_{page}", args=[note.pk]) for page in ("change", "delete", "history")),
    ]
    for address in addresses:
        page = client.get(address).text
        assert note.title in page
        assert "between you" not in page
        assert "View on site" not in page


def test_there_is_nothing_to_save(client: Client, owner: User) -> None:
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))
    note = make_note(owner)
    assert client.post(reverse("admin:notes_note_change", args=[note.pk]), {}).status_code == 403
