from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.mail.kinds import registered
from tests.mailjet_double import KEY, SECRET, MailjetDouble
from tests.smtp_sink import Sink


@pytest.fixture
def sink(sink: Sink, settings: Settings) -> Sink:
    settings.EMAIL_TIMEOUT = 2.0
    return sink


@pytest.fixture(scope="package")
def running_mailjet() -> Iterator[MailjetDouble]:
    with MailjetDouble() as mailjet:
        yield mailjet


@pytest.fixture
def mailjet(
    running_mailjet: MailjetDouble, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> MailjetDouble:
    """Mail goes out by this one's Send API; well-behaved and empty at first."""
    running_mailjet.reset()
    settings.MAIL_BY_MAILJET, settings.MAIL_JET_SANDBOX = True, False
    settings.MAIL_JET_API_KEY, settings.MAIL_JET_API_SECRET = KEY, SECRET
    settings.MAIL_JET_API_URL = running_mailjet.url
    settings.EMAIL_TIMEOUT = 5.0
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running_mailjet.certificate))
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    return running_mailjet


@pytest.fixture(autouse=True)
def mail_settings(settings: Settings, tmp_path: Path) -> None:
    settings.TASKS_RETRY_SECONDS = 0.02
    settings.JOURNAL_DIR = str(tmp_path / "journal")
    settings.SITE_URL = "https://clock.example"
    settings.DEFAULT_FROM_EMAIL = "Clock Work <service@clock.example>"


@pytest.fixture(autouse=True)
def kind_of_mailing() -> Iterator[None]:
    with registered():
        yield
