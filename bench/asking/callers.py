"""Somebody with many tasks, of three of which one repeats and two were done, and somebody with none."""

from dataclasses import dataclass

from accounts.models import User
from bench.instruments.people import make_people
from tasks.clock import database_now
from tasks.models import Run, Task
from tasks.recurrence import Schedule
from tests.api.clients import make_token

WEEKDAYS = Schedule("Europe/Vienna", crontab="30 9 * * MON-FRI")
REPEATING = 3


@dataclass(frozen=True)
class Caller:
    """`token` is its secret."""

    user: int
    token: str


def make_callers(tasks: int) -> tuple[Caller, Caller]:
    """The first has so many tasks. The second makes some, which do not come into the lists of the first."""
    owner, maker = make_people(2)
    made = Task.objects.bulk_create(_task(owner, number) for number in range(tasks))
    Run.objects.bulk_create(
        Run(task=task, state=Run.State.COMPLETED, tries_left=0, finished_at=database_now()) for task in made
    )
    return Caller(owner.pk, make_token(owner)[1]), Caller(maker.pk, make_token(maker)[1])


def _task(owner: User, number: int) -> Task:
    task = Task(
        owner=owner, kind_name="reminder", title=f"Stand-up {number}", description="What did you find?"
    )
    if number % REPEATING == 0:
        task.schedule = WEEKDAYS.settled()
        task.next_run_at = WEEKDAYS.after(database_now())
    return task
