"""What has to be done for accounts now and then."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.core.management import call_command
from django.template.loader import render_to_string

from accounts import avatars
from accounts.abandoned_sessions import forget_sessions_of_nobody


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Every log-in leaves rows behind; those that have expired open nothing any more, nor do those of people
    who have left."""
    call_command("clearsessions")
    forget_sessions_of_nobody()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


@shared_task(name="accounts.clean_up_avatars")
def clean_up_avatars() -> None:
    """Pictures of processes that were killed before they wrote whose it is, and of nobody any more."""
    avatars.discard_orphans()


@shared_task(name="accounts.say_goodbye", ignore_result=True)
def say_goodbye(username: str, address: str) -> None:
    """The last letter to somebody whose account is gone. No row holds it: of them, none is left."""
    context = {"username": username, "site_url": settings.SITE_URL}
    subject = render_to_string("accounts/email/deleted_subject.txt", context).strip()
    send_mail(subject, render_to_string("accounts/email/deleted_message.txt", context), None, [address])
