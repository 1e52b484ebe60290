"""Plain functions that make what tests are about."""

from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User

PASSWORD = "correct horse battery staple"


def make_user(username: str = "owner", *, verified: bool = True, **fields: Any) -> User:
    """Somebody with an account; their address is `<username>@example.com` unless given."""
    email = fields.pop("email", f"{username}@example.com")
    user = User.objects.create_user(username, email, fields.pop("password", PASSWORD), **fields)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
    return user
