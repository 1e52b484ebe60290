"""However often one form arrives, one e-mail is sent; a changed form is another one."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from notes.models import Note
from notes.sending import send
from tasks.models import Run
from tests.notes.factories import make_note

KEY = uuid4()


def sent(note: Note, recipients: str = "anna@example.org", subject: str = "Minutes") -> Run:
    return send(note, key=KEY, recipients=recipients.split(), subject=subject)


@pytest.mark.django_db
def test_the_same_form_gives_the_same_run(owner: User, settings: Settings) -> None:
    settings.MAIL_DAILY_LIMIT = 1  # the second would not be accepted as a new one
    note = make_note(owner)
    assert sent(note) == sent(note)
    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_a_form_gone_back_to_and_changed_is_another_one(owner: User) -> None:
    note = make_note(owner)
    sent(note)
    sent(note, recipients="berta@example.org")
    sent(note, subject="Again")
    Note.objects.update(updated_at=note.created_at)
    sent(Note.objects.get())
    assert Run.objects.count() == 4


@pytest.mark.django_db
def test_one_persons_key_is_nothing_to_another(owner: User, stranger: User) -> None:
    assert sent(make_note(owner)) != sent(make_note(stranger))


@pytest.mark.django_db
def test_a_refused_form_may_come_again(owner: User, settings: Settings) -> None:
    note = make_note(owner)
    settings.MAIL_DAILY_LIMIT = 0
    with pytest.raises(ValidationError):
        sent(note)
    settings.MAIL_DAILY_LIMIT = 1
    assert sent(note).pk


@pytest.mark.django_db(transaction=True)
def test_forms_that_arrive_at_once_start_one_run(owner: User, settings: Settings) -> None:
    settings.MAIL_DAILY_LIMIT = 1
    note = make_note(owner)

    def press(_: int) -> int:
        try:
            return sent(note).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as browsers:
        runs = set(browsers.map(press, range(8)))
    assert runs == {Run.objects.get().pk}
