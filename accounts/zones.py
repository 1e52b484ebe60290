"""Time zones: which names we know, and which of them we offer."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError


@cache
def known() -> frozenset[str]:
    """All IANA names, old spellings included, since browsers still report those."""
    return frozenset(available_timezones() - {"Factory", "localtime", "posixrules"})


@cache
def offered() -> tuple[str, ...]:
    """The names worth choosing from: places, and UTC."""
    places = {name for name in known() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))}
    return ("UTC", *sorted(places))


def validate_time_zone(name: str) -> None:
    """Accept IANA names alone."""
    if name not in known():
        raise ValidationError(
            "“%(name)s” is not a time zone we know.", code="unknown_zone", params={"name": name}
        )
