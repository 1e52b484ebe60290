"""The buttons of an occurrence, on any page."""

from typing import Any

from django import template

from reminders.buttons import buttons
from reminders.models import Occurrence

register = template.Library()


@register.inclusion_tag("reminders/_live_buttons.html", takes_context=True)
def occurrence_buttons(context: dict[str, Any], occurrence: Occurrence) -> dict[str, Any]:
    """Done and Snooze, or what became of it, kept up to date; no queries for one that is `with_buttons()`."""
    return {**buttons(occurrence), "csrf_token": context.get("csrf_token")}
