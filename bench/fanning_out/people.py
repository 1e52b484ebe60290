"""Users who are signed in."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import User
from bench.instruments.people import make_people

DAY = timedelta(days=1)


def make_cookies(count: int) -> list[str]:
    """What the browsers of so many new users send along, each of somebody else."""
    sessions = [_session_of(user) for user in make_people(count)]
    Session.objects.bulk_create(sessions)
    return [f"{settings.SESSION_COOKIE_NAME}={session.session_key}" for session in sessions]


def _session_of(user: User) -> Session:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return Session(
        session_key=get_random_string(32, VALID_KEY_CHARS),
        session_data=store.encode(content),
        expire_date=timezone.now() + DAY,
    )
