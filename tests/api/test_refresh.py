"""The next tokens of a log-in, and its end when one of them comes twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import User
from api.models import LogIn
from tests.api.log_ins import lets_in, pair_of, post, refresh
from tests.together import together

pytestmark = pytest.mark.django_db


def test_it_gives_the_next_two_tokens(owner: User) -> None:
    first = pair_of(owner)
    answer = refresh(first)
    assert answer.status_code == 200
    second = answer.json()
    assert second.keys() == first.keys()
    assert second["refresh"] != first["refresh"]
    assert lets_in(second)
    assert refresh(second).status_code == 200
    assert LogIn.objects.count() == 1


def test_the_access_token_that_is_at_hand_goes_on_to_let_in(owner: User) -> None:
    """What a program is in the middle of is not disturbed."""
    first = pair_of(owner)
    refresh(first)
    assert lets_in(first)


def test_it_lasts_on_from_then(owner: User) -> None:
    pair = pair_of(owner)
    LogIn.objects.update(expires_at=timezone.now() + timedelta(days=1))
    refresh(pair)
    assert LogIn.objects.get().expires_at > timezone.now() + timedelta(days=29)


def test_one_that_was_used_ends_all_of_it(owner: User) -> None:
    other = pair_of(owner)
    first = pair_of(owner)
    second = refresh(first).json()
    answer = refresh(first)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:clock-work:problem:log-in-ended")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert not lets_in(second)
    assert refresh(second).status_code == 401
    assert lets_in(other), "another log-in goes on"


def test_one_that_has_expired_is_none(owner: User) -> None:
    pair = pair_of(owner)
    token = RefreshToken(pair["refresh"])
    token.set_exp(lifetime=timedelta(seconds=-1))
    assert refresh({"refresh": str(token)}).status_code == 401
    assert lets_in(pair), "which ends nothing"


def test_a_log_in_that_has_expired_is_over(owner: User) -> None:
    pair = pair_of(owner)
    LogIn.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refresh(pair).status_code == 401
    assert not lets_in(pair)


def test_neither_token_does_for_the_other(owner: User) -> None:
    pair = pair_of(owner)
    assert refresh({"refresh": pair["access"]}).status_code == 401
    assert not lets_in({"access": pair["refresh"]})
    assert lets_in(pair)


def test_one_without_a_log_in_is_none(owner: User) -> None:
    token = RefreshToken()
    assert refresh({"refresh": str(token)}).status_code == 401
    token["log_in"] = "x"
    assert refresh({"refresh": str(token)}).status_code == 401
    assert refresh({"refresh": "x.y.z"}).status_code == 401


@pytest.mark.parametrize("content", [None, {}, {"refresh": ""}, {"refresh": None}, {"refresh": 1.5e300}, []])
def test_what_is_missing_is_named(content: object) -> None:
    answer = post("token/refresh", content)
    assert answer.status_code in {401, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_with_one_token_at_most_one_gets_the_next(owner: User) -> None:
    """And whoever did is not logged in beside somebody else."""
    pair = pair_of(owner)
    answers: list[Any] = together(*[lambda: refresh(pair)] * 50)
    assert {answer.status_code for answer in answers} <= {200, 401}
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert not LogIn.objects.exists(), "the others came with one that was used"
    assert not lets_in(won[0])
