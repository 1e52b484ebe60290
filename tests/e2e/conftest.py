"""One site for all browser tests: the real processes, a real mail server, and Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from notifications.web_push.vapid import new_private_key
from tests.e2e.site_shell import SiteShell, site_shell
from tests.servers import valkey_server
from tests.smtp_sink import Sink
from tests.stack import Stack, stack

CHROMIUM = Path("/usr/bin/chromium")
# Chromium without tabs and menus, for which it takes twice the time; and without what is shown outside of
# pages, notifications for one.
HEADLESS_SHELL = Path("/usr/bin/chromium-headless-shell")
QUIET = [
    "--renderer-process-limit=1",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
]

PATIENCE = 15_000  # milliseconds; who measures how long something takes says so

expect.set_options(timeout=PATIENCE)


@dataclass
class Site:
    processes: Stack
    sink: Sink
    shell: SiteShell

    @property
    def url(self) -> str:
        return self.processes.url


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with valkey_server() as valkey, Sink() as sink:
        environment = {
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "REDIS_URL": valkey.url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
            "WEB_PUSH_PRIVATE_KEY": new_private_key(),
            "ALLOWED_HOSTS": "127.0.0.1,localhost",  # passkeys are kept for names alone
            "STAFF_NEED_SECOND_FACTOR": "false",  # tests/e2e/test_second_factor.py has it otherwise
        }
        with stack(folder, **environment) as processes:
            processes.migrate()
            processes.collect_static_files()
            processes.start_web()
            processes.start_worker()
            processes.start_beat()
            with site_shell(processes) as shell:
                yield Site(processes, sink, shell)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright, program: Path | None = None) -> Iterator[Browser]:
    """One of its own, of `program` if it has to be that."""
    program = program or (HEADLESS_SHELL if HEADLESS_SHELL.exists() else CHROMIUM)
    with playwright.chromium.launch(executable_path=program, args=QUIET) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A browser of its own, as another person or another device has one."""
    context = browser.new_context(base_url=site.url, timezone_id="Europe/Berlin")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """A tab; what it shows when its test fails is kept as a picture."""
    page = context.new_page()
    failed_before = request.session.testsfailed
    yield page
    if request.session.testsfailed > failed_before:
        page.screenshot(path=tmp_path / "failed.png", full_page=True)
