"""Beat's scheduler: it keeps looking, whatever is broken or away, and fixed jobs go on."""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from celery import Celery
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from redis import Redis

from accounts import publishing
from accounts.models import User
from accounts.publishing import Broker
from tasks.models import Heartbeat, Run
from tasks.recurrence import Schedule
from tasks.scheduler import LONGEST_SLEEP, Scheduler
from tests.servers import ValkeyServer, valkey_server, wait_until
from tests.tasks.firings import due_times, second, stored
from tests.tasks.kinds import handled_by

pytestmark = pytest.mark.django_db(transaction=True)

FIXED_JOBS = {"sweep runs", "clear sessions", "record who was seen"}
ENOUGH_FOR_A_TICK = 12.0  # a frozen broker is waited for twice: 5 s for a run, and 5 s for a fixed job


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture
def app(server: ValkeyServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Celery]:
    """As Beat has it, with a broker that the test can take away."""
    app = Celery("clock_work", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=server.url)
    monkeypatch.setattr(publishing, "broker", Broker(app))
    with handled_by(lambda run: None):
        yield app
    app.close()


def messages(server: ValkeyServer) -> int:
    with Redis.from_url(server.url) as redis:
        return int(redis.llen("short"))


def jobs_sent(server: ValkeyServer) -> list[str]:
    """The names of the fixed jobs that wait for a worker."""
    with Redis.from_url(server.url) as redis:
        sent = [json.loads(message)["headers"] for message in redis.lrange("short", 0, -1)]
    return [headers["periodic_task_name"] for headers in sent if "periodic_task_name" in headers]


def make_daily(due_at: datetime, last_run_at: datetime) -> PeriodicTask:
    """A job that operators added."""
    crontab = CrontabSchedule.objects.create(minute=str(due_at.minute), hour=str(due_at.hour))
    return PeriodicTask.objects.create(
        name="daily", task="tasks.sweep", crontab=crontab, last_run_at=last_run_at
    )


def tick_often(scheduler: Scheduler) -> None:
    """It starts one fixed job at a time."""
    for _ in range(10):
        scheduler.tick()


def an_hour_passes() -> None:
    """Since the fixed jobs last ran."""
    PeriodicTask.objects.update(last_run_at=timezone.now() - timedelta(hours=1))


def test_it_is_set_up_again_and_again_without_doubling_anything(app: Celery) -> None:
    for _ in range(3):
        assert set(Scheduler(app=app).schedule) >= FIXED_JOBS
    assert PeriodicTask.objects.filter(name__in=FIXED_JOBS).count() == len(FIXED_JOBS)
    assert IntervalSchedule.objects.count() == len(FIXED_JOBS)


def test_it_fires_what_is_due_and_starts_fixed_jobs(app: Celery, server: ValkeyServer, owner: User) -> None:
    Scheduler(app=app)
    an_hour_passes()
    scheduler = Scheduler(app=app)
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    assert 0 <= scheduler.tick() <= LONGEST_SLEEP
    assert (len(due_times(task)), messages(server)) == (1, 2)
    assert Heartbeat.objects.get(name="scheduler").at > second(-10)


def test_it_sleeps_until_the_next_one_is_due(app: Celery, owner: User) -> None:
    scheduler = Scheduler(app=app)
    stored(owner, Schedule.at(second(3600), "UTC"))
    assert scheduler.tick() == LONGEST_SLEEP
    task = stored(owner, Schedule.at(second(2), "UTC"))
    wait_until(lambda: scheduler.tick() < LONGEST_SLEEP, 5, interval=0.05)
    wait_until(lambda: scheduler.tick() >= 0 and due_times(task), 5, interval=0.01)
    run = Run.objects.get()
    assert run.published_at
    assert timedelta() <= run.published_at - run.due_at


def test_a_daily_job_that_was_missed_while_no_beat_ran_is_made_good(
    app: Celery, server: ValkeyServer
) -> None:
    due_at = timezone.now() - timedelta(hours=3)
    make_daily(due_at, last_run_at=due_at - timedelta(days=1))
    scheduler = Scheduler(app=app)
    tick_often(scheduler)
    assert jobs_sent(server).count("daily") == 1


@pytest.mark.parametrize("broken", ["crontab", "zone", "schedule", "arguments"])
def test_a_fixed_job_that_cannot_be_understood_stops_no_other(
    app: Celery, server: ValkeyServer, broken: str
) -> None:
    Scheduler(app=app)
    crontab = CrontabSchedule.objects.create(minute="99" if broken == "crontab" else "*")
    if broken == "zone":
        with connection.cursor() as cursor:  # as one that a newer machine knows; Django would refuse it
            cursor.execute(
                "UPDATE django_celery_beat_crontabschedule SET timezone = 'Mars/Olympus' WHERE id = %s",
                [crontab.pk],
            )
    PeriodicTask.objects.bulk_create(
        [
            PeriodicTask(
                name="broken",
                task="tasks.sweep",
                crontab=None if broken == "schedule" else crontab,
                headers="not JSON" if broken == "arguments" else "{}",
            )
        ]
    )
    an_hour_passes()
    scheduler = Scheduler(app=app)
    assert set(scheduler.schedule) >= FIXED_JOBS
    assert "broken" not in scheduler.schedule
    scheduler.tick()
    assert messages(server) == 1


@pytest.mark.parametrize("how", ["kill", "pause"])
def test_a_daily_job_that_comes_due_without_the_broker_is_started_once_it_is_back(
    app: Celery, server: ValkeyServer, how: str
) -> None:
    due_at = timezone.now() - timedelta(minutes=1)
    daily = make_daily(due_at, last_run_at=due_at - timedelta(days=1))
    scheduler = Scheduler(app=app)
    getattr(server, how)()
    scheduler.tick()
    assert publishing.broker.is_away()
    began = time.monotonic()
    scheduler.tick()
    assert time.monotonic() - began < 1, "a broker that is known to be away is not waited for"
    daily.refresh_from_db()
    assert daily.total_run_count == 0
    server.start() if how == "kill" else server.resume()
    wait_until(lambda: scheduler.tick() >= 0 and "daily" in jobs_sent(server), 30, interval=0.2)
    tick_often(scheduler)
    daily.refresh_from_db()
    assert daily.total_run_count == 1


@pytest.mark.parametrize("how", ["kill", "pause"])
def test_without_the_broker_it_goes_on_making_runs_and_publishes_them_later(
    app: Celery, server: ValkeyServer, owner: User, how: str
) -> None:
    scheduler = Scheduler(app=app)
    scheduler.tick()
    getattr(server, how)()
    an_hour_passes()
    task = stored(owner, Schedule.at(second(-1), "UTC"))
    began = time.monotonic()
    scheduler.tick()
    assert time.monotonic() - began < ENOUGH_FOR_A_TICK
    assert len(due_times(task)) == 1
    assert not Run.objects.filter(published_at__isnull=False).exists()
    server.start() if how == "kill" else server.resume()
    wait_until(
        lambda: scheduler.tick() >= 0 and Run.objects.filter(published_at__isnull=False).exists(),
        30,
        interval=0.2,
    )
    assert messages(server) >= 1
    assert len(due_times(task)) == 1
