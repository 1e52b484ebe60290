"""How people are asked for a schedule: as calendars ask, and by a crontab for those who like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from accounts import zones
from accounts.models import User
from tasks.clock import database_now
from tasks.models import OVER
from tasks.preview import Preview
from tasks.recurrence import MOST_RUNS, SECOND, YEARS, Schedule, ScheduleError, resolve
from tasks.repetitions import AS_IT_IS, REPETITIONS, UNITS, repetition_of, rule_of, weekdays_of
from tasks.rules import WEEKDAYS, Rule
from tasks.words import DAYS, describe

FIELDS = {  # of a schedule, and where each is asked for
    "starts": ("date", "not_before"),
    "rrule": ("repeat",),
    "crontab": ("crontab",),
    "time_zone": ("time_zone",),
    "ends_at": ("end_date",),
    "max_runs": ("count",),
}
BY_DATE = [*(name for name in REPETITIONS if name != "crontab"), AS_IT_IS]
REPEATING = [*(name for name in REPETITIONS if name != "once"), AS_IT_IS]
SHOWN_FOR = {  # the fields that matter for some repetitions alone
    "date": BY_DATE,
    "time": BY_DATE,
    "interval": [*UNITS],
    "days": ["weekly"],
    "crontab": ["crontab"],
    "not_before": ["crontab"],
    "rule": [AS_IT_IS],
    "ends": REPEATING,
    "end_date": REPEATING,
    "count": REPEATING,
}
SHOWN_FOR_END = {"end_date": "on", "count": "after"}
PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


@cache
def _spellings() -> dict[str, str]:
    return {name.casefold(): name for name in zones.known()}


class TimeZoneField(forms.CharField):
    """An IANA name, with capitals and underscores or without."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        return _spellings().get(typed.replace(" ", "_").casefold(), typed)


