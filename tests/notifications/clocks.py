"""A clock that is set by hand, with a Beat and a worker that do at each moment what is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks import engine
from tasks.firing import fire_due
from tasks.models import Run, Task


@dataclass
class Clock:
    now: datetime

    def passes(self, **amount: float) -> None:
        self.goes_to(self.now + timedelta(**amount))

    def goes_to(self, moment: datetime) -> None:
        """On to the moment, which is later, while whatever is due on the way happens at its time."""
        while (due := Task.objects.scheduled().first()) and due.next_run_at and due.next_run_at <= moment:
            self.now = max(self.now, due.next_run_at)
            work()
        self.now = moment
        work()

    def jumps_to(self, moment: datetime) -> None:
        """Nothing runs meanwhile; what was due happens late."""
        self.now = moment
        work()


def work() -> None:
    """Fire all that is due, and carry out all there is to do."""
    fire_due()
    while pending := list(Run.objects.filter(state=Run.State.PENDING).order_by("pk")):
        for run in pending:
            engine.execute(run.pk)
