"""On a developing machine mail lands in files."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from mail.models import Delivery
from tasks.models import Run
from tests.mail.kinds import carried_out, mailing, only

pytestmark = pytest.mark.django_db

BETWEEN_MESSAGES = b"\n" + b"-" * 79 + b"\n"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_HOST = ""
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def test_each_message_is_a_file_as_django_writes_them(owner: User, folder: Path) -> None:
    run = carried_out(mailing(owner, "anna@example.org", "bert@example.org"))
    assert run.summary == "2 sent"
    contents = [file.read_bytes() for file in folder.glob("*.log")]
    assert all(content.count(BETWEEN_MESSAGES) == 1 for content in contents)
    messages = [
        message_from_bytes(content.removesuffix(BETWEEN_MESSAGES), policy=policy.default)
        for content in contents
    ]
    assert {message["To"] for message in messages} == {"anna@example.org", "bert@example.org"}


def test_what_is_sent_again_is_there_once(owner: User, folder: Path) -> None:
    run = carried_out(mailing(owner, "anna@example.org"))
    Delivery.objects.update(state="pending")
    Run.objects.update(state="pending")
    carried_out(run)
    assert only(run).state == "sent"
    assert len(list(folder.iterdir())) == 1


def test_a_folder_that_cannot_be_made_gives_the_run_back(owner: User, folder: Path) -> None:
    folder.touch()
    run = carried_out(mailing(owner, "anna@example.org"))
    assert run.state == Run.State.PENDING
    assert "could not be" in run.error


def test_what_is_for_nobody_is_refused_as_by_a_mail_server(owner: User, folder: Path) -> None:
    run = carried_out(mailing(owner, "anna@example.org", "nobody@nowhere.invalid"))
    assert run.error == "1 of 2 sent, 1 failed."
    assert run.deliveries.get(state="failed").error == "There is no such domain."
    assert len(list(folder.glob("*.log"))) == 1
