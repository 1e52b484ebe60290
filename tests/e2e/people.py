"""People of the site, made and let in by its own code: see `tests.e2e.site_shell`."""

from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts import zones
from accounts.models import User
from notes import editing
from tests.factories import PASSWORD, make_user


def make_person(username: str, time_zone: str) -> None:
    """As after signing up, in a browser with this zone, and following the link in the mail."""
    user = make_user(username, password=None, time_zone=time_zone if time_zone in zones.known() else "UTC")
    _give_password(user)


def make_staff(username: str) -> None:
    """Somebody who may do everything."""
    _give_password(make_user(username, password=None, is_staff=True, is_superuser=True))


def begin_session(username: str) -> dict[str, str]:
    """As logging in does; gives name and value of the cookie."""
    browser = Client()
    browser.force_login(User.objects.get(username=username))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": browser.cookies[name].value}


def write_note(username: str, title: str, body: str, tags: list[str]) -> str:
    """Gives its path."""
    owner = User.objects.get(username=username)
    return editing.write(owner, None, title=title, body=body, tags=tags).get_absolute_url()


def _give_password(user: User) -> None:
    user.password = _hashed()
    user.save(update_fields=["password"])


@cache
def _hashed() -> str:
    """A hash takes long, and is good for everybody."""
    return make_password(PASSWORD)
