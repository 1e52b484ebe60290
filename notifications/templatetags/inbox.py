"""What of the inbox every page shows."""

from django import template
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from notifications.models import Notification

register = template.Library()


@register.simple_tag
def unread_count(user: User | AnonymousUser) -> int:
    return Notification.objects.visible_to(user).unread().count()
