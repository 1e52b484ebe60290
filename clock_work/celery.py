"""The Celery application of web, worker and beat."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clock_work.settings")

app = Celery("clock_work")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
