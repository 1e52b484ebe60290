"""What programs leave behind does not pile up."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from api.idempotency import KEPT_FOR
from api.models import IdempotentRequest, LogIn, Token
from clock_work.celery import app
from tests.api.clients import make_token
from tests.api.log_ins import lets_in, pair_of

pytestmark = pytest.mark.django_db


def clear() -> None:
    app.loader.import_default_modules()  # as a worker does
    app.tasks[settings.CELERY_BEAT_SCHEDULE["clear what programs left"]["task"]]()


def test_log_ins_that_have_expired_are_cleared_and_no_others(owner: User) -> None:
    pair_of(owner)
    LogIn.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    pair = pair_of(owner)
    clear()
    assert LogIn.objects.count() == 1
    assert lets_in(pair)


def test_tokens_are_shown_for_a_month_after_they_expired(owner: User) -> None:
    now = timezone.now()
    for name, days in {"long ago": -31, "lately": -29, "to come": 1}.items():
        make_token(owner, name, expires_at=now + timedelta(days=days))
    make_token(owner, "never")
    clear()
    assert set(Token.objects.values_list("name", flat=True)) == {"lately", "to come", "never"}


def test_requests_are_forgotten_when_their_answer_is_given_no_more(owner: User) -> None:
    for key, age in {"old": KEPT_FOR, "new": timedelta(hours=23)}.items():
        entry = IdempotentRequest.objects.create(caller=f"user:{owner.pk}", key=key, user=owner)
        IdempotentRequest.objects.filter(pk=entry.pk).update(created_at=timezone.now() - age)
    clear()
    assert [entry.key for entry in IdempotentRequest.objects.all()] == ["new"]
