"""The bytes that leave the house: right for every content, and nothing smuggled in."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from mail.letters import Letters
from mail.messages import Message, check_subject, laid_out
from mail.models import Delivery
from tasks.models import Run, Task
from tests.mail.kinds import carried_out, mailing
from tests.smtp_sink import Sink

CONTENT = st.text(st.characters(exclude_categories=["Cs"]), max_size=3000)
ADDRESS = "anna@example.org"


def letter(message: Message, *, address: str = ADDRESS, owner: User | None = None) -> bytes:
    owner = owner or User(pk=1, username="owner", email="owner@example.com")
    run = Run(task=Task(owner=owner), due_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    return Letters(run).write(Delivery(address=address, message_id="<token@clock.example>"), message)


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_its_headers_say_who_wrote_to_whom(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Clock Work <service@clock.example>"
    message = read(letter(Message("Hello", "Text")))
    assert message["From"] == "Clock Work <service@clock.example>"
    assert message["Reply-To"] == "owner <owner@example.com>"
    assert message["To"] == ADDRESS
    assert message["Message-ID"] == "<token@clock.example>"
    assert message["Date"].datetime == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert message["Auto-Submitted"] is None
    assert not message.defects


def test_what_no_person_wrote_says_so_and_wants_no_answer() -> None:
    message = read(letter(Message("Hello", "Text", automatic=True)))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] is None


def test_it_carries_the_link_by_which_its_reader_unsubscribes() -> None:
    link = "https://clock.example/notifications/unsubscribe/token/"
    made = laid_out("Hello", "Text", "<p>Text</p>", automatic=True, unsubscribe=link)
    message = read(letter(made, address="owner@example.com"))
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        assert link in content(message, kind)


def test_what_is_an_answer_to_an_action_carries_none() -> None:
    message = read(letter(laid_out("Hello", "Text", "<p>Text</p>", automatic=True)))
    assert message["List-Unsubscribe"] is None
    assert "nsubscribe" not in content(message, "plain") + content(message, "html")


def test_what_people_write_has_its_own_way_to_refuse_it() -> None:
    with pytest.raises(ValueError, match="links of its own"):
        Message("Hello", "Text", unsubscribe="https://clock.example/")


def test_a_message_without_html_is_a_single_part() -> None:
    message = read(letter(Message("Hello", "Only text"), address="owner@example.com"))
    assert (message.get_content_type(), content(message, "plain")) == ("text/plain", "Only text\n")


@given(text=CONTENT, html=CONTENT)
def test_every_content_arrives_as_it_was_written(text: str, html: str) -> None:
    raw = letter(Message("Any", text, f"<p>{html}</p>"))
    message = read(raw)
    for kind, written in (("plain", text), ("html", f"<p>{html}</p>")):
        expected = written.replace("\r\n", "\n").replace("\r", "\n")
        assert content(message, kind).startswith(expected)


@given(text=CONTENT)
def test_every_line_is_one_that_mail_allows(text: str) -> None:
    raw = letter(Message("Any", text, f"<p>{text}</p>"))
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@pytest.mark.parametrize("length", [10, 900, 901, 998, 999, 5000])
def test_long_lines_arrive_unbroken(length: int) -> None:
    message = read(letter(Message("Long", "x" * length)))
    assert content(message, "plain").split("\n")[0] == "x" * length


def test_lines_of_dots_arrive_as_they_are(owner: User, sink: Sink, settings: Settings) -> None:
    """A dot alone would end the message on its way."""
    run = carried_out(mailing(owner, ADDRESS, message="dots"))
    assert run.summary == "1 sent"
    (message,) = sink.messages()
    assert content(message.message, "plain").startswith(".\n..\n.hidden\n\n.\nend\n")


@given(subject=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200))
def test_every_subject_arrives_as_it_was_written(subject: str) -> None:
    read_subject = str(read(letter(Message(subject, "Text")))["Subject"])
    assert read_subject.split() == subject.split()


@pytest.mark.parametrize(
    "subject", ["Hello\nBcc: all@example.org", "Hello\r\n\r\nBody", "a\x00b", "a\u2028b"]
)
def test_a_subject_that_could_bring_headers_is_refused(subject: str) -> None:
    with pytest.raises(ValidationError, match="single line"):
        check_subject(subject)
    with pytest.raises(ValidationError, match="single line"):
        Message(subject, "Text")


def test_a_subject_that_nobody_would_read_is_refused_at_the_door() -> None:
    with pytest.raises(ValidationError, match="longer"):
        check_subject("x" * 201)


def test_a_name_that_could_bring_headers_stops_the_letter() -> None:
    owner = User(pk=1, username="owner\nBcc: all@example.org", email="owner@example.com")
    with pytest.raises(ValidationError, match="single line"):
        letter(Message("Hello", "Text"), owner=owner)


def test_a_name_in_other_letters_is_readable() -> None:
    owner = User(pk=1, username="Zoë", email="zoe@example.com")
    message = read(letter(Message("Hello", "Text", "<p>Text</p>"), owner=owner))
    assert message["Reply-To"] == "Zoë <zoe@example.com>"
    assert "Zoë sent you this" in content(message, "plain")
    assert "Zoë sent you this" in content(message, "html")


def test_the_service_may_have_no_name_but_a_number(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Clock Work <clock-work@[127.0.0.1]>"
    assert "clock-work@[127.0.0.1]" in str(read(letter(Message("Hello", "Text")))["From"])


def test_the_layout_escapes_what_is_not_html_of_ours() -> None:
    fields = {"greeting": "<b>Hi</b>", "action": "<Look>", "action_url": "https://clock.example/?a=1&b=2"}
    message = laid_out("<Subject>", "text & more", "<p>html</p>", context=fields)
    assert "text & more" in message.text
    assert "<b>Hi</b>" in message.text
    assert "&lt;b&gt;Hi" in message.html
    assert "<p>html</p>" in message.html
    assert 'href="https://clock.example/?a=1&amp;b=2"' in message.html


def test_the_footer_stands_within_the_page() -> None:
    message = read(letter(laid_out("Hello", "text", "<p>html</p>")))
    html = content(message, "html")
    assert html.index("Unsubscribe") < html.index("</body>") < html.index("</html>")
