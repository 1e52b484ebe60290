"""The page of people: those who are here, those who were lately, and nobody who does not want to be seen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from redis import Redis

from accounts.models import User
from notifications.models import Settings as NotificationSettings
from notifications.presence import people
from notifications.presence.online import online_users_even_hidden
from notifications.presence.people import set_visibility
from notifications.presence.scripts import KEYS, SIGN_OF_LIFE
from tests.factories import make_user
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def redis(valkey: ValkeyServer, settings: Settings) -> Iterator[Redis]:
    settings.REDIS_URL = valkey.url
    with Redis.from_url(valkey.url) as redis:
        redis.delete(*KEYS)
        yield redis


@pytest.fixture
def client(client: Client, stranger: User) -> Client:
    client.force_login(stranger)
    return client


def come(redis: Redis, *users: User, process: str = "web") -> None:
    redis.register_script(SIGN_OF_LIFE)(KEYS, [75, process, *(user.pk for user in users)])


def were_seen(ago: timedelta, *users: User, **fields: Any) -> None:
    for user in users:
        NotificationSettings.objects.create(user=user, last_seen_at=timezone.now() - ago, **fields)


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("notifications:people"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def online(client: Client, **query: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(reverse("notifications:people_online"), query).json()
    return answer


def names(answer: dict[str, Any]) -> list[str]:
    return [person["username"] for person in answer["online"]]


def test_people_are_shown_with_name_and_usercode(client: Client, redis: Redis, owner: User) -> None:
    come(redis, owner)
    shown = page(client)
    assert "owner" in shown
    assert f'data-copy="{owner.usercode_grouped}"' in shown
    assert online(client) == {
        "online": [{"username": "owner", "usercode": owner.usercode_grouped}],
        "count": 1,
        "next": None,
    }


def test_e_mail_addresses_are_not(client: Client, redis: Redis, owner: User, friend: User) -> None:
    come(redis, owner)
    were_seen(timedelta(hours=1), friend)
    assert owner.email not in page(client)
    assert friend.email not in page(client)
    assert "@" not in str(online(client))


def test_the_fragment_is_what_the_page_includes(client: Client, redis: Redis, owner: User) -> None:
    come(redis, owner)
    rows = client.get(reverse("notifications:people_rows")).content.decode()
    assert rows in page(client)
    assert "owner" in rows


def test_those_who_were_here_lately_come_below_the_last_first(
    client: Client, redis: Redis, owner: User, friend: User
) -> None:
    were_seen(timedelta(hours=3), owner)
    were_seen(timedelta(minutes=20), friend)
    were_seen(timedelta(days=8), make_user("gone"))
    come(redis, make_user("present"))
    shown = page(client)
    order = [shown.index(f">{name}<") for name in ("present", "friend", "owner")]
    assert order == sorted(order)
    assert "20\xa0minutes ago" in shown
    assert ">gone<" not in shown


def test_who_is_here_is_not_also_among_those_who_were(client: Client, redis: Redis, owner: User) -> None:
    were_seen(timedelta(minutes=1), owner)
    come(redis, owner)
    assert page(client).count(">owner<") == 1


def test_who_hides_is_nowhere_but_for_themselves(client: Client, redis: Redis, owner: User) -> None:
    come(redis, owner)
    were_seen(timedelta(minutes=1), owner)
    assert ">owner<" in page(client)
    set_visibility(owner, shows_presence=False)
    for query in ({}, {"q": "owner"}, {"q": owner.usercode}):
        assert ">owner<" not in page(client, **query)
        assert online(client, **query) == {"online": [], "count": 0, "next": None}
    redis.delete(*KEYS)
    assert ">owner<" not in page(client)
    come(redis, owner)
    client.force_login(owner)
    assert names(online(client)) == ["owner"]
    assert "hidden from others" in page(client)


def test_who_hides_is_not_remembered_to_have_been_here(owner: User) -> None:
    were_seen(timedelta(minutes=1), owner)
    set_visibility(owner, shows_presence=False)
    set_visibility(owner, shows_presence=True)
    assert NotificationSettings.objects.get(user=owner).last_seen_at is None


def test_broadcasts_reach_those_who_hide(redis: Redis, owner: User, friend: User) -> None:
    set_visibility(owner, shows_presence=False)
    come(redis, owner, friend)
    come(redis, owner, process="another")
    assert online_users_even_hidden() == {owner.pk, friend.pk}


def test_a_disabled_account_is_not_here(client: Client, redis: Redis, owner: User, friend: User) -> None:
    come(redis, owner)
    were_seen(timedelta(hours=1), friend)
    User.objects.update(is_active=False)
    User.objects.filter(username="stranger").update(is_active=True)
    assert names(online(client)) == []
    assert ">friend<" not in page(client)


def test_the_switch_hides_and_shows_oneself(client: Client, redis: Redis, stranger: User) -> None:
    come(redis, stranger)
    address = reverse("notifications:visibility")
    hidden, shown = "You are hidden", "Others see here"
    for value, words in [("false", hidden), ("true", shown), ("false", hidden)]:
        answer = client.post(address, {"shows_presence": value}, follow=True)
        assert answer.redirect_chain == [(reverse("notifications:people"), 302)]
        assert words in answer.content.decode()


@pytest.mark.parametrize("value", ["", "on", "TRUE", "\0"])
def test_the_switch_has_two_sides(client: Client, value: str) -> None:
    answer = client.post(reverse("notifications:visibility"), {"shows_presence": value})
    assert answer.status_code == 400
    assert "Choose “true” or “false”" in answer.content.decode()
    assert client.get(reverse("notifications:visibility")).status_code == 405


@pytest.mark.parametrize("query", ["wne", "OWNER", "@owner", "usercode"])
def test_a_search_finds_names_and_usercodes(
    client: Client, redis: Redis, owner: User, friend: User, query: str
) -> None:
    come(redis, owner)
    were_seen(timedelta(hours=1), friend)
    typed = owner.usercode_grouped.lower() if query == "usercode" else query
    assert names(online(client, q=typed)) == ["owner"]
    assert ">friend<" not in page(client, q=typed)
    assert ">friend<" in page(client, q="frie")
    assert "Nobody found" in page(client, q="frie")


def test_a_name_stands_beside_the_username_and_finds_people_too(
    client: Client, redis: Redis, owner: User
) -> None:
    User.objects.filter(pk=owner.pk).update(name="Ada <Lovelace>", avatar="avatars/2026-11-30/ada.webp")
    come(redis, owner)
    assert names(online(client, q="lovelace")) == ["owner"]
    shown = page(client, q="ADA")
    assert "Ada &lt;Lovelace&gt;" in shown
    assert '<img class="avatar avatar--medium" src="/accounts/avatars/2026-11-30-ada/"' in shown


@pytest.mark.parametrize("query", ["%", "_", "'", "<b>", "\0", "-", "x" * 500, "\N{GRINNING FACE}"])
def test_a_search_takes_anything(client: Client, redis: Redis, owner: User, query: str) -> None:
    come(redis, owner)
    assert "<b>" not in page(client, q=query)
    assert online(client, q=query)["online"] in ([], online(client)["online"])


def test_there_are_a_hundred_on_a_page(client: Client, redis: Redis) -> None:
    people = User.objects.bulk_create(
        User(username=f"Person{number:03}", email=f"{number}@example.com") for number in range(201)
    )
    come(redis, *people)
    first = online(client)
    assert first["count"] == 201
    assert (names(first)[0], len(first["online"])) == ("Person000", 100)
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert names(third) == ["Person200"]
    assert third["next"] is None
    assert page(client).count('class="list__item person') == 100
    assert ">Person100<" in page(client, page="2")
    assert names(online(client, page="nonsense")) == names(first)


def test_those_who_were_here_come_after_the_last_page(
    client: Client, redis: Redis, owner: User, friend: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PER_PAGE", 1)
    come(redis, owner, make_user("present"))
    were_seen(timedelta(hours=1), friend)
    assert ">friend<" not in page(client)
    assert ">friend<" in page(client, page="2")


@pytest.mark.parametrize("others", [1, 3])
def test_a_page_costs_the_same_with_many(
    client: Client,
    redis: Redis,
    others: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(others):
        come(redis, make_user(f"here{number}"))
        were_seen(timedelta(hours=1), make_user(f"seen{number}"))
    with django_assert_num_queries(5):  # the user; how many, who; who lately; whether one hides
        client.get(reverse("notifications:people_rows"))
    with django_assert_num_queries(3):
        client.get(reverse("notifications:people_online"))


def test_one_gets_there_from_every_page(client: Client) -> None:
    assert f'href="{reverse("notifications:people")}"' in client.get("/about/").content.decode()


def test_operators_see_when_somebody_was_here_unless_they_hide_it(client: Client, owner: User) -> None:
    client.force_login(make_user("operator", is_staff=True, is_superuser=True))
    address = f"/admin/accounts/user/{owner.pk}/change/"
    seen = timezone.now().replace(year=2021, month=3, day=4)
    mine = NotificationSettings.objects.create(user=owner, last_seen_at=seen)
    assert "March 4, 2021" in client.get(address).content.decode()
    NotificationSettings.objects.filter(pk=mine.pk).update(shows_presence=False)
    shown = client.get(address).content.decode()
    assert "March 4, 2021" not in shown
    assert "not known, or not shown" in shown
