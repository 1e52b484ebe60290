"""An account that is deleted while something is being done for it: nobody is shown an error of ours."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from api.views import ApiView
from notes.forms import NoteForm
from notes.models import Note
from notifications.inbox.changing import change
from tests.api.clients import make_token

pytestmark = pytest.mark.django_db(transaction=True)


def then_deleted(act: Callable[..., Any], user: User) -> Callable[..., Any]:
    """What `act` does, and the account's end right after it."""

    def acting(*arguments: Any, **options: Any) -> Any:
        result = act(*arguments, **options)
        User.objects.get(pk=user.pk).delete()
        return result

    return acting


def test_on_a_page_they_are_where_one_logs_in(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(owner)
    monkeypatch.setattr(NoteForm, "is_valid", then_deleted(NoteForm.is_valid, owner))
    answer = client.post("/notes/new/", {"title": "The last one"})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/accounts/login/")
    assert not Note.objects.exists()


def test_a_program_is_told_that_nobody_knows_it(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearer = {"Authorization": f"Bearer {make_token(owner)[1]}"}
    monkeypatch.setattr(ApiView, "content", then_deleted(ApiView.content, owner))
    answer = client.post("/api/notes/", {"title": "The last one"}, "application/json", headers=bearer)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "urn:clock-work:problem:not-authenticated"


def test_their_inbox_is_not_changed_any_more(owner: User) -> None:
    User.objects.get(pk=owner.pk).delete()
    assert change(owner.pk, lambda entries: entries.mark_read() + 1) == 0
