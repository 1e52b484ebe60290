"""Very many users at once."""

from django.contrib.auth.hashers import make_password

from accounts.models import User


def make_people(count: int) -> list[User]:
    """They cannot log in with a password."""
    return User.objects.bulk_create(
        User(
            username=f"person{number}",
            email=f"person{number}@example.com",
            usercode=f"{number:06}",
            password=make_password(None),
        )
        for number in range(count)
    )
