"""When people were last here is written down once a minute, from what Redis knows of live sockets."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from redis import Redis

from accounts.models import User
from clock_work.celery import app
from notifications.models import Settings as NotificationSettings
from notifications.presence import last_seen
from notifications.presence import online as presence
from notifications.presence.online import online_users_even_hidden
from notifications.presence.people import set_visibility
from notifications.presence.scripts import HUNG_UP, KEYS, LEFT, MEMBERS, SIGN_OF_LIFE
from notifications.tasks import record_last_seen
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def redis(valkey: ValkeyServer, settings: Settings) -> Iterator[Redis]:
    settings.REDIS_URL = valkey.url
    with Redis.from_url(valkey.url, decode_responses=True) as redis:
        redis.delete(*KEYS)
        yield redis


def come(redis: Redis, *users: User, process: str = "web") -> None:
    redis.register_script(SIGN_OF_LIFE)(KEYS, [75, process, *(user.pk for user in users)])


def leave(redis: Redis, user: User, *, ago: float, process: str = "web") -> None:
    redis.register_script(HUNG_UP)(KEYS, [75, process, user.pk, ago])


def fall_silent(redis: Redis, user: User, *, ago: float) -> None:
    redis.zincrby(MEMBERS, -ago, f"{user.pk}:web")


def seen(user: User) -> datetime | None:
    return NotificationSettings.objects.filter(user=user).values_list("last_seen_at", flat=True).first()


def was_seen(user: User, ago: timedelta) -> bool:
    moment = seen(user)
    return moment is not None and abs(timezone.now() - ago - moment) < MOMENT


def test_beat_has_it_done_every_minute(redis: Redis, owner: User) -> None:
    come(redis, owner)
    entry = django_settings.CELERY_BEAT_SCHEDULE["record who was seen"]
    assert entry["schedule"] == 60
    app.loader.import_default_modules()  # as a worker does
    app.tasks[entry["task"]]()
    assert was_seen(owner, timedelta(0))


def test_who_is_here_is_seen_now_and_who_left_when_they_did(redis: Redis, owner: User, friend: User) -> None:
    come(redis, owner, friend)
    leave(redis, friend, ago=40)
    last_seen.record()
    assert was_seen(owner, timedelta(0))
    assert was_seen(friend, timedelta(seconds=40))
    assert redis.zcard(LEFT) == 0


def test_who_left_one_of_two_places_is_still_here(redis: Redis, owner: User) -> None:
    come(redis, owner)
    come(redis, owner, process="another")
    leave(redis, owner, ago=40)
    last_seen.record()
    assert was_seen(owner, timedelta(0))


def test_who_fell_silent_is_cleared_away_and_was_here_until_then(redis: Redis, owner: User) -> None:
    come(redis, owner)
    fall_silent(redis, owner, ago=300)
    assert online_users_even_hidden() == set()
    last_seen.record()
    assert redis.zcard(MEMBERS) == 0
    assert was_seen(owner, timedelta(seconds=300))


def test_it_only_goes_forward(redis: Redis, owner: User) -> None:
    later = timezone.now() + timedelta(minutes=5)  # as another process may have written just now
    NotificationSettings.objects.create(user=owner, last_seen_at=later)
    come(redis, owner)
    last_seen.record()
    assert seen(owner) == later


def test_nothing_is_kept_of_who_hides(redis: Redis, owner: User, friend: User) -> None:
    for user in (owner, friend):
        set_visibility(user, shows_presence=False)
    come(redis, owner, friend)
    leave(redis, friend, ago=40)
    last_seen.record()
    assert seen(owner) is None
    assert seen(friend) is None


def test_who_deleted_their_account_stops_nobody(redis: Redis, owner: User, friend: User) -> None:
    come(redis, owner, friend)
    leave(redis, friend, ago=40)
    friend.delete()
    last_seen.record()
    assert was_seen(owner, timedelta(0))
    assert redis.zcard(LEFT) == 0


def test_what_could_not_be_written_down_is_so_the_next_time(
    redis: Redis, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    come(redis, owner)
    leave(redis, owner, ago=40)
    with monkeypatch.context() as broken:
        broken.setattr(last_seen, "in_seconds", lambda seconds: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            last_seen.record()
    assert redis.zcard(LEFT) == 1
    last_seen.record()
    assert was_seen(owner, timedelta(seconds=40))


def test_who_leaves_once_more_while_it_is_written_down_is_not_forgotten(redis: Redis, owner: User) -> None:
    come(redis, owner)
    leave(redis, owner, ago=40)
    departures = presence.departures()
    assert list(next(departures)) == [owner.pk]
    come(redis, owner)
    leave(redis, owner, ago=10)
    (again,) = next(departures).values()
    assert abs(again - timedelta(seconds=10)) < MOMENT


def test_a_redis_that_is_away_is_asked_again_a_minute_later(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    record_last_seen()
    assert "a minute later" in caplog.text


@pytest.mark.parametrize("people", [1, 3])
def test_it_costs_the_same_for_many(
    redis: Redis, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    users = User.objects.bulk_create(
        User(username=f"person{number}", email=f"{number}@example.com") for number in range(people)
    )
    come(redis, *users)
    last_seen.record()
    with django_assert_num_queries(2):  # who has no settings yet; the update
        last_seen.record()
