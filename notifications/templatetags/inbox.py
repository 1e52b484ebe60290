"""What of the inbox every page shows."""

from django import template
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from notifications.models import Notification
from notifications.versions import versions_of

register = template.Library()


@register.simple_tag
def unread_count(user: User | AnonymousUser) -> int:
    return Notification.objects.visible_to(user).unread().count()


@register.simple_tag
def inbox_version(user: User | AnonymousUser) -> str:
    """Of the inbox as it is shown from here on; to be asked for before what is shown is read."""
    return "" if user.pk is None else versions_of([user.pk])[user.pk]
