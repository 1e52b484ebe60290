"""One person per name and per address, whatever the case."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("username", "email", "message"),
    [
        ("OWNER", "other@example.com", "This username is taken."),
        ("other", "Owner@Example.com", "An account with this e-mail address exists already."),
        ("other", "", "This field cannot be blank."),
    ],
)
def test_a_clear_error_comes_first(owner: User, username: str, email: str, message: str) -> None:
    user = User(username=username, email=email, password="!")
    with pytest.raises(ValidationError) as refused:
        user.full_clean()
    assert message in refused.value.messages


@pytest.mark.parametrize(
    ("username", "email"), [("OWNER", "other@example.com"), ("other", "OWNER@example.com"), ("other", "")]
)
def test_and_the_database_refuses(owner: User, username: str, email: str) -> None:
    with pytest.raises(IntegrityError):
        make_user(username, email=email)
