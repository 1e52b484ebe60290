"""Web processes that lose patience soon, and what the site says of who is online."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from tests.notifications.processes import daphne
from tests.notifications.tabs import Tab
from tests.servers import ValkeyServer
from tests.stack import Stack

SECONDS = 6.0
GRACE = 1.5
NEWS = {"topic": "presence"}
IN_TIME = 2.0  # after which an open list shows it
# A client that does not answer is given up after these; 20 and 30 seconds are what Daphne does by itself.
PATIENCE = ["--ping-interval", "1", "--ping-timeout", "2"]


@contextmanager
def impatient_web(folder: Path, valkey: ValkeyServer, *, with_files: bool = False) -> Iterator[Stack]:
    environment = {"PRESENCE_SECONDS": str(SECONDS), "PRESENCE_GRACE_SECONDS": str(GRACE)}
    with daphne(folder, valkey, *PATIENCE, with_files=with_files, **environment) as processes:
        yield processes


def use_presence_of(valkey: ValkeyServer, settings: Settings) -> None:
    """Have this process, as one more of the web, ask there and tell watchers there."""
    settings.REDIS_URL = valkey.url
    settings.PRESENCE_SECONDS = SECONDS
    settings.PRESENCE_GRACE_SECONDS = GRACE


def shown_to(viewer: User) -> list[str]:
    """The names that the endpoint gives them."""
    client = Client()
    client.force_login(viewer)
    answer = client.get(reverse("notifications:people_online"))
    assert answer.status_code == 200
    return [person["username"] for person in answer.json()["online"]]


def watching(tab: Tab) -> Tab:
    """Ask for news of who comes and goes, which are given once at once."""
    tab.socket.send("watch presence")
    tab.wait_for("presence")
    return tab


def hear_out(tab: Tab) -> None:
    """Until nothing comes any more: what went on before is not what the test is about."""
    while not tab.has_nothing(within=1.5):
        pass
