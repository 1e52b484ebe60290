"""A letter as Mailjet gets it says the same as the one that a mail server gets."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from mail.messages import Attachment, Message, laid_out
from mail.models import Delivery
from mail.transports.mailjet.payloads import Payloads
from tasks.models import Run, Task

CONTENT = st.text(st.characters(exclude_categories=["Cs"]), max_size=3000)
ADDRESS = "anna@example.org"
FORBIDDEN = {"message-id", "date", "from", "to", "subject", "reply-to", "sender", "cc", "bcc"}  # by Mailjet


def payload(message: Message, *, address: str = ADDRESS, owner: User | None = None) -> dict[str, Any]:
    owner = owner or User(pk=1, username="owner", email="owner@example.com")
    run = Run(task=Task(owner=owner), due_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    letter = Payloads(run).write(
        Delivery(pk=12, address=address, message_id="<token@clock.example>"), message
    )
    read: dict[str, Any] = json.loads(letter)
    assert not {name.lower() for name in read["Headers"]} & FORBIDDEN
    return read


def test_it_says_who_wrote_to_whom(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Clock Work <service@clock.example>"
    made = payload(Message("Hello", "Text"))
    assert made["From"] == {"Email": "service@clock.example", "Name": "Clock Work"}
    assert made["ReplyTo"] == {"Email": "owner@example.com", "Name": "owner"}
    assert made["To"] == [{"Email": ADDRESS}]
    assert made["CustomID"] == "12"
    assert "Auto-Submitted" not in made["Headers"]


def test_what_no_person_wrote_says_so_and_wants_no_answer() -> None:
    made = payload(Message("Hello", "Text", automatic=True))
    assert made["Headers"] == {"Auto-Submitted": "auto-generated"}
    assert "ReplyTo" not in made
    assert made["TextPart"] == "Text\n"


def test_what_people_write_carries_the_link_that_refuses_it() -> None:
    made = payload(laid_out("Hello", "text", "<p>html</p>"))
    link = made["Headers"]["List-Unsubscribe"].strip("<>")
    assert made["Headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in made["TextPart"]
    html = made["HTMLPart"]
    assert html.index(link) < html.index("</body>") < html.index("</html>")


def test_mail_to_oneself_carries_none() -> None:
    made = payload(Message("Hello", "Text", "<p>Text</p>"), address="owner@example.com")
    assert made["Headers"] == {}
    assert made["HTMLPart"].strip() == "<p>Text</p>"


def test_it_carries_the_link_by_which_its_reader_unsubscribes() -> None:
    link = "https://clock.example/notifications/unsubscribe/token/"
    made = payload(laid_out("Hello", "Text", "<p>Text</p>", automatic=True, unsubscribe=link))
    assert made["Headers"]["List-Unsubscribe"] == f"<{link}>"


def test_files_go_with_it() -> None:
    content_type = "text/calendar; method=PUBLISH; charset=utf-8"
    made = payload(Message("Hello", "Text", attachments=(Attachment("a.ics", content_type, b"BEGIN"),)))
    encoded = base64.b64encode(b"BEGIN").decode()
    assert made["Attachments"] == [
        {"Filename": "a.ics", "ContentType": content_type, "Base64Content": encoded}
    ]


def test_links_are_left_as_they_are() -> None:
    made = payload(Message("Hello", "Text", "<p>Text</p>"))
    assert (made["TrackOpens"], made["TrackClicks"]) == ("disabled", "disabled")


@given(text=CONTENT, html=CONTENT)
def test_every_content_arrives_as_it_was_written(text: str, html: str) -> None:
    made = payload(Message("Any", text, f"<p>{html}</p>"))
    for part, written in (("TextPart", text), ("HTMLPart", f"<p>{html}</p>")):
        assert made[part].startswith(written.replace("\r\n", "\n").replace("\r", "\n"))


def test_a_subject_longer_than_mailjet_takes_is_cut() -> None:
    assert payload(Message("x" * 300, "Text"))["Subject"] == "x" * 255


def test_a_name_that_could_bring_headers_stops_the_letter() -> None:
    owner = User(pk=1, username="owner\nBcc: all@example.org", email="owner@example.com")
    with pytest.raises(ValidationError, match="single line"):
        payload(Message("Hello", "Text"), owner=owner)
