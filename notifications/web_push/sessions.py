"""Sessions, as far as browsers that take pushes are tied to them."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from notifications.models import PushSubscription


def is_signed_in(subscription: PushSubscription) -> bool:
    """Whether its user still is, where it was made: the session must exist, be theirs, and know their present
    password."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(subscription.session_key)
    return get_user(request) == subscription.user


def fingerprint(session: SessionBase) -> str:
    """By what scripts can tell two sessions apart; it opens neither."""
    return salted_hmac("notifications.sessions", session.session_key or "").hexdigest()[:16]
