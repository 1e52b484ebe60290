"""The preview: the mail itself, shut in."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notes.kinds import message_of
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def test_it_is_what_recipients_get(signed_in: Client, owner: User) -> None:
    note = make_note(owner, body="We *met*.")
    preview = signed_in.get(reverse("notes:preview", args=[note.pk])).text
    assert preview == message_of(note.title, note.body).html
    assert "We <em>met</em>." in preview


def test_it_runs_nothing_loads_nothing_and_stands_in_our_pages_alone(signed_in: Client, owner: User) -> None:
    answer = signed_in.get(reverse("notes:preview", args=[make_note(owner).pk]))
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_only_the_page_that_shows_it_may_hold_frames(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    for name, may in (("email", True), ("detail", False)):
        policy = signed_in.get(reverse(f"notes:{name}", args=[note.pk]))["Content-Security-Policy"]
        assert ("frame-src 'self'" in policy) == may
        assert "unsafe-inline" not in policy
