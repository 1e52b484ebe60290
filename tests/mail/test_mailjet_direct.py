"""What is nobody's task goes out by Mailjet at once, if that is the way out."""

import base64
from email.mime.base import MIMEBase

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from pytest_django import Settings

from mail.transports.base import AnswerLost, Refused
from tests.mailjet_double import MailjetDouble

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_in_production(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "mail.backend.QueuedEmailBackend"
    settings.DIRECT_EMAIL_BACKEND = "mail.transports.mailjet.backend.EmailBackend"


def test_it_is_one_call(mailjet: MailjetDouble) -> None:
    send_mail("Disk full", "On the server.", None, ["operator@example.net"])
    (post,) = mailjet.posts()
    (message,) = post.messages
    assert message == {
        "From": {"Email": "service@clock.example", "Name": "Clock Work"},
        "To": [{"Email": "operator@example.net"}],
        "Subject": "Disk full",
        "TextPart": "On the server.",
        "Headers": {},
    }


def test_everything_of_it_arrives(mailjet: MailjetDouble) -> None:
    message = EmailMultiAlternatives(
        "Report",
        "Text",
        to=["Ada <ada@example.net>"],
        cc=["bert@example.net"],
        bcc=["cleo@example.net"],
        reply_to=["desk@example.net"],
        headers={"X-Report": "7", "Message-ID": "<mine@example.net>"},
    )
    message.attach_alternative("<p>Text</p>", "text/html")
    message.attach("a.txt", "content", "text/plain")
    part = MIMEBase("application", "octet-stream")
    part.set_payload("raw")
    message.attach(part)
    message.send()
    sent = mailjet.posts()[0].messages[0]
    assert sent["To"] == [{"Email": "ada@example.net", "Name": "Ada"}]
    assert (sent["Cc"], sent["Bcc"]) == ([{"Email": "bert@example.net"}], [{"Email": "cleo@example.net"}])
    assert sent["ReplyTo"] == {"Email": "desk@example.net"}
    assert sent["Headers"] == {"X-Report": "7"}
    assert sent["HTMLPart"] == "<p>Text</p>"
    contents = [base64.b64decode(each["Base64Content"]) for each in sent["Attachments"]]
    assert contents == [b"content", b"raw"]


def test_what_is_refused_is_an_error(mailjet: MailjetDouble) -> None:
    with pytest.raises(Refused, match="mj-0013"):
        send_mail("Disk full", "On the server.", None, ["refused.operator@example.net"])
    mailjet.configure(script=("lost",))
    with pytest.raises(AnswerLost):
        send_mail("Disk full", "On the server.", None, ["operator@example.net"])


def test_unless_it_is_to_be_silent(mailjet: MailjetDouble) -> None:
    send_mail("Disk full", "On the server.", None, ["refused.operator@example.net"], fail_silently=True)
    EmailMessage("To nobody", "Text").send()
    assert mailjet.count() == 1
