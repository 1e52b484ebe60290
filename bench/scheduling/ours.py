"""Reminders, kept as tasks and fired by `tasks.scheduler`."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from bench.instruments.people import make_people
from bench.scheduling.arrivals import Arrivals
from bench.scheduling.copies import store_copies
from bench.scheduling.house import House
from bench.scheduling.lateness import Lateness
from reminders.door import remind
from tasks.door import Schedule
from tasks.models import Run, Task

SCHEDULER = "Ours"
OWNERS = 1_000
ZONE = "Europe/Berlin"
SINGLES = 200
SECONDS_BETWEEN_SINGLES = 0.25
DAY = timedelta(days=1)


def make_owners() -> None:
    make_people(OWNERS)


def fill(count: int) -> None:
    """Weekly reminders, which begin at moments spread over the coming year."""
    tomorrow = _now() + DAY
    _copy(_remind(tomorrow, rrule="FREQ=WEEKLY"), count - 1, tomorrow, 364 * DAY / count)


def change(number: int) -> None:
    """What a user does who wants to be reminded."""
    _remind(_now() + 7 * DAY + timedelta(seconds=number))


def lateness_together(house: House, count: int) -> Lateness:
    """Of weekly reminders that are due in the same second, beside what is stored."""
    weekly = _remind(_now() + DAY, rrule="FREQ=WEEKLY")
    with _arrivals(house) as arrivals:
        due = _now() + timedelta(seconds=5)
        _copy(weekly, count, due, timedelta())
        if _now() >= due:
            raise RuntimeError("storing them took until they were due")
        arrivals.wait_for(count, until=due.timestamp() + 60)
    return _lateness(arrivals, count, Run.objects.filter(due_at=due))


def lateness_of_singles(house: House) -> Lateness:
    """Of reminders that are stored one after the other, each some seconds before it is due."""
    chance = random.Random(1)
    tasks = []
    with _arrivals(house) as arrivals:
        for _ in range(SINGLES):
            tasks.append(_remind(_now() + timedelta(seconds=chance.randint(3, 8))).pk)
            time.sleep(SECONDS_BETWEEN_SINGLES)
        arrivals.wait_for(SINGLES, until=time.time() + 60)
    return _lateness(arrivals, SINGLES, Run.objects.filter(task__in=tasks))


@contextmanager
def _arrivals(house: House) -> Iterator[Arrivals]:
    """What Beat sends once it is up."""
    with house.beat(SCHEDULER) as beat:
        beat.seconds_to_first_tick()
        with Arrivals(house.broker_url, "tasks.execute") as arrivals:
            yield arrivals


def _lateness(arrivals: Arrivals, count: int, runs: QuerySet[Run]) -> Lateness:
    due = dict(runs.values_list("pk", "due_at"))
    return Lateness.of(count, (moment - due[run].timestamp() for run, moment in arrivals.moments.items()))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _remind(moment: datetime, *, rrule: str = "") -> Task:
    wall = moment.astimezone(Schedule(ZONE).zone).replace(tzinfo=None)
    owner = User.objects.order_by("pk")[0]
    return remind(owner, title="Call the bank", schedule=Schedule(ZONE, wall, rrule))


def _copy(task: Task, count: int, first: datetime, step: timedelta) -> None:
    moment = "date_trunc('second', %(first)s + number * %(step)s)"
    columns = {
        "owner_id": "(%(owners)s)[1 + number %% array_length(%(owners)s, 1)]",
        "next_run_at": moment,
        "starts": f"to_char({moment} AT TIME ZONE time_zone, 'YYYY-MM-DD\"T\"HH24:MI:SS')",
    }
    owners = list(User.objects.values_list("pk", flat=True))
    store_copies(task, count, columns, owners=owners, first=first, step=step)
