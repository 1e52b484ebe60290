"""Deleting one's own account, on its page."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import leaving
from accounts.leaving import LastSuperuser, leave
from accounts.models import User
from accounts.tasks import clear_sessions, say_goodbye
from notes.models import Note
from tests.accounts.letters import link_in
from tests.api.clients import make_log_in, make_token
from tests.factories import PASSWORD, make_user
from tests.notes.factories import make_note, schedule_email
from tests.notifications.announcements import HOURLY
from tests.reminders.kinds import reminder_of

pytestmark = pytest.mark.django_db

PAGE = "/accounts/delete/"


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    """Somebody who has just typed their password again."""
    client.force_login(owner)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What workers are asked for."""
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(leaving, "publish", lambda *work: asked.append(work))
    return asked


def test_the_profile_leads_there(signed_in: Client) -> None:
    assert f'href="{PAGE}"' in signed_in.get("/accounts/profile/").content.decode()


def test_it_asks_for_the_password_first(client: Client, owner: User) -> None:
    client.force_login(owner)
    for answer in (client.get(PAGE), client.post(PAGE, {"username": "owner"})):
        assert answer["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Fdelete%2F"
    assert User.objects.filter(pk=owner.pk).exists()


def test_it_says_what_goes(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    make_note(owner)
    schedule_email(note, HOURLY)
    reminder_of(owner)
    make_token(owner)
    make_log_in(owner)
    page = signed_in.get(PAGE).content.decode()
    for line in (
        "2 notes",
        "1 e-mail to come, which is not sent",
        "1 reminder, which rings no more",
        "2 tasks, with all their runs",
        "2 of these are scheduled, and will not run",
        "1 API token",
        "1 program that is logged in",
    ):
        assert f"<li>{line}</li>" in page, line
    assert "Export the notes" in page


def test_typing_the_name_deletes_it_and_logs_out(
    signed_in: Client,
    owner: User,
    friend: User,
    published: list[tuple[str, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_note(owner)
    make_note(friend)
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in.post(PAGE, {"username": " Owner"}, follow=True)
    assert answer.redirect_chain == [("/accounts/deleted/", 302)]
    assert "Your account is deleted" in answer.content.decode()
    assert list(User.objects.all()) == [friend]
    assert Note.objects.get().owner == friend
    assert signed_in.get("/accounts/profile/")["Location"].startswith("/accounts/login/")
    assert published == [("accounts.say_goodbye", "owner", "owner@example.com")]


@pytest.mark.parametrize(
    ("typed", "error"),
    [("friend", "This is not your username."), ("", "Type your username."), ("x" * 31, "at most 30")],
)
def test_another_name_deletes_nothing(signed_in: Client, owner: User, typed: str, error: str) -> None:
    answer = signed_in.post(PAGE, {"username": typed})
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert User.objects.filter(pk=owner.pk).exists()


def test_a_second_tab_that_comes_too_late_is_led_to_the_log_in(signed_in: Client) -> None:
    other = Client()
    other.cookies.load(signed_in.cookies.output(header="", sep=";"))
    signed_in.post(PAGE, {"username": "owner"})
    answer = other.post(PAGE, {"username": "owner"})
    assert answer["Location"].startswith("/accounts/login/")


def test_the_last_letter_says_that_it_is_done(mailoutbox: list[EmailMessage]) -> None:
    say_goodbye("ada", "ada@example.org")
    [letter] = mailoutbox
    assert (letter.to, letter.subject) == (["ada@example.org"], "Your account was deleted")
    assert "Hello ada," in letter.body


def test_name_and_address_are_free_for_a_new_account(
    signed_in: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    signed_in.post(PAGE, {"username": "owner"})
    form = {"username": "owner", "email": "owner@example.com", "password1": PASSWORD}
    browser = Client()
    assert browser.post("/accounts/signup/", form)["Location"] == "/accounts/confirm-email/"
    browser.post(link_in(mailoutbox[-1]))
    again = User.objects.get(username="owner")
    assert again.pk != owner.pk
    assert EmailAddress.objects.get(user=again).verified
    page = browser.get("/notes/")
    assert "No notes yet" in page.content.decode()


def test_sessions_on_other_devices_open_nothing_and_are_forgotten(owner: User, friend: User) -> None:
    devices = [Client(), Client(), Client()]
    for device, user in zip(devices, [owner, owner, friend], strict=True):
        device.force_login(user)
    owner.delete()
    assert [device.get("/notes/").status_code for device in devices] == [302, 302, 200]
    clear_sessions()
    assert Session.objects.count() == 1


class TestTheLastSuperuser:
    @pytest.fixture
    def chief(self) -> User:
        return make_user("chief", is_superuser=True, is_staff=True)

    @pytest.fixture
    def at_the_page(self, client: Client, chief: User) -> Client:
        client.force_login(chief)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    def test_stays(self, at_the_page: Client, chief: User) -> None:
        make_user("disabled", is_superuser=True, is_active=False)
        assert "the last superuser who can log in" in at_the_page.get(PAGE).content.decode()
        answer = at_the_page.post(PAGE, {"username": "chief"})
        assert answer.status_code == 422
        assert "the last superuser who can log in" in answer.content.decode()
        with pytest.raises(LastSuperuser):
            leave(chief)

    def test_is_not_deleted_in_the_admin_either(self, at_the_page: Client, chief: User) -> None:
        assert (
            at_the_page.post(f"/admin/accounts/user/{chief.pk}/delete/", {"post": "yes"}).status_code == 403
        )
        assert User.objects.filter(pk=chief.pk).exists()

    def test_may_leave_once_somebody_else_is_one(self, at_the_page: Client, chief: User) -> None:
        other = make_user("other", is_superuser=True)
        at_the_page.post(PAGE, {"username": "chief"})
        assert list(User.objects.all()) == [other]
