"""A schedule as programs write it and read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import zones
from api.fields import MomentField, in_utc
from tasks.clock import database_now
from tasks.models import OVER, Task
from tasks.recurrence import MOST_RUNS, SECOND, YEARS, Schedule, ScheduleError, resolve
from tasks.words import describe

WAYS = ("run_at", "crontab", "rrule")
FIELDS = (*WAYS, "starts", "timezone", "ends_at", "max_runs")
BESIDE_RUN_AT = ("starts", "ends_at", "max_runs")
WALL_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?", re.ASCII)
LONGEST_TEXT = 200
SECONDS_OF_A_YEAR = 366 * 86_400
ONE_WAY = "Give one of run_at, crontab and rrule."
ENDED = "By then it would be over."


@extend_schema_field({"type": "string", "pattern": f"^{WALL_CLOCK.pattern}$"})
class WallClockField(serializers.CharField):
    """A date and time as a clock on the wall shows it."""

    default_error_messages = {  # noqa: RUF012 - DRF's own way
        "wall_clock": "Write it like 2026-11-25T09:00:00, by the clock of the timezone and without an offset."
    }

    def to_internal_value(self, data: Any) -> datetime:  # type: ignore[override]
        typed = super().to_internal_value(data)
        if not WALL_CLOCK.fullmatch(typed):
            self.fail("wall_clock")
        try:
            return datetime.fromisoformat(typed)
        except ValueError:
            self.fail("wall_clock")


class ScheduleInput(serializers.Serializer[Any]):
    """Fields that say when, in a body or a query.

    Once they are checked, `schedule` is in their place: settled and with a firing to come, or None when none
    of them was given. When only a part of a thing is written, it is there if any of them is named.
    """

    run_at = MomentField(required=False, allow_null=True, help_text="Once, at this moment.")
    crontab = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=LONGEST_TEXT,
        help_text="Repeating: minute, hour, day of month, month, day of week.",
    )
    rrule = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=LONGEST_TEXT,
        help_text="Repeating: the RRULE of RFC 5545, such as `FREQ=WEEKLY;BYDAY=MO,FR`. Needs `starts`.",
    )
    starts = WallClockField(
        required=False,
        allow_null=True,
        help_text="By the clock of the timezone: when a rule begins, with its time of day; "
        "or before which a crontab does not run.",
    )
    timezone = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=64,
        validators=[zones.validate_time_zone],
        help_text="The IANA name of the zone whose clock it follows; yours when left out.",
    )
    ends_at = MomentField(
        required=False, allow_null=True, help_text="The last moment at which something that repeats may run."
    )
    max_runs = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MOST_RUNS,
        help_text="How many times it runs. With `ends_at`, too, whichever comes first ends it.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = {name: attrs.pop(name) for name in FIELDS if name in attrs}
        if named or not self.partial:
            attrs["schedule"] = self._schedule(named)
        return attrs

    def _schedule(self, named: Mapping[str, Any]) -> Schedule | None:
        given = {name: value for name, value in named.items() if value is not None}
        if not given and not self.partial:
            return None
        _check_combination(given, named)
        now = database_now()
        time_zone: str = given.get("timezone") or self.context["request"].user.time_zone
        with in_its_fields(is_once="run_at" in given):
            if "run_at" in given:
                return _once(given["run_at"], time_zone, now)
            return _repeating(given, time_zone, now)


class TaskScheduleInput(ScheduleInput):
    """With what becomes of runs that could not begin on time."""

    missed = serializers.ChoiceField(
        Task.Missed.choices,
        required=False,
        help_text="What becomes of times that came while nothing ran; `latest` when left out.",
    )
    expires_after = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=SECONDS_OF_A_YEAR,
        help_text="Seconds after which it is too late to begin a run.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        checked = super().validate(attrs)
        if not self.partial and checked["schedule"] is None:
            for name in ("missed", "expires_after"):
                if checked.pop(name, None) is not None:
                    raise serializers.ValidationError({name: ["It goes with a schedule."]})
        return checked


class ScheduleOutput(serializers.Serializer[Schedule]):
    """One of `run_at`, `crontab` and `rrule` is there, the others are null."""

    run_at = MomentField(allow_null=True)
    crontab = serializers.CharField(allow_null=True)
    rrule = serializers.CharField(allow_null=True)
    starts = WallClockField(allow_null=True)
    timezone = serializers.CharField()
    ends_at = MomentField(allow_null=True)
    max_runs = serializers.IntegerField(allow_null=True)
    words = serializers.CharField(help_text="The same for people.")

    def to_representation(self, schedule: Schedule) -> dict[str, Any]:
        return shown_schedule(schedule)


def shown_schedule(schedule: Schedule) -> dict[str, Any]:
    starts, is_once = schedule.starts, schedule.is_once
    return {
        "run_at": in_utc(resolve(starts, schedule.zone)) if starts and is_once else None,
        "crontab": schedule.crontab or None,
        "rrule": schedule.rrule or None,
        "starts": starts.isoformat() if starts and not is_once else None,
        "timezone": schedule.time_zone,
        "ends_at": schedule.ends_at and in_utc(schedule.ends_at),
        "max_runs": schedule.max_runs,
        "words": describe(schedule),
    }


@contextmanager
def in_its_fields(*, is_once: bool) -> Iterator[None]:
    """Under the names that programs write: what is wrong with a schedule, as it or the door of `tasks` says.

    `is_once`: whether it was given by `run_at`.
    """
    names = {"time_zone": "timezone", **({"starts": "run_at"} if is_once else {})}
    try:
        yield
    except ScheduleError as error:
        raise ValidationError({names.get(error.field, error.field): [str(error)]}) from error
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        named = {names.get(field, field): each for field, each in error.message_dict.items()}
        raise ValidationError(named) from error


def _check_combination(given: Mapping[str, Any], named: Mapping[str, Any]) -> None:
    ways = [name for name in WAYS if name in given]
    if not ways:
        raise _refused(next(iter(given or named)), f"It makes no schedule by itself. {ONE_WAY}")
    if len(ways) > 1:
        raise _refused(ways[1], ONE_WAY)
    if "run_at" in given:
        for name in BESIDE_RUN_AT:
            if name in given:
                raise _refused(name, "It does not go with run_at, which is one time.")
    if "rrule" in given and "starts" not in given:
        raise _refused("starts", "Say when the rule begins, such as 2026-11-25T09:00:00.")


def _once(moment: datetime, time_zone: str, now: datetime) -> Schedule:
    if moment <= now:
        raise ScheduleError("starts", OVER)
    if moment.year not in YEARS:
        raise ScheduleError("starts", f"The year must be from {YEARS[0]} to {YEARS[-1]}.")
    return Schedule.at(moment, time_zone).settled()


def _repeating(given: Mapping[str, Any], time_zone: str, now: datetime) -> Schedule:
    parts = {name: given[name] for name in ("starts", "crontab", "rrule", "ends_at") if name in given}
    schedule = Schedule(time_zone, **parts)
    schedule = _ended(schedule, given["max_runs"], now) if "max_runs" in given else schedule.settled()
    if schedule.after(now) is None:
        raise ScheduleError("max_runs" if schedule.max_runs else "ends_at", ENDED)
    return schedule


def _ended(schedule: Schedule, max_runs: int, now: datetime) -> Schedule:
    """Settled, with an end after so many times, or at its own one where that comes first."""
    starts = schedule.starts or (now + SECOND).astimezone(schedule.zone).replace(tzinfo=None)
    counted = replace(schedule, starts=starts, max_runs=max_runs).settled()
    if schedule.ends_at and counted.ends_at and schedule.ends_at < counted.ends_at:
        return schedule.settled()
    return counted


def _refused(field: str, message: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [message]})
