"""Naming recipients: who is offered to whom."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from mail.models import Delivery
from mail.suggestions import OFFERED, may_look_up
from tests.factories import make_user
from tests.tasks.factories import make_run


@pytest.fixture
def fresh_minute() -> None:
    """Nobody has looked anything up yet."""
    cache.clear()


def offered(client: Client, user: User, typed: str) -> list[str]:
    client.force_login(user)
    answer = client.get("/mail/recipients/", {"q": typed})
    return [suggestion["value"] for suggestion in answer.json()["suggestions"]]


def write_to(owner: User, *addresses: str, user: User | None = None) -> None:
    run = make_run(owner)
    for address in addresses:
        Delivery.objects.create(run=run, address=address, user=user, by_name=bool(user))


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh_minute")
class TestOffers:
    def test_addresses_one_wrote_to_before_the_last_first(self, client: Client, owner: User) -> None:
        write_to(owner, "anna@example.org", "berta@example.org")
        write_to(owner, "anna@example.org")
        assert offered(client, owner, "") == ["anna@example.org", "berta@example.org"]
        assert offered(client, owner, "ert") == ["berta@example.org"]
        assert offered(client, owner, "be\0rt") == ["berta@example.org"]

    def test_addresses_are_never_offered_to_others(self, client: Client, owner: User, stranger: User) -> None:
        write_to(owner, "anna@example.org")
        for typed in ("", "a", "anna", "anna@example.org", "@example.org", "%", "_"):
            assert offered(client, stranger, typed) == []

    def test_people_picked_by_name_are_offered_by_name(
        self, client: Client, owner: User, friend: User
    ) -> None:
        write_to(owner, friend.email, user=friend)
        assert offered(client, owner, "fr") == ["friend"]
        assert offered(client, owner, friend.email) == []

    def test_users_by_three_letters_of_their_name(self, client: Client, owner: User, friend: User) -> None:
        assert offered(client, owner, "fr") == []
        assert offered(client, owner, "fri") == ["friend"]
        assert offered(client, owner, "@FRI") == ["friend"]
        assert offered(client, owner, "iend") == []

    def test_users_by_their_whole_code(self, client: Client, owner: User, friend: User) -> None:
        assert offered(client, owner, friend.usercode_grouped.lower()) == ["friend"]
        assert offered(client, owner, friend.usercode[:5]) == []

    def test_a_code_is_told_to_those_alone_who_know_it(
        self, client: Client, owner: User, friend: User
    ) -> None:
        client.force_login(owner)
        for typed, told in ((friend.usercode, True), ("friend", False), ("fri", False)):
            answer = client.get("/mail/recipients/", {"q": typed})
            assert ((friend.usercode_grouped in answer.text), friend.email in answer.text) == (told, False)

    @pytest.mark.parametrize("typed", ["___", "%%%", "...", "   ", "\\\\\\", "@@@"])
    def test_nobody_by_signs_that_stand_for_any(self, client: Client, owner: User, typed: str) -> None:
        assert offered(client, owner, typed) == []

    def test_nobody_who_is_away(self, client: Client, owner: User) -> None:
        make_user("inactive", is_active=False)
        make_user("unconfirmed", verified=False)
        assert offered(client, owner, "inactive") == offered(client, owner, "unconfirmed") == []

    def test_a_handful_at_most(self, client: Client, owner: User) -> None:
        write_to(owner, *(f"person{number}@example.org" for number in range(20)))
        for number in range(20):
            make_user(f"person{number}")
        assert len(offered(client, owner, "per")) == OFFERED

    def test_a_number_of_times_a_minute(self, client: Client, owner: User, friend: User) -> None:
        assert offered(client, owner, "friend") == ["friend"]
        while may_look_up(owner):
            pass
        assert offered(client, owner, "friend") == []
        assert offered(client, friend, "friend") == ["friend"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_at_the_same_cost(
        self, client: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        write_to(owner, *(f"person{number}@example.org" for number in range(count)))
        offered(client, owner, "person")
        with django_assert_num_queries(5):
            client.get("/mail/recipients/", {"q": "person"})


@pytest.mark.django_db
def test_whoever_is_not_signed_in_is_offered_nobody(client: Client) -> None:
    assert client.get("/mail/recipients/?q=friend").status_code == 302
