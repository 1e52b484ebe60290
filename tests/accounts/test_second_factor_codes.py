"""What is asked for after the password, and which codes are the answer."""

from collections.abc import Callable, Iterator

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.test import RequestFactory
from pytest_django import Settings

from accounts.models import User
from accounts.second_factors import Needed, TooManyTries, is_missing, needed_by, verify
from tests.accounts.second_factors import add_passkey, code_now, give_recovery_codes, switch_on_app
from tests.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def while_a_request_is_answered(rf: RequestFactory) -> Iterator[None]:
    with request_context(rf.post("/api/auth/token/")):
        yield


def test_without_one_the_password_is_enough(owner: User) -> None:
    assert not needed_by(owner)
    assert needed_by(owner) == Needed()


def test_an_app_is_answered_by_its_code(owner: User) -> None:
    secret = switch_on_app(owner)
    assert needed_by(owner) == Needed(("totp",))
    assert verify(owner, code_now(secret))


def test_recovery_codes_stand_in_for_it_while_there_are_any(owner: User) -> None:
    switch_on_app(owner)
    codes = give_recovery_codes(owner)
    assert needed_by(owner) == Needed(("totp", "recovery_codes"))
    assert all(verify(owner, code) for code in codes)
    assert needed_by(owner) == Needed(("totp",))


def test_recovery_codes_alone_ask_for_nothing(owner: User) -> None:
    give_recovery_codes(owner)
    assert not needed_by(owner)


def test_whoever_has_only_a_passkey_is_told_apart(owner: User) -> None:
    add_passkey(owner)
    assert needed_by(owner) == Needed(passkey=True)
    assert needed_by(owner)
    assert needed_by(owner).only_passkey
    give_recovery_codes(owner)
    assert not needed_by(owner).only_passkey


def test_a_code_is_good_once(owner: User) -> None:
    secret = switch_on_app(owner)
    for code in (code_now(secret), *give_recovery_codes(owner)[:2]):
        assert verify(owner, code)
        assert not verify(owner, code)


def test_an_older_code_than_the_last_is_not_good_any_more(owner: User) -> None:
    secret = switch_on_app(owner)
    older = code_now(secret)
    assert verify(owner, code_now(secret, later=True))
    assert not verify(owner, older)


@pytest.mark.parametrize("write", [lambda code: f"{code[:3]} {code[3:]}", lambda code: f" {code}\n"])
def test_it_may_be_written_as_apps_show_it(owner: User, write: Callable[[str], str]) -> None:
    secret = switch_on_app(owner)
    assert verify(owner, write(code_now(secret)))


@pytest.mark.parametrize("code", ["", "0", "123456789", "½½½½½½", "١٢٣٤٥٦", "\0", "x" * 10_000])
def test_what_is_no_code_is_not_good(owner: User, code: str) -> None:
    switch_on_app(owner)
    give_recovery_codes(owner)
    assert not verify(owner, code)


def test_somebody_elses_code_is_not_good(owner: User, friend: User) -> None:
    secret = switch_on_app(owner)
    switch_on_app(friend)
    assert not verify(friend, code_now(secret))
    assert not verify(friend, give_recovery_codes(owner)[0])


def test_after_five_wrong_ones_the_right_one_is_not_looked_at(owner: User, friend: User) -> None:
    secret, other = switch_on_app(owner), switch_on_app(friend)
    for _ in range(5):
        assert not verify(owner, "wrong")
    with pytest.raises(TooManyTries):
        verify(owner, code_now(secret))
    assert verify(friend, code_now(other))


def test_a_right_one_gives_the_tries_back(owner: User) -> None:
    codes = give_recovery_codes(owner)
    for code in codes[:3]:
        assert [verify(owner, "wrong") for _ in range(4)] == [False] * 4
        assert verify(owner, code)


def test_when_it_was_used_is_kept(owner: User) -> None:
    secret = switch_on_app(owner)
    verify(owner, code_now(secret))
    assert Authenticator.objects.get(user=owner).last_used_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_of_two_at_once_with_one_code_one_passes(owner: User, rf: RequestFactory, kind: str) -> None:
    secret, codes = switch_on_app(owner), give_recovery_codes(owner)

    def attempt(code: str) -> bool:
        with request_context(rf.post("/api/auth/token/")):
            return verify(owner, code)

    tries = [code_now(secret), code_now(secret, later=True)] if kind == "app" else codes[:4]
    for code in tries:
        outcomes = together(*[lambda code=code: attempt(code)] * 3)
        assert sorted(outcomes, key=str) == [False, False, True]


@pytest.mark.parametrize(
    ("needed", "is_staff", "missing"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_staff_have_to_have_one_where_that_is_set(
    owner: User, settings: Settings, needed: bool, is_staff: bool, missing: bool
) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = needed
    owner.is_staff = is_staff
    assert is_missing(owner) is missing
    give_recovery_codes(owner)
    assert is_missing(owner) is missing
    switch_on_app(owner)
    assert not is_missing(owner)
