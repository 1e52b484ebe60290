"""Ending a log-in: none of its tokens lets in any more."""

import pytest

from accounts.models import User
from api.models import LogIn, Token
from tests.api.clients import make_token
from tests.api.log_ins import lets_in, pair_of, post, refresh

pytestmark = pytest.mark.django_db


def test_by_the_refresh_token(owner: User) -> None:
    pair, other = pair_of(owner), pair_of(owner)
    assert post("logout", {"refresh": pair["refresh"]}).status_code == 204
    assert not lets_in(pair)
    assert refresh(pair).status_code == 401
    assert lets_in(other)


def test_by_the_access_token_alone(owner: User) -> None:
    pair, other = pair_of(owner), pair_of(owner)
    assert post("logout", access=pair["access"]).status_code == 204
    assert not lets_in(pair)
    assert refresh(pair).status_code == 401
    assert lets_in(other)


def test_by_one_that_was_used_as_well(owner: User) -> None:
    pair = pair_of(owner)
    newer = refresh(pair).json()
    assert post("logout", {"refresh": pair["refresh"]}).status_code == 204
    assert not lets_in(newer)


def test_twice_is_no_mistake(owner: User) -> None:
    pair = pair_of(owner)
    for _ in range(2):
        assert post("logout", {"refresh": pair["refresh"]}, access=pair["access"]).status_code == 204
    assert not LogIn.objects.exists()


@pytest.mark.parametrize("content", [None, {}, {"refresh": "x"}, {"refresh": "x.y.z"}])
def test_nor_is_what_nobody_was_given(owner: User, content: object) -> None:
    pair = pair_of(owner)
    assert post("logout", content).status_code == 204
    assert post("logout", content, access="x.y.z").status_code == 204
    assert lets_in(pair)


def test_what_is_no_text_is_refused() -> None:
    assert post("logout", {"refresh": []}).status_code == 422


def test_a_personal_token_is_not_ended_by_it(owner: User) -> None:
    _, secret = make_token(owner)
    assert post("logout", access=secret).status_code == 204
    assert Token.objects.exists()
