"""Of somebody whose account is deleted nothing is left, wherever one looks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from pytest_django import Settings
from redis import Redis

from accounts.leaving import leave
from accounts.models import User
from accounts.tasks import clear_sessions
from notifications.presence.scripts import LEFT, MEMBERS, PROCESSES
from tests.accounts import traces
from tests.accounts.lives import live, words_of
from tests.servers import valkey_server

pytestmark = pytest.mark.django_db(transaction=True)

# Tables that hold nothing of anybody.
OF_NOBODY = {
    "django_celery_beat_clockedschedule",
    "django_celery_beat_crontabschedule",
    "django_celery_beat_intervalschedule",
    "django_celery_beat_periodictask",
    "django_celery_beat_periodictasks",
    "django_celery_beat_solarschedule",
    "django_celery_results_chordcounter",  # fixed jobs alone keep results, and take no arguments
    "django_celery_results_groupresult",
    "django_celery_results_taskresult",
    "account_emailconfirmation",  # links are signed, and kept nowhere
    "auth_group_permissions",
    "tasks_heartbeat",
}


@pytest.fixture(autouse=True)
def redis(settings: Settings) -> Iterator[Redis]:
    """A Redis of the test's own, for the cache and for presence."""
    with valkey_server() as server:
        settings.REDIS_URL = server.url
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": server.url}}
        yield Redis.from_url(server.url)


@pytest.fixture(autouse=True)
def journals(settings: Settings, tmp_path: Path) -> Path:
    settings.JOURNAL_DIR = str(tmp_path / "journal")
    Path(settings.JOURNAL_DIR).mkdir()
    return Path(settings.JOURNAL_DIR)


@pytest.fixture
def person(friend: User, private_files: Path, redis: Redis, journals: Path) -> User:
    user = live(friend)
    redis.zadd(PROCESSES, {"web": 1})
    redis.zadd(MEMBERS, {f"{user.pk}:web": 1})
    redis.zadd(LEFT, {str(user.pk): 1})
    run = user.tasks.first().runs.first()  # type: ignore[union-attr]
    (journals / f"{run.pk}-abc.journal").write_text("<left@clock.example>\n")  # type: ignore[union-attr]
    return user


def by_themselves(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_superuser=False)
    leave(User.objects.get(pk=user.pk))


def by_an_administrator(user: User) -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("admin", "admin@example.org", "secret"))
    answer = admin.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302


def among_others_by_an_administrator(user: User) -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("admin", "admin@example.org", "secret"))
    selected = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    assert admin.post("/admin/accounts/user/", selected).status_code == 302


def in_a_shell(user: User) -> None:
    User.objects.filter(pk=user.pk).delete()


@pytest.mark.parametrize(
    "delete", [by_themselves, by_an_administrator, among_others_by_an_administrator, in_a_shell]
)
def test_nothing_is_left(
    person: User, private_files: Path, journals: Path, redis: Redis, delete: Callable[[User], None]
) -> None:
    pk, words = person.pk, words_of(person)
    assert len(traces.in_tables(pk, words)) > 30
    assert traces.in_files(private_files, [""])
    assert traces.in_redis(redis, words)
    assert list(journals.iterdir())
    delete(person)
    clear_sessions()
    assert traces.in_tables(pk, words) == set()
    assert traces.in_files(private_files, [""]) == set()
    assert list(journals.iterdir()) == []
    assert traces.in_redis(redis, words) == set()
    assert redis.zrange(MEMBERS, 0, -1) == redis.zrange(LEFT, 0, -1) == []


def test_no_table_was_left_out(person: User) -> None:
    """Who makes a new one gives this person a row in it, or says that it holds nothing of anybody."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert tables - traces.tables_with_rows() - OF_NOBODY == set()
