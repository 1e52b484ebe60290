"""Browser push, as pages offer it."""

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from notifications.models import PushSubscription
from notifications.web_push.sessions import fingerprint
from notifications.web_push.vapid import is_configured, public_key

register = template.Library()


@register.simple_tag
def web_push_is_offered() -> bool:
    return is_configured()


@register.simple_tag
def web_push_attributes(request: HttpRequest) -> str | SafeString:
    """What the scripts of a page need: the key to subscribe with, and by what they know another session."""
    if not is_configured():
        return ""
    return format_html(
        ' data-push-key="{}" data-push-session="{}"', public_key(), fingerprint(request.session)
    )


@register.simple_tag
def other_browsers(request: HttpRequest) -> list[PushSubscription]:
    """Those that the user lets us push to, without the one that asks."""
    mine = PushSubscription.objects.visible_to(request.user)
    return list(mine.exclude(session_key=request.session.session_key or "").order_by("-created_at"))
