"""Words about points in time."""

from datetime import datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def has_passed(moment: datetime) -> bool:
    """Whether it is over: what was to be done then is done any moment now."""
    return moment <= timezone.now()
