"""Mail of accounts goes out by the engine: it is kept, tried again, and no page waits for the mail server."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from mail.models import Delivery, Refusal
from tasks.models import Run, Task
from tests.mail.kinds import carried_out
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def as_in_production(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "mail.backend.QueuedEmailBackend"
    settings.DIRECT_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def ask_for_new_password(client: Client, user: User) -> Run:
    answer = client.post(reverse("account_reset_password"), {"email": user.email})
    assert answer.status_code == 302
    return Run.objects.get(task__owner=user, task__kind_name="mail.letter")


def test_a_letter_reaches_its_reader(client: Client, owner: User, sink: Sink) -> None:
    run = carried_out(ask_for_new_password(client, owner))
    assert run.state == "completed"
    [message] = sink.messages()
    assert message.to == [owner.email]
    assert "password/reset/key" in str(message.message)
    assert message.message["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message.message


def test_it_waits_for_a_mail_server_that_is_away(
    client: Client, owner: User, sink: Sink, settings: Settings
) -> None:
    settings.EMAIL_PORT = 9
    run = carried_out(ask_for_new_password(client, owner))
    assert run.state == "pending"
    settings.EMAIL_PORT = sink.port
    Run.objects.update(next_attempt_at=run.due_at)
    assert carried_out(run).state == "completed"
    assert sink.count() == 1


def test_no_copy_of_a_link_that_opens_an_account_is_kept(client: Client, owner: User, sink: Sink) -> None:
    run = ask_for_new_password(client, owner)
    assert "password/reset/key" in str(run.task.params)
    carried_out(run)
    assert Task.objects.get(pk=run.task_id).params == {}


def test_nobody_is_shown_the_work_of_the_house(client: Client, owner: User, sink: Sink) -> None:
    run = carried_out(ask_for_new_password(client, owner))
    client.force_login(owner)
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.get(run.task.get_absolute_url()).status_code == 404
    assert not Task.objects.visible_to(owner).exists()
    assert not Run.objects.visible_to(owner).exists()
    assert Delivery.objects.filter(run=run).exists()
    assert not Delivery.objects.visible_to(owner).exists(), "nor is it somebody they wrote to"


def test_who_wants_no_mail_from_people_here_still_gets_into_their_account(
    client: Client, owner: User, sink: Sink
) -> None:
    Refusal.objects.create(address=owner.email, sender=None)
    run = carried_out(ask_for_new_password(client, owner))
    assert Delivery.objects.get(run=run).state == "sent"


def test_what_is_for_nobody_with_an_account_goes_out_at_once(db: None) -> None:
    mail.send_mail("Disk full", "On the server.", None, ["operator@example.net"])
    assert [message.subject for message in mail.outbox] == ["Disk full"]
    assert not Task.objects.exists()
