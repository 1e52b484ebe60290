"""What of the inbox every page shows."""

from django import template
from django.template import Context

from notifications.inbox.bell import Bell

register = template.Library()


@register.simple_tag(takes_context=True)
def bell_of_user(context: Context) -> Bell:
    """The one the view read before its own rows, if it did: its version is not too new for them."""
    bell: Bell = context.get("bell") or Bell.of(context["user"])
    return bell
