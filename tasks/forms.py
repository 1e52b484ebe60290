"""How people are asked for a schedule: as calendars ask, and by a crontab for those who like it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from accounts import zones
from accounts.models import User
from tasks.clock import database_now
from tasks.models import OVER
from tasks.recurrence import MOST_RUNS, Schedule, ScheduleError, resolve
from tasks.rules import WEEKDAYS, Rule
from tasks.words import DAYS, describe

REPETITIONS = {
    "once": "Once",
    "daily": "Every day",
    "weekdays": "Every weekday, Monday to Friday",
    "weekly": "Every week, on chosen days",
    "monthly": "Every month, on this date",
    "monthly_weekday": "Every month, on this weekday, such as the second Tuesday",
    "monthly_last_weekday": "Every month, on the last such weekday",
    "monthly_last": "Every month, on its last day",
    "yearly": "Every year",
    "crontab": "By a crontab",
}
AS_IT_IS = "as_it_is"
FIELDS = {
    "starts": "date",
    "rrule": "repeat",
    "crontab": "crontab",
    "time_zone": "time_zone",
    "ends_at": "end_date",
    "max_runs": "count",
}


class ScheduleForm(forms.Form):
    """`schedule` is there after `is_valid()`: settled, and with a firing to come."""

    repeat = forms.ChoiceField(label="Repeat", initial="once")
    date = forms.DateField(
        label="Date",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Of the first time, when it repeats.",
        error_messages={"invalid": "There is no such date."},
    )
    time = forms.TimeField(
        label="Time", required=False, error_messages={"invalid": "There is no such time of day."}
    )
    interval = forms.IntegerField(
        label="Every how many", required=False, min_value=1, max_value=1000, initial=1,
        help_text="Days, weeks, months or years: 2 for every second.",
    )  # fmt: skip
    days = forms.MultipleChoiceField(
        label="On",
        required=False,
        choices=list(zip(WEEKDAYS, DAYS, strict=True)),
        widget=forms.CheckboxSelectMultiple,
    )
    crontab = forms.CharField(
        label="Crontab",
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text="Minute, hour, day of month, month, day of week. With both days given, either will do.",
    )
    ends = forms.ChoiceField(
        label="Ends",
        choices=[("never", "Never"), ("on", "On a date"), ("after", "After a number of times")],
        initial="never",
        required=False,
    )
    end_date = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "There is no such date."},
    )
    count = forms.IntegerField(label="Number of times", required=False, min_value=1, max_value=MOST_RUNS)
    time_zone = forms.CharField(
        label="Time zone",
        max_length=64,
        validators=[zones.validate_time_zone],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="The clock it follows, also when clocks change there.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        schedule: Schedule | None = None,
        prefix: str | None = None,
    ) -> None:
        zone = schedule.time_zone if schedule else user.time_zone
        super().__init__(data, prefix=prefix, initial={"time_zone": zone, **initial_of(schedule)})
        self.stored = schedule
        self.zones = zones.offered()
        choices = list(REPETITIONS.items())
        if schedule and self.initial.get("repeat") == AS_IT_IS:
            choices.insert(0, (AS_IT_IS, f"As it is: {describe(schedule)}"))
        self.fields["repeat"].choices = choices  # type: ignore[attr-defined]
        self.fields["time"].widget = _time_input(self.initial.get("time"))
        list_id = f"{self.prefix or 'schedule'}-zones"
        self.fields["time_zone"].widget.attrs["list"] = self.zones_id = list_id

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._require(data)
        if not self.errors:
            try:
                data["schedule"] = self._settled(data)
            except ScheduleError as error:
                self.add_error(FIELDS.get(error.field, NON_FIELD_ERRORS), str(error))
        return data

    @property
    def schedule(self) -> Schedule:
        schedule: Schedule = self.cleaned_data["schedule"]
        return schedule

    def _require(self, data: Mapping[str, Any]) -> None:
        """Ask for what the chosen repetition needs, and for nothing else."""
        repeat, ends = data.get("repeat"), data.get("ends")
        needed = {"crontab": "crontab"} if repeat == "crontab" else {"date": "date", "time": "time of day"}
        if repeat == AS_IT_IS:
            needed = {}
        if repeat != "once":
            needed |= {"on": {"end_date": "last day"}, "after": {"count": "number of times"}}.get(
                ends or "", {}
            )
        for field, name in needed.items():
            if data.get(field) in {None, ""} and field not in self.errors:
                self.add_error(field, ValidationError(f"Give the {name}.", code="required"))

    def _settled(self, data: Mapping[str, Any]) -> Schedule:
        now = database_now()
        schedule = self._typed(data, now).settled()
        if schedule.after(now) is None:
            if schedule.is_once:
                raise ScheduleError("starts", OVER)
            raise ScheduleError("max_runs" if schedule.max_runs else "ends_at", "By then it would be over.")
        return schedule

    def _typed(self, data: Mapping[str, Any], now: datetime) -> Schedule:
        zone = data["time_zone"]
        repeat = data["repeat"]
        if repeat == AS_IT_IS and self.stored:
            starts, rrule, crontab = self.stored.starts, self.stored.rrule, self.stored.crontab
        elif repeat == "crontab":
            starts, rrule, crontab = self._start_of_crontab(data, now), "", data["crontab"]
        else:
            starts, crontab = datetime.combine(data["date"], data["time"]), ""
            rrule = rule_of(repeat, starts, data.get("interval") or 1, data.get("days") or [])
        schedule = Schedule(zone, starts, rrule, crontab)
        if repeat == "once":
            return schedule
        if data["ends"] == "after":
            return Schedule(zone, starts, rrule, crontab, max_runs=data["count"])
        if data["ends"] == "on":
            last_second = datetime.combine(data["end_date"] + timedelta(days=1), time())
            ends_at = resolve(last_second, schedule.zone) - timedelta(seconds=1)
            return Schedule(zone, starts, rrule, crontab, ends_at=ends_at)
        return schedule

    def _start_of_crontab(self, data: Mapping[str, Any], now: datetime) -> datetime | None:
        """What a number of times is counted from: from when it was first asked for."""
        if data["ends"] != "after":
            return None
        if self.stored and self.stored.crontab and self.stored.starts:
            return self.stored.starts
        return timezone.make_naive(now, ZoneInfo(data["time_zone"]))


def rule_of(repeat: str, starts: datetime, interval: int, days: list[str]) -> str:
    """The RRULE of one of REPETITIONS that begins at `starts`; empty for "once"."""
    weekday, nth = WEEKDAYS[starts.weekday()], (starts.day + 6) // 7
    parts = {
        "once": "",
        "daily": "FREQ=DAILY",
        "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "weekly": f"FREQ=WEEKLY;BYDAY={','.join(days or [weekday])}",
        "monthly": f"FREQ=MONTHLY;BYMONTHDAY={starts.day}",
        "monthly_weekday": f"FREQ=MONTHLY;BYDAY={nth}{weekday}",
        "monthly_last_weekday": f"FREQ=MONTHLY;BYDAY=-1{weekday}",
        "monthly_last": "FREQ=MONTHLY;BYMONTHDAY=-1",
        "yearly": f"FREQ=YEARLY;BYMONTH={starts.month};BYMONTHDAY={starts.day}",
    }[repeat]
    return f"{parts};INTERVAL={interval}" if interval > 1 and repeat not in {"once", "weekdays"} else parts


def initial_of(schedule: Schedule | None) -> dict[str, Any]:
    """What the form shows for a stored schedule."""
    if schedule is None:
        return {}
    shown: dict[str, Any] = {"repeat": "crontab" if schedule.crontab else "once", "crontab": schedule.crontab}
    if schedule.starts:
        shown |= {"date": schedule.starts.date(), "time": schedule.starts.time()}
    if schedule.rrule and schedule.starts:
        shown |= _initial_of_rule(Rule.parse(schedule.rrule), schedule.starts)
    if schedule.max_runs:
        shown |= {"ends": "after", "count": schedule.max_runs}
    elif schedule.ends_at:
        shown |= {"ends": "on", "end_date": schedule.ends_at.astimezone(schedule.zone).date()}
    return shown


def _initial_of_rule(rule: Rule, starts: datetime) -> dict[str, Any]:
    days = [WEEKDAYS[day] for day, _ in rule.weekdays or ()]
    shown = {"interval": rule.interval, "days": days if rule.frequency == "WEEKLY" else []}
    for repeat in list(REPETITIONS)[1:-1]:
        if Rule.parse(rule_of(repeat, starts, rule.interval, days)) == rule.begun(starts):
            return {"repeat": repeat, **shown}
    return {"repeat": AS_IT_IS}


def _time_input(shown: time | None) -> forms.TimeInput:
    """To the minute, or to the second where one is set."""
    if shown and shown.second:
        return forms.TimeInput(format="%H:%M:%S", attrs={"type": "time", "step": "1"})
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})
