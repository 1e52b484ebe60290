"""What follows from what Django and allauth tell of, and from a person's end."""

from functools import partial
from importlib import import_module
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import avatars, sessions
from accounts.models import User
from accounts.signals import session_ended, user_deleting


@receiver(authenticator_added, dispatch_uid="accounts.remember_that_it_was_shown")
def remember_that_it_was_shown(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """Who has just switched one on need not show it once more in the same session."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver(user_logged_in, dispatch_uid="accounts.note_session")
def note_session(request: HttpRequest, user: User, **_: Any) -> None:
    sessions.note(request, user)


@receiver(user_logged_out, dispatch_uid="accounts.end_session")
def end_session(request: HttpRequest, user: User | None, **_: Any) -> None:
    """Django ends it right after this; what is told of it should be true already."""
    if user is not None:
        sessions.leave_by(request)


@receiver(post_save, sender=User, dispatch_uid="accounts.end_refused_sessions")
def end_refused_sessions(
    instance: User, created: bool, update_fields: frozenset[str] | None, **_: Any
) -> None:
    if not created and (update_fields is None or update_fields & {"password", "is_active"}):
        sessions.end_refused(instance)


@receiver(post_delete, sender=UserSession, dispatch_uid="accounts.end_with_its_row")
def end_with_its_row(instance: UserSession, **_: Any) -> None:
    """What the cache holds goes after the commit: until then, whoever asks would put it there again."""
    key = instance.session_key
    Session.objects.filter(session_key=key).delete()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    transaction.on_commit(lambda: store().delete(key))
    session_ended.send(UserSession, user_id=instance.user_id, key=key)


@receiver(post_delete, sender=User, dispatch_uid="accounts.delete_avatar")
def delete_avatar(instance: User, **_: Any) -> None:
    """The picture goes with the person, whoever deletes them."""
    if instance.avatar:
        transaction.on_commit(partial(avatars.discard, instance.avatar), robust=True)


@receiver(user_deleting)
def forget_name_in_the_log(user: User, **_: Any) -> None:
    """What administrators did to the account stays written down, but not whose it was."""
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )
    about.update(object_id=None, object_repr="an account that is gone")
