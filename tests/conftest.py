"""The cast: an owner, a friend of theirs, and a stranger."""

import pytest

from accounts.models import User
from tests.factories import make_user


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def friend(db: None) -> User:
    return make_user("friend")


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("stranger")
