"""Several reminders at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.requests import to_numbers
from reminders.models import Reminder
from tasks.models import Task

MOST = 200


@dataclass(frozen=True)
class Outcome:
    """How many it was done to, and the titles of those it could not be done to."""

    done: int
    refused: list[str]


ACTIONS: dict[str, Callable[[Reminder], object]] = {
    "pause": Reminder.pause,
    "resume": Reminder.resume,
    "delete": Reminder.delete,
}
PARTICIPLES = {"pause": "paused", "resume": "resumed", "delete": "deleted"}


def chosen(user: User, keys: Iterable[str]) -> list[Reminder]:
    """The user's own among those with these keys, whatever else was typed."""
    return list(Reminder.objects.visible_to(user).filter(pk__in=to_numbers(keys)[:MOST]).order_by("pk"))


def act(action: str, reminders: Iterable[Reminder]) -> Outcome:
    """Do one of ACTIONS to each of them by itself, so that one that refuses holds up no other."""
    done, refused = 0, []
    for reminder in reminders:
        try:
            ACTIONS[action](reminder)
            done += 1
        except ValidationError:
            refused.append(reminder.title)
        except Task.DoesNotExist:  # deleted meanwhile
            continue
    return Outcome(done, refused)


def in_words(action: str, outcome: Outcome) -> str:
    """Such as "3 reminders were paused." """
    if outcome.done == 1:
        return f"One reminder was {PARTICIPLES[action]}."
    return f"{outcome.done} reminders were {PARTICIPLES[action]}."
