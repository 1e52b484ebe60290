"""Whom one may write to: names offered while one types."""

from collections.abc import Iterator

from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from mail.models import Delivery

SHORTEST_NAME = 3
OFFERED = 8
NAMES_OFFERED = 5
LOOK_UPS_PER_MINUTE = 60

Suggestion = dict[str, str]


def suggestions(user: User, typed: str) -> list[Suggestion]:
    """Up to eight recipients for the beginning of a word: people written to before, and users.

    An address is offered only to those who typed it once before. Of the users, nobody is offered for less
    than three letters of their name, so that the list of all is not to be had.
    """
    offered: dict[str, Suggestion] = {}
    for suggestion in _all(user, typed.strip()):
        offered.setdefault(suggestion["value"].lower(), suggestion)
    return list(offered.values())[:OFFERED]


def may_look_up(user: User) -> bool:
    """Whether this is one of the look-ups the user has in a minute."""
    key = f"recipients:{user.pk}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=90)
    try:
        return cache.incr(key) <= LOOK_UPS_PER_MINUTE
    except ValueError:  # the cache is away, or dropped it just now
        return True


def _all(user: User, typed: str) -> Iterator[Suggestion]:
    name = typed.removeprefix("@")
    yield from _written_to(user, name)
    for person in User.objects.called([typed] if typed else []).values():
        found_by_name = person.username.lower() == name.lower()
        hint = "" if found_by_name else f"Usercode {person.usercode_grouped}"
        yield {"value": person.username, "hint": hint}
    if len(name) >= SHORTEST_NAME:
        people = User.objects.reachable().filter(username__istartswith=name).order_by("username")
        for person in people[:NAMES_OFFERED]:
            yield {"value": person.username, "hint": ""}


def _written_to(user: User, typed: str) -> Iterator[Suggestion]:
    """Recipients of one's own e-mails, the last first, as one named them."""
    mine = Delivery.objects.visible_to(user)
    by_address = mine.filter(by_name=False, address__icontains=typed).values_list("address")
    by_name = mine.filter(by_name=True, user__is_active=True, user__username__istartswith=typed)
    last = [
        row
        for found in (by_address, by_name.values_list("user__username"))
        for row in found.annotate(last=Max("pk")).order_by("-last")[:OFFERED]
    ]
    for value, _ in sorted(last, key=lambda row: -row[1]):
        yield {"value": value, "hint": "You wrote to them before"}