class DayField(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {"invalid": "There is no such date."}  # noqa: RUF012 - Django's own way


class ScheduleForm(forms.Form):
    """`schedule` is there after `is_valid()`: settled, and with a firing to come.

    The argument `schedule` is what there is already, if anything. What does not matter for the chosen
    repetition is neither asked for nor looked at.
    """

    use_required_attribute = False  # some of them are hidden

    repeat = forms.ChoiceField(label="Repeat")
    rule = forms.CharField(widget=forms.HiddenInput)
    date = DayField(
        label="Date",
        help_text="Of the first time, if it repeats.",
        error_messages={"required": "Give the date."},
    )
    time = forms.TimeField(
        label="Time",
        error_messages={"required": "Give the time of day.", "invalid": "There is no such time of day."},
    )
    interval = forms.IntegerField(
        label="Every", min_value=1, initial=1, error_messages={"required": "Give a number."}
    )
    days = forms.MultipleChoiceField(
        label="On",
        required=False,
        choices=list(zip(WEEKDAYS, DAYS, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: on the weekday of the date.",
    )
    crontab = forms.CharField(
        label="Crontab",
        widget=forms.TextInput(attrs={**PLAIN, "class": "mono", "placeholder": "30 8 * * MON-FRI"}),
        help_text="Minute, hour, day of month, month, day of week. With both days given, either will do.",
        error_messages={"required": "Give the crontab."},
    )
    not_before = DayField(label="Not before", required=False, help_text="Left empty: from now on.")
    ends = forms.ChoiceField(
        label="Ends",
        choices=[("never", "Never"), ("on", "On a date"), ("after", "After a number of times")],
        initial="never",
    )
    end_date = DayField(label="Last day", error_messages={"required": "Give the last day."})
    count = forms.IntegerField(
        label="Number of times",
        min_value=1,
        max_value=MOST_RUNS,
        error_messages={"required": "Give the number of times."},
    )
    time_zone = TimeZoneField(
        label="Time zone",
        max_length=64,
        validators=[zones.validate_time_zone],
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        schedule: Schedule | None = None,
        prefix: str | None = None,
    ) -> None:
        self.user, self.stored = user, _sound(schedule)
        self.suggested = self.stored or _in_about_an_hour(user)
        super().__init__(data, prefix=prefix, initial=initial_of(self.suggested))
        self.zones = zones.offered()
        self.fields["repeat"].choices = list(self._choices())  # type: ignore[attr-defined]
        self.fields["time"].widget = _time_input(str(self["time"].value() or ""))
        zone = self.fields["time_zone"]
        zone.widget.attrs["list"] = self.zones_id = f"{self.prefix or 'schedule'}-zones"
        zone.help_text = f"The clock it follows, also when clocks change there. Yours is {user.time_zone}."

    def clean_interval(self) -> int:
        interval: int = self.cleaned_data["interval"]
        unit = UNITS.get(self.cleaned_data.get("repeat", ""))
        if unit and interval > unit.longest:
            raise ValidationError(f"It can be up to {unit.longest} {unit.name}.")
        return interval

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self._ignored:
            self.errors.pop(name, None)
            data[name] = None
        if not self.errors:
            try:
                data["schedule"] = self._settled(data)
            except ScheduleError as error:
                self.add_error(self._place_of(error.field), str(error))
        return data

    @property
    def schedule(self) -> Schedule:
        schedule: Schedule = self.cleaned_data["schedule"]
        return schedule

    @property
    def preview(self) -> Preview | None:
        """Of what is typed, or of what there is already; None while something is wrong."""
        if not self.is_bound:
            return Preview.of(self.suggested, self.user)
        return Preview.of(self.schedule, self.user) if self.is_valid() else None

    @property
    def problems(self) -> list[str]:
        return [str(message) for messages in self.errors.values() for message in messages]

    @property
    def shown_for(self) -> dict[str, str]:
        """For which repetitions each field is shown, as `<schedule-fields>` reads it."""
        return {name: " ".join(repetitions) for name, repetitions in SHOWN_FOR.items()}

    @property
    def units(self) -> dict[str, str]:
        """Of the interval, and for which repetitions."""
        names = dict.fromkeys(unit.name for unit in UNITS.values())
        return {name: " ".join(each for each, unit in UNITS.items() if unit.name == name) for name in names}

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in self._ignored]

    def refuse(self, error: ValidationError) -> dict[str, list[str]]:
        """Show at its fields what the door of a task said of the schedule; gives what it said of the rest."""
        rest = error.message_dict
        for name in FIELDS.keys() & rest.keys():
            self.add_error(self._place_of(name), rest.pop(name))
        return rest

    @cached_property
    def _ignored(self) -> set[str]:
        """The fields that do not matter for what is chosen."""
        repeat, ends = self["repeat"].value(), self["ends"].value()
        return {
            name
            for name, repetitions in SHOWN_FOR.items()
            if repeat not in repetitions or SHOWN_FOR_END.get(name, ends) != ends
        }

    def _place_of(self, name: str) -> str:
        """The field at which people read what is wrong with that of a schedule."""
        return next((field for field in FIELDS[name] if field not in self._ignored), NON_FIELD_ERRORS)

    def _choices(self) -> Iterator[tuple[str, str]]:
        if self.initial["repeat"] == AS_IT_IS:
            yield AS_IT_IS, f"As it is: {describe(self.suggested)}"
        elif self["rule"].value():
            yield AS_IT_IS, "As it is"
        yield from REPETITIONS.items()

    def _settled(self, data: Mapping[str, Any]) -> Schedule:
        """The schedule that is asked for; the stored one, to the second, when nothing was changed."""
        now = database_now()
        unchanged = None if self.has_changed() else self.stored
        schedule = unchanged or self._typed(data, now).settled()
        if schedule.after(now) is None:
            if schedule.is_once:
                raise ScheduleError("starts", OVER)
            raise ScheduleError("max_runs" if schedule.max_runs else "ends_at", "By then it would be over.")
        return schedule

    def _typed(self, data: Mapping[str, Any], now: datetime) -> Schedule:
        if data["repeat"] == "crontab":
            schedule = Schedule(data["time_zone"], crontab=data["crontab"])
            schedule = replace(schedule, starts=self._start_of_crontab(schedule, data, now))
        else:
            starts = datetime.combine(data["date"], data["time"])
            rule = data["rule"] or rule_of(data["repeat"], starts, data["interval"] or 1, data["days"] or ())
            schedule = Schedule(data["time_zone"], starts, rule)
        if data["end_date"]:
            return replace(schedule, ends_at=_end_of(data["end_date"], schedule))
        return replace(schedule, max_runs=data["count"])

    def _start_of_crontab(
        self, schedule: Schedule, data: Mapping[str, Any], now: datetime
    ) -> datetime | None:
        """Before which it does not fire, and from which its times are counted."""
        stored = self.stored.starts if self.stored and self.stored.crontab else None
        day: date | None = data["not_before"]
        if day:
            return stored if stored and stored.date() == day else datetime.combine(day, time())
        return (now + SECOND).astimezone(schedule.zone).replace(tzinfo=None) if data["count"] else None


def initial_of(schedule: Schedule) -> dict[str, Any]:
    """What the form shows of a settled schedule."""
    shown: dict[str, Any] = {"time_zone": schedule.time_zone}
    if schedule.crontab:
        starts = schedule.starts and schedule.starts.date()
        shown |= {"repeat": "crontab", "crontab": schedule.crontab, "not_before": starts}
    elif schedule.starts:
        shown |= {"repeat": "once", "date": schedule.starts.date(), "time": schedule.starts.time()}
        if schedule.rrule:
            shown |= _initial_of_rule(Rule.parse(schedule.rrule), schedule.starts)
    if schedule.max_runs:
        shown |= {"ends": "after", "count": schedule.max_runs}
    elif schedule.ends_at:
        shown |= {"ends": "on", "end_date": schedule.ends_at.astimezone(schedule.zone).date()}
    return shown


def _initial_of_rule(rule: Rule, starts: datetime) -> dict[str, Any]:
    repeat = repetition_of(rule, starts)
    if repeat == AS_IT_IS:
        return {"repeat": repeat, "rule": str(rule)}
    return {"repeat": repeat, "interval": rule.interval, "days": weekdays_of(rule, starts)}


def _sound(schedule: Schedule | None) -> Schedule | None:
    """None for what should never have been stored: then it is asked for anew."""
    try:
        return schedule and schedule.settled()
    except ScheduleError:
        return None


def _in_about_an_hour(user: User) -> Schedule:
    """The next full hour of the user's clock that is not just about to come."""
    moment = (database_now() + timedelta(minutes=90)).astimezone(user.zone)
    return Schedule.at(moment.replace(minute=0, second=0, microsecond=0), user.zone.key)


def _end_of(day: date, schedule: Schedule) -> datetime:
    """The last second of the day by the clock of the schedule."""
    if day.year not in YEARS:
        raise ScheduleError("ends_at", f"The year must be from {YEARS[0]} to {YEARS[-1]}.")
    midnight = datetime.combine(day + timedelta(days=1), time())
    return resolve(midnight, schedule.zone) - SECOND


def _time_input(shown: str) -> forms.TimeInput:
    """To the minute, or to the second where one is set."""
    if shown.count(":") == 2 and not shown.endswith(":00"):
        return forms.TimeInput(format="%H:%M:%S", attrs={"type": "time", "step": "1"})
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})
