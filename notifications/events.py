"""What there is to be told of, and how people are told as long as they have not chosen otherwise.

Each app registers its own events when it is loaded; what is stored is their names.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

OTHER = "other"


class Email(models.TextChoices):
    OFF = "off", "No"
    NOW = "now", "At once"
    DIGEST = "digest", "In the daily digest"


@dataclass(frozen=True)
class Event:
    """Something people are told of.

    `in_app`, `email`, `push` and `in_quiet_hours` are the defaults; `fixed` names those of them that are not
    for choosing, with the words that stand in the place of the choice.
    """

    name: str
    title: str
    about: str
    in_app: bool = True
    email: Email = Email.OFF
    push: bool = True
    in_quiet_hours: bool = False
    fixed: tuple[tuple[str, str], ...] = ()


registry: dict[str, Event] = {}


def register(event: Event) -> str:
    """Add it to what people can choose from, below those before it; gives its name."""
    if event.name in registry:
        raise ValueError(f"there is an event {event.name!r} already")
    registry[event.name] = event
    return event.name


def event_named(name: str) -> Event:
    """The event; for one only another version knows, what holds for anything else."""
    return registry.get(name) or registry[OTHER]


TASK_FAILED = register(
    Event("task.failed", "A task failed", "Or came too late to begin.", email=Email.NOW, in_app=True)
)
TASK_FINISHED = register(Event("task.finished", "A task finished", "One that you started yourself."))
SCHEDULED_FINISHED = register(
    Event(
        "task.finished.scheduled",
        "A scheduled task finished",
        "One that its schedule started.",
        email=Email.DIGEST,
        push=False,
    )
)
SCHEDULE_FAILED = register(
    Event(
        "schedule.failed",
        "A schedule was paused",
        "As its next time could not be told.",
        email=Email.NOW,
    )
)
BROADCAST = register(
    Event(
        "broadcast",
        "An announcement",
        "From the people who run this site.",
        push=False,
        fixed=(("in_app", "Always"), ("email", "No"), ("push", "No")),
    )
)
register(Event(OTHER, "Anything else", "Whatever has no line of its own."))
