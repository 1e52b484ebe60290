"""The e-mail about a notification reaches its owner alone and leads to the entry."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from notifications.door import notify
from notifications.models import Notification
from tasks import engine
from tasks.door import start
from tasks.models import Run
from tests.smtp_sink import Received, Sink

pytestmark = pytest.mark.django_db(transaction=True)


def mail_about(owner: User, notification: Notification) -> Run:
    run = start("notification.email", owner=owner, params={"notification": notification.pk})
    engine.execute(run.pk)
    run.refresh_from_db()
    return run


def body_of(received: Received, subtype: str) -> str:
    part = received.message.get_body([subtype])
    assert part is not None
    return str(part.get_content())


def test_it_says_what_the_entry_says_and_leads_there(sink: Sink, owner: User) -> None:
    notification = notify(owner, title="Größe <b> failed", body="<script>no</script>", level="error")
    run = mail_about(owner, notification)
    assert (run.error, run.state, run.summary) == ("", "completed", "1 sent")
    [received] = sink.messages()
    text, html = body_of(received, "plain"), body_of(received, "html")
    assert received.to == ["owner@example.com"]
    assert received.subject == "Größe <b> failed"
    for part in (text, html):
        assert f"https://clock.example/notifications/{notification.pk}/" in part
    assert "<script>no</script>" in text
    assert "<script>" not in html
    assert "&lt;script&gt;no" in html


def test_a_deleted_entry_is_not_mailed(sink: Sink, owner: User) -> None:
    notification = notify(owner, title="Something failed")
    run = start("notification.email", owner=owner, params={"notification": notification.pk})
    notification.delete()
    engine.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.summary) == ("completed", "deleted meanwhile, not sent")
    assert sink.messages() == []


def test_nobody_gets_mail_about_the_entry_of_another(owner: User, stranger: User) -> None:
    notification = notify(owner, title="Something failed")
    with pytest.raises(ValidationError):
        start("notification.email", owner=stranger, params={"notification": notification.pk})
    assert not Notification.objects.visible_to(stranger).exists()
