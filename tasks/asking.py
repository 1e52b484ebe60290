"""What programs ask for, of whatever kind.

An app whose pages do more than the door of `tasks`, when they ask for a kind of its own, registers in its
`asking.py` how that is taken in; so what programs ask for is the same as what people do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.models import User
from tasks.door import schedule, start
from tasks.kinds import Kind, Params
from tasks.models import Task
from tasks.recurrence import Schedule

P = TypeVar("P", bound=Params)


@dataclass(frozen=True)
class Order(Generic[P]):
    """What `owner` asks for: at once without a `schedule`. The rest is as the door of `tasks` takes it."""

    owner: User
    kind: Kind[P]
    params: P
    title: str = ""
    description: str = ""
    schedule: Schedule | None = None
    missed: str = Task.Missed.LATEST
    expires_after: int | None = None

    @property
    def when(self) -> Schedule:
        """The schedule, for a kind that makes no sense at once; raises ValidationError when there is none."""
        if self.schedule is None:
            raise ValidationError({"starts": ["Say when."]})
        return self.schedule

    def accept(self, *, title: str = "", about: Model | None = None) -> Task:
        """By the door of `tasks`, in the caller's transaction; `title` is for an order that has none."""
        name, words = self.kind.name, self.title or title
        if self.schedule is None:
            run = start(
                name,
                owner=self.owner,
                params=self.params,
                title=words,
                description=self.description,
                about=about,
            )
            return run.task
        return schedule(
            name,
            owner=self.owner,
            params=self.params,
            schedule=self.schedule,
            title=words,
            description=self.description,
            about=about,
            missed=self.missed,
            expires_after=self.expires_after,
        )


TakeIn = Callable[[Order[P]], Task]
_ways: dict[str, TakeIn[Any]] = {}


def taken_in_by(kind: str) -> Callable[[TakeIn[P]], TakeIn[P]]:
    """Register the decorated function: it makes the task of an order of this kind, or raises
    ValidationError({field: [message, …]}) as the door of `tasks` does."""

    def register(take_in: TakeIn[P]) -> TakeIn[P]:
        _ways[kind] = take_in
        return take_in

    return register


def ask(order: Order[Any]) -> Task:
    """Make the task that is asked for. Raises ValidationError by field: of the parameters, the schedule or
    the order."""
    return _ways.get(order.kind.name, Order.accept)(order)
