"""What has to be done for the API now and then."""

from datetime import timedelta

from celery import shared_task
from django.db.models.functions import Now

from api.idempotency import forget_old_ones
from api.models import LogIn, Token

TOKENS_KEPT_FOR = timedelta(days=30)  # after they expired: somebody may wonder why a program stopped


@shared_task(name="api.clear_old")
def clear_old() -> None:
    """Log-ins and tokens that have expired, and requests whose answer is given no more, only take up room."""
    LogIn.objects.filter(expires_at__lte=Now()).delete()
    Token.objects.filter(expires_at__lte=Now() - TOKENS_KEPT_FOR).delete()
    forget_old_ones()
