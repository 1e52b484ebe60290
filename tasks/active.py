"""A run in a worker's hands: what its handler sees and does."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from django.conf import settings

from accounts.models import User
from tasks.clock import in_seconds
from tasks.errors import CancellationRequested, LeaseLost, Stopping
from tasks.kinds import Kind, Params
from tasks.lease import Lease
from tasks.models import Run, Task
from tasks.signals import run_progressed

P = TypeVar("P", bound=Params)
T = TypeVar("T")

SECONDS_BETWEEN_SAVES = 0.2

# Made before the workers fork, so that the parent's shutdown is seen in every child. It has no lock: a child
# that is killed while it holds one would leave all the others waiting for it for ever.
stop_requested = multiprocessing.RawValue("b", 0)


class ActiveRun(Generic[P]):
    """A claimed run. Its handler reports progress on it and asks it, before each step, whether to go on."""

    def __init__(self, row: Run, lease: Lease) -> None:
        self.row = row
        self.lease = lease
        self._next_save = time.monotonic() + SECONDS_BETWEEN_SAVES

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def task(self) -> Task:
        return self.row.task

    @property
    def owner(self) -> User:
        return self.row.task.owner

    @property
    def kind(self) -> Kind[P]:
        return self.row.task.kind

    @cached_property
    def params(self) -> P:
        return self.kind.params.model_validate(self.task.params)

    def track(self, items: Sequence[T]) -> Iterator[T]:
        """Yield the items, counting them as done one by one; stops (by raising) when the run must stop."""
        self.report(0, len(items))
        for index, item in enumerate(items, start=1):
            self.check()
            yield item
            self.report(index)

    def report(self, done: int, total: int | None = None) -> None:
        """Say how far the work is; it is saved and pushed at most a few times a second."""
        self.row.done = done
        if total is not None:
            self.row.total = total
        if time.monotonic() >= self._next_save:
            self.save()

    def check(self) -> None:
        """Raise if the handler must stop before its next step."""
        if stop_requested.value:
            raise Stopping
        if not self.lease.is_held():
            raise LeaseLost
        if time.monotonic() >= self._next_save:
            self.save()

    def save(self) -> None:
        """Write the progress, renew the lease with it, and learn whether the run was cancelled or taken over.

        Raises CancellationRequested or LeaseLost.
        """
        self._next_save = time.monotonic() + SECONDS_BETWEEN_SAVES
        mine = Run.objects.filter(pk=self.pk, claim=self.lease.claim)
        if not mine.update(
            done=self.row.done, total=self.row.total, claimed_until=in_seconds(settings.TASKS_LEASE_SECONDS)
        ):
            self.lease.lost = True
            raise LeaseLost
        self.lease.renewed()
        if mine.filter(cancel_requested_at__isnull=False).exists():
            raise CancellationRequested
        run_progressed.send(Run, run=self.row)


def request_stop() -> None:
    """Ask all handlers of this worker to hand their runs back before their next step."""
    stop_requested.value = 1
