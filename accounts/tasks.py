"""What has to be done for accounts now and then."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command

from accounts import avatars


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Every log-in leaves rows behind; those that have expired open nothing any more."""
    call_command("clearsessions")
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


@shared_task(name="accounts.clean_up_avatars")
def clean_up_avatars() -> None:
    """Pictures of processes that were killed before they wrote whose it is, and of nobody any more."""
    avatars.discard_orphans()
