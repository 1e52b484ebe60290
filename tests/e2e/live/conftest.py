"""Browsers of people who are signed in, over a real web process and Valkey.

What the tests themselves push, or write to the database, shows in them.
"""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from pytest_django import Settings

from accounts.models import User
from notifications.live.publisher import Publisher
from tests.e2e.conftest import PATIENCE
from tests.notifications.processes import daphne, publishing_over
from tests.servers import ValkeyServer, valkey_server
from tests.stack import Stack

Visit = Callable[..., BrowserContext]


@pytest.fixture(scope="session", autouse=True)
def database_in_this_thread() -> Iterator[None]:
    """Playwright keeps a loop running in the tests' own thread, which Django takes for async code."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture(scope="session")
def web(
    valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Stack]:
    with daphne(tmp_path_factory.mktemp("web"), valkey, with_files=True) as processes:
        yield processes


@pytest.fixture(autouse=True)
def publisher(
    valkey: ValkeyServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publisher]:
    with publishing_over(valkey, settings, monkeypatch) as publisher:
        yield publisher


@pytest.fixture
def visit(browser: Browser, web: Stack) -> Iterator[Visit]:
    """Gives a browser in which somebody is signed in, with the options of Playwright."""
    contexts: list[BrowserContext] = []

    def make(user: User, **options: object) -> BrowserContext:
        client = Client()
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        context = browser.new_context(base_url=web.url, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": web.url}])
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def context(visit: Visit, owner: User) -> BrowserContext:
    """The owner's browser."""
    return visit(owner)
