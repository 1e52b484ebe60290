"""The same as rows of django-celery-beat, fired by its own scheduler."""

from datetime import UTC, datetime, timedelta

from django_celery_beat.models import CrontabSchedule, PeriodicTask

from bench.scheduling.arrivals import Arrivals
from bench.scheduling.copies import store_copies
from bench.scheduling.house import House
from bench.scheduling.lateness import Lateness

SCHEDULER = "Stock"
TASK = "bench.nothing"
MINUTE = timedelta(minutes=1)
MINUTES_OF_A_DAY = 1440
MINUTES_OF_MEASURING = 40
SECONDS_TO_GET_READY = 25


def fill(count: int) -> None:
    """Daily, every five minutes of the day but the coming ones: while it is measured, nothing is due.

    Its reload takes the longer the more different crontabs there are, and people like round times.
    """
    now = datetime.now(UTC)
    minutes = range(MINUTES_OF_MEASURING, MINUTES_OF_A_DAY, 5)
    _store([_daily(now + number * MINUTE) for number in minutes], count)


def change(number: int) -> None:
    """What an application does whose user wants to be reminded."""
    crontab = CrontabSchedule.objects.order_by("pk")[number]
    PeriodicTask.objects.create(name=f"change {number}", task=TASK, crontab=crontab)


def lateness_together(house: House, count: int, patience: float) -> Lateness:
    """Of rows that are due in the same minute, and the only ones; waits so many seconds for them."""
    due = (datetime.now(UTC) + timedelta(seconds=SECONDS_TO_GET_READY) + MINUTE).replace(
        second=0, microsecond=0
    )
    _store([_daily(due)], count)
    with house.beat(SCHEDULER) as beat, Arrivals(house.broker_url, TASK) as arrivals:
        beat.seconds_to_first_tick()
        if datetime.now(UTC) >= due:
            raise RuntimeError("Beat was not ready when they were due")
        arrivals.wait_for(count, until=due.timestamp() + patience)
    return Lateness.of(count, (moment - due.timestamp() for moment in arrivals.moments.values()))


def _daily(moment: datetime) -> CrontabSchedule:
    return CrontabSchedule(minute=str(moment.minute), hour=str(moment.hour), timezone="UTC")


def _store(crontabs: list[CrontabSchedule], count: int) -> None:
    CrontabSchedule.objects.bulk_create(crontabs)
    first = PeriodicTask.objects.create(name="number 0", task=TASK, args="[[0]]", crontab=crontabs[0])
    columns = {
        "name": "'number ' || number",
        "args": "'[[' || number || ']]'",
        "crontab_id": "(%(crontabs)s)[1 + number %% array_length(%(crontabs)s, 1)]",
    }
    store_copies(first, count - 1, columns, crontabs=[crontab.pk for crontab in crontabs])
