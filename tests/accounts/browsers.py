"""Browsers in which people are logged in."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


def browser_of(user: User, user_agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    """One in which they logged in by the form."""
    browser = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    fields = {"login": user.username, "password": PASSWORD}
    assert browser.post("/accounts/login/", fields).status_code == 302
    return browser


def session_of(user: User) -> UserSession:
    """The row of a session that they have in some browser."""
    browser = Client()
    browser.force_login(user)
    return row_of(browser)


def row_of(browser: Client) -> UserSession:
    row: UserSession = UserSession.objects.get(session_key=key_of(browser))
    return row


def key_of(browser: Client) -> str:
    key = browser.session.session_key
    assert key
    return key


def is_stored(key: str) -> bool:
    """Whether there is anything of the session left that could let in."""
    return Session.objects.filter(session_key=key).exists()


def lets_in(browser: Client) -> bool:
    return browser.get("/accounts/profile/").status_code == 200
