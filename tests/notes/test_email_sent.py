"""The e-mail of a note, as its recipients get it."""

import pytest

from accounts.models import User
from notes.kinds import NoteEmail
from tasks.door import start
from tasks.engine import execute
from tasks.models import Run
from tests.notes.factories import make_note
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def asked_for(owner: User, *recipients: str, body: str = "We *met*.") -> Run:
    note = make_note(owner, title="Minutes – May", body=body)
    params = NoteEmail(note=note.pk, recipients=list(recipients))
    return start("note.email", owner=owner, params=params, about=note)


def carried_out(run: Run) -> Run:
    execute(run.pk)
    run.refresh_from_db()
    return run


def test_it_has_the_markdown_as_text_and_what_that_becomes_as_html(owner: User, sink: Sink) -> None:
    body = "We *met* <script>alert(1)</script> [x](javascript:alert(1))."
    run = carried_out(asked_for(owner, "anna@example.org", body=body))
    assert (run.state, run.summary) == (Run.State.COMPLETED, "1 sent")
    message = sink.messages()[0].message
    text, html = (message.get_body((subtype,)) for subtype in ("plain", "html"))
    assert message["Subject"] == "Minutes – May"
    assert text is not None
    assert "We *met* <script>" in text.get_content()
    assert html is not None
    assert "We <em>met</em>" in html.get_content()
    assert "<script" not in html.get_content()
    assert 'href="javascript' not in html.get_content()


def test_it_goes_to_people_and_to_addresses(owner: User, friend: User, sink: Sink) -> None:
    run = carried_out(asked_for(owner, "friend", "anna@example.org"))
    assert run.summary == "2 sent"
    assert sorted(sink.recipients()) == ["anna@example.org", friend.email]


def test_whoever_takes_over_a_name_gets_nothing(
    owner: User, friend: User, stranger: User, sink: Sink
) -> None:
    note = make_note(owner)
    run = start("note.email", owner=owner, params={"note": note.pk, "recipients": ["friend"]}, about=note)
    friend.username = "formerly-friend"
    friend.save()
    stranger.username = "friend"
    stranger.save()
    carried_out(run)
    assert sink.recipients() == [friend.email]


def test_it_is_sent_even_when_the_note_is_gone(owner: User, sink: Sink) -> None:
    note = make_note(owner)
    run = start(
        "note.email", owner=owner, params={"note": note.pk, "recipients": ["a@example.org"]}, about=note
    )
    note.delete()
    execute(run.pk)
    assert sink.recipients() == ["a@example.org"]
