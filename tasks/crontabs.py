"""Crontabs, on wall-clock time. `cronsim` understands them and walks them by the rules of Debian's cron."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cronsim import CronSim, CronSimError

LONGEST_TEXT = 200
SECOND = timedelta(seconds=1)
SOME_LEAP_YEAR = datetime(2000, 1, 1)
DAYS_OF_MONTH = {str(day) for day in range(1, 32)}
FIELDS = ("minute", "hour", "day-of-month", "month", "day-of-week")
NEVER = "There is no day on which this could ever be."
NOT_UNDERSTOOD = "This crontab is not understood."
MACROS = {
    "@HOURLY": "0 * * * *",
    "@DAILY": "0 0 * * *",
    "@MIDNIGHT": "0 0 * * *",
    "@WEEKLY": "0 0 * * 0",
    "@MONTHLY": "0 0 1 * *",
    "@YEARLY": "0 0 1 1 *",
    "@ANNUALLY": "0 0 1 1 *",
}


class CrontabError(ValueError):
    """Its text tells people what is wrong with a crontab."""


@dataclass(frozen=True)
class Crontab:
    """A crontab that was understood; `text` has its five fields apart by single spaces."""

    text: str

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, typed: str) -> Crontab:
        """Understand what somebody typed. Raises CrontabError, also for what can never be."""
        if len(typed) > LONGEST_TEXT:
            raise CrontabError(f"A crontab has at most {LONGEST_TEXT} characters.")
        fields = MACROS.get(typed.strip().upper(), typed.upper()).split()
        if len(fields) != len(FIELDS):
            raise CrontabError("A crontab has five fields: minute, hour, day of month, month, day of week.")
        crontab = cls(" ".join(fields))
        try:
            next(CronSim(crontab.text, SOME_LEAP_YEAR))
        except CronSimError as error:
            raise CrontabError(_explained(str(error), fields)) from error
        except StopIteration as error:
            raise CrontabError(NEVER) from error
        except (ValueError, AssertionError, TypeError) as error:  # what cronsim's parser stumbles over
            raise CrontabError(NOT_UNDERSTOOD) from error
        return crontab

    @property
    def goes_by_elapsed_time(self) -> bool:
        """Whether it means “every so often”, and not certain hours of the day."""
        minute, hour, *_ = self.text.split()
        return minute.startswith("*") or hour.startswith("*")

    def after(self, wall: datetime) -> Iterator[datetime]:
        """Its times after `wall`, in order."""
        return CronSim(self.text, wall)

    def back_from(self, wall: datetime) -> Iterator[datetime]:
        """Its times at `wall` and before it, the last one first."""
        return CronSim(self.text, wall.replace(microsecond=0) + SECOND, reverse=True)


def _explained(message: str, fields: list[str]) -> str:
    name = message.removeprefix("Bad ")
    if name not in FIELDS:
        return NOT_UNDERSTOOD
    typed = fields[FIELDS.index(name)]
    if name == "day-of-month" and all(part in DAYS_OF_MONTH for part in typed.split(",")):
        return NEVER
    return f"“{typed[:40]}” is not understood as {name.replace('-', ' ')}."
