"""A program asks who is online, and hides its owner or shows them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from redis import Redis
from rest_framework.test import APIClient

from accounts.models import User
from notifications.models import Settings as NotificationSettings
from notifications.presence.people import set_visibility
from notifications.presence.scripts import KEYS, SIGN_OF_LIFE
from tests.api.clients import program_of
from tests.factories import make_user
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db
ADDRESS = "/api/presence/"
MINE = "/api/presence/me/"
QUERIES_OF_A_LIST = 2  # the token, and the page


@pytest.fixture(autouse=True)
def redis(valkey: ValkeyServer, settings: Settings) -> Iterator[Redis]:
    settings.REDIS_URL = valkey.url
    with Redis.from_url(valkey.url) as redis:
        redis.delete(*KEYS)
        yield redis


@pytest.fixture
def program(stranger: User) -> APIClient:
    return program_of(stranger)


def come(redis: Redis, *users: User) -> None:
    redis.register_script(SIGN_OF_LIFE)(KEYS, [75, "web", *(user.pk for user in users)])


def was_seen(user: User, ago: timedelta) -> str:
    moment = timezone.now() - ago
    NotificationSettings.objects.create(user=user, last_seen_at=moment)
    return moment.isoformat().replace("+00:00", "Z")


def people(program: APIClient, **query: Any) -> list[dict[str, Any]]:
    answer = program.get(ADDRESS, query)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def names(program: APIClient, **query: Any) -> list[str]:
    return [person["username"] for person in people(program, **query)]


def test_who_is_online_is_listed_by_name_and_usercode(
    program: APIClient, redis: Redis, owner: User, friend: User
) -> None:
    come(redis, owner)
    was_seen(friend, timedelta(hours=1))
    was_seen(owner, timedelta(minutes=1))
    assert people(program) == [
        {
            "username": "owner",
            "name": "",
            "usercode": owner.usercode_grouped,
            "avatar_url": None,
            "online": True,
            "last_seen_at": None,
        }
    ]


def test_and_so_is_who_was_lately_and_when(
    program: APIClient, redis: Redis, owner: User, friend: User
) -> None:
    come(redis, owner)
    was_seen(owner, timedelta(minutes=1))
    last_seen_at = was_seen(friend, timedelta(hours=1))
    was_seen(make_user("gone"), timedelta(days=8))
    assert people(program, online="false") == [
        {
            "username": "friend",
            "name": "",
            "usercode": friend.usercode_grouped,
            "avatar_url": None,
            "online": False,
            "last_seen_at": last_seen_at,
        }
    ]


@pytest.mark.parametrize("online", ["true", "false"])
def test_who_hides_or_is_disabled_is_in_neither(
    program: APIClient, redis: Redis, owner: User, friend: User, online: str
) -> None:
    if online == "true":
        come(redis, owner, friend)
    for user in (owner, friend):
        was_seen(user, timedelta(hours=1))
    assert len(names(program, online=online)) == 2
    set_visibility(owner, shows_presence=False)
    User.objects.filter(pk=friend.pk).update(is_active=False)
    assert names(program, online=online) == []


def test_a_search_finds_names_and_usercodes(
    program: APIClient, redis: Redis, owner: User, friend: User
) -> None:
    come(redis, owner, friend)
    assert sorted(names(program, search="")) == ["friend", "owner"]
    assert names(program, search="WNE") == ["owner"]
    assert names(program, search=friend.usercode_grouped) == ["friend"]


@pytest.mark.parametrize(("name", "value"), [("online", "perhaps"), ("search", "x" * 31), ("search", "\0")])
def test_a_query_that_makes_no_sense_is_refused(program: APIClient, name: str, value: str) -> None:
    answer = program.get(ADDRESS, {name: value})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [name]


@pytest.mark.parametrize("online", ["true", "false"])
def test_without_redis_nobody_can_tell(program: APIClient, settings: Settings, online: str) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = program.get(ADDRESS, {"online": online})
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "Who is online cannot be told at the moment."


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("online", ["true", "false"])
def test_a_list_costs_the_same_however_long_it_is(
    program: APIClient,
    redis: Redis,
    online: str,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    users = [make_user(f"person{number}") for number in range(count)]
    if online == "true":
        come(redis, *users)
    for user in users:
        was_seen(user, timedelta(hours=1))
    with django_assert_num_queries(QUERIES_OF_A_LIST):
        assert len(people(program, online=online, limit=50)) == count


def test_one_hides_and_shows_oneself(program: APIClient, redis: Redis, stranger: User, owner: User) -> None:
    come(redis, stranger)
    others = program_of(owner)
    assert program.get(MINE).json() == {"visible": True}
    for visible, seen in [(False, []), (True, ["stranger"])]:
        answer = program.patch(MINE, {"visible": visible}, format="json")
        assert (answer.status_code, answer.json()) == (200, {"visible": visible})
        assert program.get(MINE).json() == {"visible": visible}
        assert names(others) == seen
        assert names(program) == ["stranger"], "one sees oneself in any case"


def test_a_change_of_nothing_changes_nothing(program: APIClient) -> None:
    program.patch(MINE, {"visible": False}, format="json")
    assert program.patch(MINE, {}, format="json").json() == {"visible": False}


@pytest.mark.parametrize("content", [{"visible": None}, {"visible": "perhaps"}, {"visible": []}])
def test_the_switch_has_two_sides(program: APIClient, content: object) -> None:
    answer = program.patch(MINE, content, format="json")
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["visible"]


def test_a_token_for_something_else_sees_nobody_and_one_that_only_reads_hides_nobody(owner: User) -> None:
    assert program_of(owner, resources=["notifications"]).get(ADDRESS).status_code == 403
    reader = program_of(owner, resources=["presence"], can_write=False)
    assert reader.get(MINE).status_code == 200
    assert reader.patch(MINE, {"visible": False}, format="json").status_code == 403
