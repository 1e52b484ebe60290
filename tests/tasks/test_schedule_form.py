"""Asking for a schedule: what each choice means, what is refused where it was typed, what is shown before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tasks.forms import REPETITIONS, ScheduleForm
from tasks.recurrence import Schedule
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TUESDAY = {"date": "2030-01-08", "time": "08:30", "time_zone": "Europe/Berlin", "ends": "never"}


def form_of(user: User, **typed: Any) -> ScheduleForm:
    return ScheduleForm({"repeat": "once", **TUESDAY, **typed}, user=user)


def typed_by(user: User, **typed: Any) -> Schedule:
    form = form_of(user, **typed)
    assert form.is_valid(), form.errors
    return form.schedule


@pytest.mark.parametrize(
    ("typed", "rrule"),
    [
        ({"repeat": "once"}, ""),
        ({"repeat": "daily"}, "FREQ=DAILY"),
        ({"repeat": "daily", "interval": "3"}, "FREQ=DAILY;INTERVAL=3"),
        ({"repeat": "weekdays", "interval": "3"}, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ({"repeat": "weekly"}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"repeat": "weekly", "interval": "2", "days": ["TU", "SA"]}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA"),
        ({"repeat": "monthly"}, "FREQ=MONTHLY;BYMONTHDAY=8"),
        ({"repeat": "monthly_weekday"}, "FREQ=MONTHLY;BYDAY=2TU"),
        ({"repeat": "monthly_last_weekday"}, "FREQ=MONTHLY;BYDAY=-1TU"),
        ({"repeat": "monthly_last"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ({"repeat": "yearly"}, "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=8"),
    ],
)
def test_each_repetition_is_a_rule_that_begins_on_the_date(
    owner: User, typed: dict[str, Any], rrule: str
) -> None:
    schedule = typed_by(owner, **typed)
    assert (schedule.rrule, schedule.time_zone) == (rrule, "Europe/Berlin")
    assert schedule.starts is not None
    assert schedule.starts >= datetime(2030, 1, 8, 8, 30)


def test_a_crontab_stays_a_crontab(owner: User) -> None:
    schedule = typed_by(owner, repeat="crontab", crontab="*/15  9 * * MON-FRI", date="", time="")
    assert (schedule.crontab, schedule.starts) == ("*/15 9 * * MON-FRI", None)


def test_it_can_end_after_a_day_or_a_number_of_times(owner: User) -> None:
    on = typed_by(owner, repeat="daily", ends="on", end_date="2030-01-10")
    after = typed_by(owner, repeat="daily", ends="after", count="3")
    now = timezone.now()
    assert on.upcoming(now, 9) == after.upcoming(now, 9)
    assert len(on.upcoming(now, 9)) == 3
    assert after.max_runs == 3


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"date": "2020-01-08"}, "date"),
        ({"date": "2030-02-30"}, "date"),
        ({"date": ""}, "date"),
        ({"time": "25:00"}, "time"),
        ({"time": ""}, "time"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"repeat": "sometimes"}, "repeat"),
        ({"repeat": "crontab", "crontab": ""}, "crontab"),
        ({"repeat": "crontab", "crontab": "0 9 30 2 *"}, "crontab"),
        ({"repeat": "crontab", "crontab": "nine o'clock"}, "crontab"),
        ({"repeat": "daily", "interval": "0"}, "interval"),
        ({"repeat": "daily", "ends": "on", "end_date": ""}, "end_date"),
        ({"repeat": "daily", "ends": "on", "end_date": "2029-12-31"}, "end_date"),
        ({"repeat": "daily", "ends": "after", "count": ""}, "count"),
        ({"repeat": "daily", "ends": "after", "count": "1001"}, "count"),
        ({"repeat": "daily", "ends": "after", "count": "2", "date": "2020-01-08"}, "count"),
        ({"repeat": "weekly", "days": ["XX"]}, "days"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(owner: User, typed: dict[str, Any], field: str) -> None:
    form = form_of(owner, **typed)
    assert not form.is_valid()
    assert list(form.errors) == [field]


@pytest.mark.parametrize("repeat", [name for name in REPETITIONS if name != "crontab"])
def test_what_was_stored_is_shown_again(owner: User, repeat: str) -> None:
    schedule = typed_by(owner, repeat=repeat, ends="after", count="5")
    shown = ScheduleForm(user=owner, schedule=schedule)
    assert shown["repeat"].initial == repeat
    again = {name: field.initial for name, field in ((each.name, each) for each in shown)}
    form = ScheduleForm({name: value for name, value in again.items() if value is not None}, user=owner)
    assert form.is_valid(), form.errors
    assert form.schedule == schedule


def test_a_rule_that_the_form_cannot_show_stays_as_it_is(owner: User) -> None:
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    stored = Schedule("Europe/Berlin", datetime(2030, 1, 8, 8, 30), rrule=rule).settled()
    form = ScheduleForm({"repeat": "as_it_is", "time_zone": "Asia/Tokyo"}, user=owner, schedule=stored)
    assert form.is_valid(), form.errors
    assert (form.schedule.rrule, form.schedule.time_zone) == (stored.rrule, "Asia/Tokyo")
    assert not ScheduleForm({"repeat": "as_it_is", "time_zone": "Asia/Tokyo"}, user=owner).is_valid()


def test_seconds_that_were_set_are_kept(owner: User) -> None:
    stored = Schedule.at(datetime(2030, 1, 8, 8, 30, 15, tzinfo=UTC), "UTC")
    assert 'value="08:30:15"' in str(ScheduleForm(user=owner, schedule=stored)["time"])


def preview_of(client: Client, user: User, **typed: Any) -> str:
    client.force_login(user)
    answer = client.post("/tasks/schedule/preview/", {"repeat": "once", **TUESDAY, **typed})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_next_five_are_shown_in_the_readers_zone(client: Client) -> None:
    reader = make_user("reader", time_zone="Asia/Kolkata")
    shown = preview_of(client, reader, repeat="daily")
    assert "Every day at 08:30" in shown
    assert shown.count("<li") == 5
    assert "Tue 8 Jan 2030, 13:00" in shown
    assert "Tue 08:30 in Europe/Berlin" in shown


def test_days_on_which_clocks_change_are_flagged(client: Client) -> None:
    reader = make_user("reader", time_zone="Europe/Berlin")
    spring = preview_of(client, reader, repeat="daily", date="2030-03-30", time="02:30")
    assert "Clocks go forward by 1 hour that day." in spring
    assert "02:30 does not exist then, so it is at 03:00." in spring
    autumn = preview_of(client, reader, repeat="daily", date="2030-10-26", time="02:30")
    assert "Clocks go back by 1 hour that day." in autumn
    howe = preview_of(client, reader, date="2030-10-06", time="02:15", time_zone="Australia/Lord_Howe")
    assert "Clocks go forward by 30 minutes that day in Australia/Lord_Howe." in howe
    assert "02:15 does not exist then, so it is at 02:30." in howe


def test_what_is_wrong_is_said_instead(client: Client, owner: User) -> None:
    assert "That time has passed." in preview_of(client, owner, date="2020-01-08")


def test_one_that_is_near_its_end_shows_fewer(client: Client, owner: User) -> None:
    shown = preview_of(client, owner, repeat="daily", ends="after", count="2")
    assert (shown.count("<li"), "And then no more." in shown) == (2, True)


def test_a_time_that_is_just_ahead_is_accepted(owner: User) -> None:
    soon = timezone.now() + timedelta(minutes=2)
    schedule = typed_by(owner, date=f"{soon:%Y-%m-%d}", time=f"{soon:%H:%M}", time_zone="UTC")
    assert schedule.after(timezone.now()) == soon.replace(second=0, microsecond=0)
