"""`manage.py demo`: a development database to look around in, made once, and nowhere else."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models.functions import Now
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from clock_work.demo import diary
from mail.models import Delivery
from notes.models import Note
from notifications.models import Notification
from reminders.models import Occurrence, Reminder, Ring
from tasks.models import Run, Task
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def on_a_development_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Gives the folder that mails lie in."""
    folder = tmp_path_factory.mktemp("demo")
    private = {**django_settings.STORAGES["private"], "OPTIONS": {"location": str(folder / "files")}}
    storages = {**django_settings.STORAGES, "private": private}
    mails = {"EMAIL_HOST": "", "EMAIL_FILE_PATH": str(folder / "mail"), "EMAIL_FILE_SECONDS": 0}
    cheap = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # as in all tests
    with override_settings(DEBUG=True, STORAGES=storages, PASSWORD_HASHERS=cheap, **mails):
        yield folder / "mail"


@pytest.fixture(autouse=True)
def development(on_a_development_machine: Path) -> Path:
    return on_a_development_machine


def demo() -> str:
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


def password_in(said: str) -> str:
    [password] = re.findall(r"password +(\S+)", said)
    return str(password)


@pytest.fixture(scope="module")
def made(
    on_a_development_machine: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """One demo for all who only look at it, since it takes seconds; gives what the command said."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo()
        transaction.set_rollback(True)


@pytest.fixture
def said(made: str, db: None) -> str:
    return made


@pytest.fixture
def looking(client: Client, said: str) -> Client:
    assert client.login(username="demo", password=password_in(said))
    return client


def mine() -> User:
    return User.objects.get(username="demo")


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_without_debug_it_refuses(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=true"):
        demo()
    assert not User.objects.exists()


def test_where_mail_leaves_the_machine_it_refuses(settings: Settings) -> None:
    settings.EMAIL_HOST = "smtp.clock-work.example"
    with pytest.raises(CommandError, match="unset EMAIL_HOST"):
        demo()
    assert not User.objects.exists()


@pytest.mark.parametrize(("name", "email"), [("Demo", "ada@example.com"), ("ada", "demo@Example.org")])
def test_it_takes_nobodys_place(name: str, email: str) -> None:
    make_user(name, email=email)
    with pytest.raises(CommandError, match="name or address of demo already"):
        demo()
    assert User.objects.count() == 1


def test_what_breaks_on_the_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "NOWHERE", "not an address")
    before = rows()
    with pytest.raises(Exception, match="address"):
        demo()
    assert rows() == before


def test_there_is_a_task_in_every_state(said: str) -> None:
    tasks = Task.objects.visible_to(mine()).with_last_run()
    there = {"paused", "pending", "scheduled", "completed", "failed", "cancelled", "expired"}
    assert {task.status for task in tasks} == there


def test_mailings_went_well_in_part_or_not_at_all(said: str) -> None:
    runs = Run.objects.filter(task__kind_name="note.email", task__owner=mine())
    summaries = set(runs.values_list("summary", "error"))
    assert {("6 sent, 1 skipped", ""), ("1 sent", ""), ("", "4 of 5 sent, 1 failed.")} <= summaries
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent", "skipped", "failed"}


def test_reminders_come_are_paused_and_rang(said: str) -> None:
    reminders = Reminder.objects.visible_to(mine())
    assert reminders.scheduled().exists()
    assert reminders.paused().exists()
    assert reminders.filter(about_id__isnull=False).exists()
    rang = Occurrence.objects.visible_to(mine())
    waiting = {ring.cause for ring in Ring.objects.waiting()}
    assert waiting == {"snooze", "nag"}
    assert rang.filter(acknowledged_at__isnull=False).exists()
    assert rang.open().count() == 4
    assert not rang.filter(due_at__gt=Now()).exists()


def test_what_is_told_is_read_unread_folded_and_put_away(said: str) -> None:
    told = Notification.objects.filter(user=mine())
    assert told.filter(read_at=None, count=3).exists()
    assert told.filter(read_at__isnull=False, archived_at=None).exists()
    assert told.archived().exists()
    moments = list(told.order_by("number").values_list("created_at", flat=True))
    assert moments == sorted(moments)


def test_it_all_happened_before_but_what_is_left_for_the_worker(said: str) -> None:
    [left] = Run.objects.filter(task__owner=mine(), task__kind_name="note.email").unfinished()
    assert left.task.title == "E-mail “Minutes of the house meeting”"
    assert len(set(Run.objects.filter(finished_at__isnull=False).values_list("finished_at__date"))) > 8
    assert not Note.objects.filter(updated_at__gt=Now()).exists()


PAGES = [
    ("/", "Ran last"),
    ("/notes/", "Pumpkin soup"),
    ("/notes/?archived", "The trip of last year"),
    ("/notes/?tag=kitchen", "Milk, bread, eggs"),
    ("/notes/tags/", "travel"),
    ("/reminders/", "Bring the books back"),
    ("/reminders/?show=paused", "Running"),
    ("/tasks/", "E-mail “Pumpkin soup for four”"),
    ("/tasks/?status=expired", "E-mail “How the backup is restored”"),
    ("/notifications/", "3 runs of E-mail"),
    ("/notifications/", "Film night on Friday"),
    ("/notifications/people/", "demo-friend"),
    ("/dev/mail/", "What is new this week"),
]


@pytest.mark.parametrize(("path", "words"), PAGES, ids=[f"{path} {words}" for path, words in PAGES])
def test_no_list_is_empty(looking: Client, path: str, words: str) -> None:
    answer = looking.get(path)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_each_thing_has_its_page(looking: Client) -> None:
    tasks, notes = Task.objects.visible_to(mine()), Note.objects.visible_to(mine())
    runs, reminders = Run.objects.visible_to(mine()), Reminder.objects.visible_to(mine())
    for thing in (*tasks, *notes, *runs, *reminders):
        assert looking.get(thing.get_absolute_url()).status_code in {200, 302}, thing


def test_staff_has_broadcasts_and_the_admin(client: Client, said: str) -> None:
    assert client.login(username="demo-staff", password=password_in(said))
    broadcasts = client.get("/notifications/broadcasts/").content.decode()
    assert "Film night on Friday" in broadcasts
    assert "The site is away for ten minutes" in broadcasts
    assert client.get("/admin/").status_code == 200


def test_a_second_time_nothing_is_doubled_and_the_password_is_the_new_one(client: Client, said: str) -> None:
    before = rows()
    again = demo()
    assert "there already" in again
    assert rows() == before
    assert not client.login(username="demo", password=password_in(said))
    assert client.login(username="demo-friend", password=password_in(again))


def test_its_mail_lies_on_this_machine_and_is_for_nobody(said: str, development: Path) -> None:
    assert list(development.glob("*.log"))
    for address in Delivery.objects.values_list("address", flat=True):
        assert address.endswith(("@example.org", ".invalid"))
