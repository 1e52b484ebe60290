"""Sessions that have expired do not pile up."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import User
from clock_work.celery import app
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_daily_job_clears_those_that_have_expired_and_no_others(client: Client, owner: User) -> None:
    client.force_login(make_user("long_ago"))
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    Client().force_login(owner)
    assert Session.objects.count() == UserSession.objects.count() == 2
    app.loader.import_default_modules()  # as a worker does
    app.tasks[settings.CELERY_BEAT_SCHEDULE["clear sessions"]["task"]]()
    assert [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()] == [str(owner.pk)]
    assert UserSession.objects.get().user == owner
