"""Somebody who has used everything there is, and left traces of it with others."""

from __future__ import annotations

from io import BytesIO

from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.mail import EmailMessage
from django.test import Client
from rest_framework.test import APIClient

from accounts import avatars
from accounts.models import User
from accounts.pictures import squared
from api.models import Token
from mail.backend import QueuedEmailBackend
from mail.models import Delivery
from mail.refusals import refuse
from notes import editing
from notes.editions import keep
from notifications.broadcasts.asking import ask
from notifications.door import notify
from notifications.events import Email
from notifications.models import Announcement, Broadcast, Mute, PushSubscription
from reminders.models import CalendarFeed, ZoneQuestion
from tests.accounts.pictures import plain
from tests.accounts.second_factors import add_passkey, give_recovery_codes, switch_on_app
from tests.api.clients import make_log_in, program_of
from tests.factories import PASSWORD, make_user
from tests.notes.exports import exported
from tests.notes.factories import schedule_email
from tests.notifications.announcements import HOURLY, carried_out
from tests.notifications.digests import change_settings, wish
from tests.reminders.kinds import fire, rang, reminder_of
from tests.tasks.factories import make_run

NAME, ADDRESS, NEXT_ADDRESS = "zebulon", "z.b@example.net", "zeb-next@example.net"
SECRET = "quicksilverish"
ELSEWHERE = "third@example.org"


def words_of(user: User) -> list[str]:
    """What would give them away, wherever it stands."""
    return [NAME, ADDRESS, NEXT_ADDRESS, SECRET, user.usercode, user.usercode_grouped]


def live(friend: User) -> User:
    """Give somebody an account, and rows in every table that can hold something of them."""
    user = make_user(NAME, email=ADDRESS, name=NAME, is_staff=True, is_superuser=True)
    _about_the_account(user, friend)
    _work(user)
    _be_told(user)
    _broadcast(user, friend)
    _mail_of_others(user, friend)
    _act_by_programs(user)
    return user


def _about_the_account(user: User, friend: User) -> None:
    EmailAddress.objects.create(user=user, email=NEXT_ADDRESS, primary=False)
    avatars.put(user, squared(BytesIO(plain())))
    switch_on_app(user)
    give_recovery_codes(user)
    add_passkey(user, SECRET)
    group = Group.objects.create(name="Readers")
    user.groups.add(group)
    user.user_permissions.add(Permission.objects.get(codename="view_run"))
    everyone = User.objects.filter(pk=user.pk)
    LogEntry.objects.log_actions(friend.pk, everyone, CHANGE)
    LogEntry.objects.log_actions(user.pk, User.objects.filter(pk=friend.pk), CHANGE, single_object=True)
    Client().post("/accounts/login/", {"login": NAME, "password": PASSWORD})  # as far as the code
    Client().force_login(user)


def _work(user: User) -> None:
    note = editing.write(user, None, title=f"About {SECRET}", body=SECRET, tags=[SECRET])
    client = Client()
    client.force_login(user)
    form = {"key": "5f8c1b1e-9f0e-4e6c-8f5e-1d1f0a3c9b11", "recipients": ELSEWHERE, "subject": SECRET}
    assert client.post(f"/notes/{note.pk}/email/", form).status_code == 302
    task = schedule_email(note, HOURLY, ELSEWHERE)
    keep(task.runs.create(tries_left=1), note)
    exported(user)
    reminder = reminder_of(user, SECRET, text=SECRET, nag_every=5)
    fire(reminder)
    rang(reminder)
    ZoneQuestion.objects.create(user=user, time_zone="Europe/Berlin")
    CalendarFeed.objects.renew(user)
    run = make_run(user, state="failed", error=SECRET)
    run.attempts.create(number=1, error=SECRET)
    letter = EmailMessage(SECRET, SECRET, None, [ADDRESS])
    QueuedEmailBackend().send_messages([letter])


def _be_told(user: User) -> None:
    change_settings(user, toasts=False)
    wish(user, email=Email.DIGEST)
    notify(user, title=SECRET, body=SECRET)
    Mute.objects.create(user=user, thread="task:1", title=SECRET)
    PushSubscription.objects.create(user=user, session_key="another", endpoint=SECRET, browser=SECRET)


def _broadcast(user: User, friend: User) -> None:
    """One that was shown, also to themselves, and one that is to come."""
    shown = Broadcast(title="Maintenance at noon", audience="chosen")
    ask(shown, [user.pk, friend.pk], user, None)
    carried_out(shown)
    ask(Broadcast(title="Maintenance again"), [], user, HOURLY)
    assert Announcement.objects.get().recipients.count() == 2


def _mail_of_others(user: User, friend: User) -> None:
    """What a friend wrote to them: by name, and by the address that they had been told."""
    run = make_run(friend, state="completed")
    Delivery.objects.create(run=run, user=user, by_name=True, address=ADDRESS, state="sent")
    refuse(ELSEWHERE, user)


def _act_by_programs(user: User) -> None:
    make_log_in(user)
    program = program_of(user)
    headers = {"Idempotency-Key": "once"}
    assert program.post("/api/notes/", {"title": SECRET}, format="json", headers=headers).status_code == 201
    Token.objects.filter(user=user).update(name=SECRET)
    taken = {"username": "another", "email": ADDRESS, "password": PASSWORD}
    answer = APIClient().post("/api/auth/register/", taken, format="json", headers=headers)
    assert answer.status_code == 201
