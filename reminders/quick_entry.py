"""What was understood of a line of quick add, kept from when it is shown until it is saved."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from reminders.quick_add import NotUnderstood, Understood, understand
from reminders.snoozing import in_words
from tasks.door import Schedule
from tasks.words import describe

SALT = "reminders.quick_add"
SHOWN_FOR = 24 * 3600  # seconds
UNTITLED = "Reminder"
MOMENTS = ("starts", "ends_at")


@dataclass(frozen=True)
class Entry:
    """A line as it was understood at one moment: what is shown is what is saved, also a while later."""

    line: str
    title: str
    schedule: Schedule
    assumed_time: bool = False

    @classmethod
    def of(cls, line: str, user: User) -> Self:
        """Raises ValidationError in words for people."""
        try:
            found: Understood = understand(line, timezone.now(), user.time_zone)
        except NotUnderstood as error:
            raise ValidationError(str(error)) from error
        return cls(line, found.title, found.schedule, found.assumed_time)

    def signed(self, user: User) -> str:
        """The entry as a form carries it."""
        return signing.dumps({"user": user.pk, **asdict(self)}, salt=SALT, serializer=_Serializer)

    @classmethod
    def shown(cls, signed: str, line: str, user: User) -> Self | None:
        """The entry that was shown to the user for this line; None if there was none, or long ago."""
        try:
            entry = signing.loads(signed, salt=SALT, max_age=SHOWN_FOR, serializer=_Serializer)
        except signing.BadSignature:
            return None
        if entry.pop("user") != user.pk or entry["line"] != line:
            return None
        return cls(**{**entry, "schedule": Schedule(**entry["schedule"])})

    def in_words(self, user: User) -> dict[str, Any]:
        """What the page says of it."""
        now = timezone.now()
        moment = self.schedule.after(now)
        return {
            "title": self.title,
            "words": "" if self.schedule.is_once else describe(self.schedule),
            "moment": moment,
            "when": in_words(moment, now, user.zone) if moment else "",
            "assumed_time": self.assumed_time,
        }


class _Serializer:
    """JSON in which the moments of a schedule are told from text."""

    def dumps(self, entry: dict[str, Any]) -> bytes:
        schedule = entry["schedule"]
        written = {name: schedule[name] and schedule[name].isoformat() for name in MOMENTS}
        return signing.JSONSerializer().dumps({**entry, "schedule": {**schedule, **written}})

    def loads(self, data: bytes) -> dict[str, Any]:
        entry: dict[str, Any] = signing.JSONSerializer().loads(data)
        schedule = entry["schedule"]
        read = {name: schedule[name] and datetime.fromisoformat(schedule[name]) for name in MOMENTS}
        return {**entry, "schedule": {**schedule, **read}}
