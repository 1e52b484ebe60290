"""E-mailing a note: what is asked, what is accepted, what is refused and why."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from notes.kinds import NoteEmail
from notes.models import LONGEST_BODY, Note
from tasks.door import start
from tasks.models import Run, Task
from tests.factories import make_user
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def send(client: Client, note: Note, recipients: str, **fields: str) -> Any:
    data = {"key": str(uuid4()), "recipients": recipients, "subject": note.title, **fields}
    return client.post(reverse("notes:email", args=[note.pk]), data)


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


def test_the_form_offers_the_title_as_subject_and_a_key_of_its_own(signed_in: Client, owner: User) -> None:
    address = reverse("notes:email", args=[make_note(owner, title="Minutes").pk])
    first, second = (signed_in.get(address).context["form"] for _ in range(2))
    assert first["subject"].value() == "Minutes"
    assert first["key"].value() != second["key"].value()


def test_send_starts_a_run_about_the_note_and_leads_to_its_bar(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="Minutes")
    answer = send(signed_in, note, "anna@example.org")
    assert answer["Location"] == f"{note.get_absolute_url()}#emails"
    task = Task.objects.about(note).get()
    assert (task.title, task.owner, task.runs.get().state) == ("E-mail “Minutes”", owner, Run.State.PENDING)
    assert f'id="run-{task.runs.get().pk}-progress"' in signed_in.get(note.get_absolute_url()).text


def test_what_is_sent_stays_as_it_was(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="Minutes", body="As agreed.")
    send(signed_in, note, "anna@example.org", subject="Read this")
    Note.objects.update(title="Other", body="Other")
    params = Task.objects.get().params
    assert (params["subject"], params["body"]) == ("Read this", "As agreed.")


def test_people_are_kept_by_key_and_addresses_as_typed(signed_in: Client, owner: User, friend: User) -> None:
    by_code = make_user("other")
    send(signed_in, make_note(owner), f"Friend, {by_code.usercode_grouped.lower()}; anna@Example.org")
    assert Task.objects.get().params["recipients"] == [friend.pk, by_code.pk, "anna@example.org"]
    assert friend.email not in str(Task.objects.get().params)


def test_each_recipient_that_is_not_understood_is_named(signed_in: Client, owner: User) -> None:
    answer = send(signed_in, make_note(owner), "anna@example.org nobody-here bad@address")
    found = errors(answer)["recipients"]
    assert ["nobody-here" in found[0], "bad@address" in found[1], len(found)] == [True, True, 2]
    assert not Task.objects.exists()


def test_somebody_must_be_named(signed_in: Client, owner: User) -> None:
    for nobody in ("", " , ;\n"):
        assert errors(send(signed_in, make_note(owner), nobody))["recipients"] == [
            "Name at least one recipient."
        ]


def test_more_recipients_than_allowed_are_refused(signed_in: Client, owner: User, settings: Settings) -> None:
    settings.MAIL_MAX_RECIPIENTS = 2
    many = " ".join(f"person{number}@example.org" for number in range(3))
    assert errors(send(signed_in, make_note(owner), many))["recipients"] == [
        "At most 2 recipients at a time."
    ]


def test_more_than_the_day_allows_is_refused_and_leaves_no_trace(
    signed_in: Client, owner: User, settings: Settings
) -> None:
    settings.MAIL_DAILY_LIMIT = 2
    note = make_note(owner)
    assert (
        "2 are left"
        in errors(send(signed_in, note, "a@example.org b@example.org c@example.org"))["recipients"][0]
    )
    assert send(signed_in, note, "a@example.org b@example.org").status_code == 302


def test_who_has_not_confirmed_their_address_writes_to_nobody_else(client: Client) -> None:
    newcomer = make_user("newcomer", verified=False)
    client.force_login(newcomer)
    note = make_note(newcomer)
    assert "Confirm your own" in errors(send(client, note, "anna@example.org"))["recipients"][0]
    assert send(client, note, newcomer.email).status_code == 302


@pytest.mark.parametrize("subject", ["", "x" * 201, "Hi\nBcc: all@example.org", "Hi\r\nX: y", "a\u2028b"])
def test_a_subject_is_one_line_of_some_length(signed_in: Client, owner: User, subject: str) -> None:
    assert "subject" in errors(send(signed_in, make_note(owner), "anna@example.org", subject=subject))


def test_a_note_of_the_longest_kind_can_be_sent(signed_in: Client, owner: User) -> None:
    assert send(signed_in, make_note(owner, body="x" * LONGEST_BODY), "anna@example.org").status_code == 302


def test_at_the_door_somebody_elses_note_is_refused(owner: User, stranger: User) -> None:
    with pytest.raises(ValidationError) as refused:
        start(
            "note.email",
            owner=stranger,
            params={"note": make_note(owner).pk, "recipients": ["a@example.org"]},
        )
    assert set(refused.value.message_dict) == {"note"}


def test_at_the_door_people_are_not_found_by_their_keys(owner: User, stranger: User) -> None:
    with pytest.raises(ValidationError) as refused:
        start("note.email", owner=owner, params={"note": make_note(owner).pk, "recipients": [stranger.pk]})
    assert set(refused.value.message_dict) == {"recipients"}


def test_at_the_door_subject_and_body_are_the_notes_when_left_out(owner: User) -> None:
    note = make_note(owner, title="Minutes", body="As agreed.")
    run = start("note.email", owner=owner, params=NoteEmail(note=note.pk, recipients=["a@example.org"]))
    assert (run.task.params["subject"], run.task.params["body"]) == ("Minutes", "As agreed.")
