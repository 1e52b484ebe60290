"""Words about points in time."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

register = template.Library()

A_MOMENT = timedelta(seconds=5)


@register.filter
def has_passed(moment: datetime) -> bool:
    """Whether it is over: what was to be done then is done any moment now."""
    return moment <= timezone.now()


@register.filter
def is_ahead(moment: datetime) -> bool:
    """Whether there is time until then; our clock and the database's, of which it is, differ by moments."""
    return moment > timezone.now() + A_MOMENT
