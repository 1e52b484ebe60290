"""What was opened with a token or a log-in is closed when that lets in nobody any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from api.credentials import Credential
from api.models import LogIn, Token, good_ones
from tests.api.clients import make_token

PAST = timedelta(seconds=-1)


def make_log_in(user: User) -> LogIn:
    expires_at = timezone.now() + timedelta(days=1)
    return LogIn.objects.create(user=user, auth_hash=user.get_session_auth_hash(), expires_at=expires_at)


def disable(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: User) -> None:
    user.set_password("another battery staple")
    user.save()


def test_good_ones_are_told_from_others(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    good = {make_token(owner)[0].credential, make_log_in(owner).credential, make_token(owner)[0].credential}
    others = {Credential("token", "999"), Credential("log-in", "4fa5bd20-4ec8-4d61-8a35-6d2d0eb65d3d")}
    with django_assert_num_queries(2):
        assert good_ones(good | others) == good


@pytest.mark.parametrize(
    "end",
    [
        lambda owner: Token.objects.all().delete(),
        lambda owner: Token.objects.update(expires_at=timezone.now() + PAST),
        disable,
    ],
)
def test_a_token_that_is_none_any_more(end: Callable[[User], object], owner: User) -> None:
    token = make_token(owner)[0].credential
    assert good_ones([token]) == {token}
    end(owner)
    assert good_ones([token]) == set()


@pytest.mark.parametrize(
    "end",
    [
        lambda owner: LogIn.objects.all().delete(),
        lambda owner: LogIn.objects.update(expires_at=timezone.now() + PAST),
        disable,
        change_password,
    ],
)
def test_a_log_in_that_is_over(end: Callable[[User], object], owner: User) -> None:
    log_in = make_log_in(owner).credential
    assert good_ones([log_in]) == {log_in}
    end(owner)
    assert good_ones([log_in]) == set()
