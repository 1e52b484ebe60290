"""What people type as recipients, and what is understood."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from mail.recipients import Recipient, parse_recipients, split
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" , ;\n", []),
        ("anna@example.org", ["anna@example.org"]),
        (
            "a@b.org, c@d.org;e@f.org\r\ng",
            ["a@b.org", "c@d.org", "e@f.org", "g"],
        ),
        ("Grace Hopper <grace@example.org>, Ada <ada@example.org>", ["grace@example.org", "ada@example.org"]),
        (
            '"Hopper, Grace" <grace@example.org>, "A; B"<ada@example.org>',
            ["grace@example.org", "ada@example.org"],
        ),
        ('"not, a name"', ['"not', "a", 'name"']),
        ("<a@example.org> <b@example.org>", ["a@example.org", "b@example.org"]),
        ("friend, K7M-3RD", ["friend", "K7M-3RD"]),
        ("twice twice", ["twice"]),
        ("a <b", ["a", "<b"]),
    ],
)
def test_a_pasted_list_is_understood(text: str, words: list[str]) -> None:
    assert split(text) == words


def parsed(owner: User, *typed: str) -> list[Recipient]:
    return parse_recipients(typed, owner)


def errors(owner: User, *typed: str) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        parse_recipients(typed, owner)
    return list(caught.value.message_dict["recipients"])


def test_an_address_has_one_spelling(owner: User) -> None:
    assert parsed(owner, " Anna@Example.ORG ", "anna@example.org") == [Recipient(address="anna@example.org")]


def test_a_domain_in_any_letters_is_written_to_as_the_network_knows_it(owner: User) -> None:
    assert parsed(owner, "anna@bücher.example") == [Recipient(address="anna@xn--bcher-kva.example")]


def test_people_are_found_by_name_in_any_case_and_by_code_however_written(owner: User, friend: User) -> None:
    code = friend.usercode
    for typed in ("friend", "Friend", "@friend", code, f"{code[:3]}-{code[3:]}", code.lower()):
        assert parsed(owner, typed) == [Recipient(user_id=friend.pk)]


def test_a_code_comes_before_a_name_that_looks_like_it(owner: User, friend: User) -> None:
    make_user(friend.usercode.lower())
    assert parsed(owner, friend.usercode) == [Recipient(user_id=friend.pk)]


def test_somebody_named_in_two_ways_is_one_recipient(owner: User, friend: User) -> None:
    assert parsed(owner, "friend", friend.usercode) == [Recipient(user_id=friend.pk)]


def test_one_finds_oneself(owner: User) -> None:
    assert parsed(owner, "owner", owner.email) == [Recipient(user_id=owner.pk)]


def test_each_mistake_is_named(owner: User, friend: User) -> None:
    assert errors(owner, "friend", "nobody", "a@b", "anna@example.org", "x y@example.org") == [
        "Nobody here is called “nobody”.",
        "“a@b” is not an e-mail address we can write to.",
        "“x y@example.org” is not an e-mail address we can write to.",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "anna@example.org\nBcc: all@example.org",
        "anna@example.org\r\nSubject: other",
        "anna@example.org, bert@example.org",
        '"anna\r\n"@example.org',
        "Anna <anna@example.org>",
        "änna@example.org",
        "anna@[127.0.0.1]",
        "anna@localhost",
        f"anna@{'a' * 64}.example",
        f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example",
        "@",
        "anna@example.org\0",
    ],
)
def test_what_is_no_plain_address_is_refused(owner: User, typed: str) -> None:
    assert len(errors(owner, typed)) == 1


def test_more_than_a_run_may_have_are_not_even_looked_up(
    owner: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.MAIL_MAX_RECIPIENTS = 2
    with django_assert_num_queries(0):
        assert errors(owner, "one", "two", "three") == ["At most 2 recipients at a time."]


def test_nobody_at_all_is_refused(owner: User) -> None:
    assert errors(owner, "", "  ") == ["Name at least one recipient."]


def test_people_who_left_or_never_confirmed_are_not_found(owner: User) -> None:
    make_user("gone", is_active=False)
    make_user("unconfirmed", verified=False)
    assert len(errors(owner, "gone", "unconfirmed")) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_names_takes_one_query(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    names = [make_user(f"friend{number}").username for number in range(count)]
    with django_assert_num_queries(1):
        assert len(parsed(owner, *names)) == count
