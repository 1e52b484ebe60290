"""The three of the demo: somebody who looks around, a friend of theirs, and who runs the site."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress

from accounts.models import User
from clock_work.demo.clock import ZONE, days_ago

NAMES = DEMO, FRIEND, STAFF = "demo", "demo-friend", "demo-staff"
DOMAIN = "example.org"


@dataclass(frozen=True)
class People:
    demo: User
    friend: User
    staff: User


def invite(password: str) -> People:
    """Make the three accounts, which were here for some time. None of them may be there."""
    return People(
        demo=_account(DEMO, password),
        friend=_account(FRIEND, password),
        staff=_account(STAFF, password, is_staff=True, is_superuser=True),
    )


def _account(name: str, password: str, **rights: bool) -> User:
    user = User.objects.create_user(
        name,
        f"{name}@{DOMAIN}",
        password,
        time_zone=ZONE,
        date_joined=days_ago(60, 10),
        **rights,
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def are_there() -> bool:
    """Whether a demo was made before."""
    return User.objects.filter(username=DEMO, email=f"{DEMO}@{DOMAIN}").exists()


def taken() -> list[str]:
    """The usernames of the three that somebody has, in whatever letters, or whose addresses somebody has."""
    return [
        name
        for name in NAMES
        if User.objects.filter(username__iexact=name).exists()
        or User.objects.filter(email__iexact=f"{name}@{DOMAIN}").exists()
    ]


def give_password(password: str) -> None:
    """Let the three log in with this one."""
    for user in User.objects.filter(username__in=NAMES, email__endswith=f"@{DOMAIN}"):
        user.set_password(password)
        user.save(update_fields=["password"])
