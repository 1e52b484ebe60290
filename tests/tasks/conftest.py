import pytest

from accounts.models import User


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("owner", "owner@example.com")
