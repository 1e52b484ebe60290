"""What has to be done for accounts now and then."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Every log-in leaves a row behind; those that have expired open nothing any more."""
    call_command("clearsessions")
