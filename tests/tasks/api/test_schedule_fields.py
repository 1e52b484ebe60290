"""The fields of a body that say when, and what is wrong with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.models import User
from tasks.api.schedules import ScheduleOutput, TaskScheduleInput
from tasks.clock import database_now
from tasks.recurrence import Schedule
from tests.tasks.firings import second

pytestmark = pytest.mark.django_db

CRONTAB = {"crontab": "0 9 * * mon-fri"}
RULE = {"rrule": "FREQ=DAILY", "starts": "2026-11-25T09:00:00"}
SOON = "2100-01-01T09:00:00Z"
PAST = "2020-01-01T09:00:00Z"
ONE_WAY = "Give one of run_at, crontab and rrule."
ALONE = f"It makes no schedule by itself. {ONE_WAY}"
BESIDE_ONCE = "It does not go with run_at, which is one time."
NOT_A_CLOCK = "Write it like 2026-11-25T09:00:00, by the clock of the timezone and without an offset."


def checked(user: User, body: dict[str, Any], *, partial: bool = False) -> TaskScheduleInput:
    request = Request(APIRequestFactory().post("/"))
    request.user = user
    return TaskScheduleInput(data=body, partial=partial, context={"request": request})


def schedule_of(user: User, **body: Any) -> Schedule:
    serializer = checked(user, body)
    serializer.is_valid(raise_exception=True)
    schedule: Schedule = serializer.validated_data["schedule"]
    return schedule


def test_a_moment_is_kept_by_the_clock_of_its_zone(owner: User) -> None:
    schedule = schedule_of(owner, run_at="2100-01-01T09:00:00+01:00", timezone="Asia/Tokyo")
    assert schedule == Schedule("Asia/Tokyo", datetime(2100, 1, 1, 17))
    assert schedule.after(database_now()) == datetime(2100, 1, 1, 8, tzinfo=UTC)


def test_the_time_zone_is_ones_own_when_it_is_left_out(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Europe/Vienna")
    owner.refresh_from_db()
    assert schedule_of(owner, **CRONTAB).time_zone == "Europe/Vienna"
    assert schedule_of(owner, **CRONTAB, timezone=None).time_zone == "Europe/Vienna"
    assert schedule_of(owner, **CRONTAB, timezone="Asia/Tokyo").time_zone == "Asia/Tokyo"


def test_a_crontab_and_a_rule_come_out_in_their_normal_form(owner: User) -> None:
    assert schedule_of(owner, **CRONTAB).crontab == "0 9 * * MON-FRI"
    rule = schedule_of(owner, rrule="rrule:freq=weekly;byday=mo", starts="2026-11-25T09:00", timezone="UTC")
    assert (rule.rrule, rule.starts) == ("FREQ=WEEKLY;BYDAY=MO", datetime(2026, 11, 30, 9))


def test_a_crontab_counts_its_times_from_now_on(owner: User) -> None:
    schedule = schedule_of(owner, crontab="* * * * *", max_runs=3, timezone="UTC")
    firings = schedule.upcoming(database_now() - timedelta(hours=1), 10)
    assert (len(firings), firings[-1]) == (3, schedule.ends_at)


@pytest.mark.parametrize(
    ("ends_at", "ends_by"),
    [("2100-01-02T00:00:00Z", "ends_at"), ("2100-02-01T00:00:00Z", "max_runs")],
)
def test_of_two_ends_the_first_one_counts(owner: User, ends_at: str, ends_by: str) -> None:
    daily = {"rrule": "FREQ=DAILY", "starts": "2100-01-01T09:00:00", "timezone": "UTC"}
    schedule = schedule_of(owner, **daily, ends_at=ends_at, max_runs=5)
    assert (schedule.max_runs == 5) is (ends_by == "max_runs")
    assert len(schedule.upcoming(database_now(), 9)) == (5 if ends_by == "max_runs" else 1)


def test_without_any_of_them_there_is_none(owner: User) -> None:
    for body in ({}, dict.fromkeys(["run_at", "crontab", "timezone", "max_runs"])):
        serializer = checked(owner, body)
        assert serializer.is_valid()
        assert serializer.validated_data == {"schedule": None}


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"run_at": PAST}, "run_at", "That time has passed."),
        ({"run_at": "2100-01-01T09:00:00"}, "run_at", "Say in which zone: end it with Z, or with an offset"),
        ({"run_at": "9999-12-31T23:59:59.9Z"}, "run_at", "The year must be from 1970 to 9000."),
        ({"run_at": "9999-12-31T23:59:59-23:59"}, "run_at", "Datetime value out of range."),
        ({"run_at": "soon"}, "run_at", "Datetime has wrong format."),
        ({"run_at": SOON, **CRONTAB}, "crontab", ONE_WAY),
        ({**CRONTAB, **RULE}, "rrule", ONE_WAY),
        ({"run_at": SOON, "starts": "2100-01-01T09:00:00"}, "starts", BESIDE_ONCE),
        ({"run_at": SOON, "ends_at": SOON}, "ends_at", BESIDE_ONCE),
        ({"run_at": SOON, "max_runs": 2}, "max_runs", BESIDE_ONCE),
        ({"run_at": SOON, "timezone": "Atlantis"}, "timezone", "“Atlantis” is not a time zone we know."),
        ({"timezone": "UTC"}, "timezone", ALONE),
        ({"starts": "2100-01-01T09:00:00"}, "starts", ALONE),
        ({"ends_at": SOON}, "ends_at", ALONE),
        ({"max_runs": 2}, "max_runs", ALONE),
        ({"missed": "skip"}, "missed", "It goes with a schedule."),
        ({"expires_after": 60}, "expires_after", "It goes with a schedule."),
        ({"crontab": "* * *"}, "crontab", "A crontab has five fields"),
        ({"crontab": "0 0 30 2 *"}, "crontab", "There is no day on which this could ever be."),
        ({"crontab": "*" * 201}, "crontab", "Ensure this field has no more than 200 characters."),
        ({"crontab": ""}, "crontab", "This field may not be blank."),
        ({"crontab": ["0 9 * * *"]}, "crontab", "Not a valid string."),
        ({"rrule": "FREQ=DAILY"}, "starts", "Say when the rule begins"),
        ({**RULE, "rrule": "FREQ=HOURLY"}, "rrule", "Use a crontab for what comes more than once a day."),
        ({**RULE, "starts": "2026-11-25T09:00:00Z"}, "starts", NOT_A_CLOCK),
        ({**RULE, "starts": "2026-11-25"}, "starts", NOT_A_CLOCK),
        ({**RULE, "starts": "2026-02-30T09:00:00"}, "starts", NOT_A_CLOCK),
        ({**RULE, "starts": "0001-01-01T00:00:00"}, "starts", "The year must be from 1970 to 9000."),
        ({**RULE, "ends_at": PAST}, "ends_at", "This ends before it begins."),
        ({**CRONTAB, "ends_at": PAST}, "ends_at", "By then it would be over."),
        ({**RULE, "starts": "2020-01-01T09:00:00", "max_runs": 2}, "max_runs", "By then it would be over."),
        ({**CRONTAB, "max_runs": 0}, "max_runs", "Ensure this value is greater than or equal to 1."),
        ({**CRONTAB, "max_runs": 1001}, "max_runs", "Ensure this value is less than or equal to 1000."),
        ({**CRONTAB, "missed": "never"}, "missed", "is not a valid choice."),
        (
            {**CRONTAB, "expires_after": 0},
            "expires_after",
            "Ensure this value is greater than or equal to 1.",
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    owner: User, body: dict[str, Any], field: str, message: str
) -> None:
    serializer = checked(owner, body)
    assert not serializer.is_valid()
    assert list(serializer.errors) == [field]
    assert message in str(serializer.errors[field][0])


@pytest.mark.parametrize(
    ("body", "field"),
    [({"timezone": "UTC"}, "timezone"), ({"max_runs": 3}, "max_runs"), ({"run_at": None}, "run_at")],
)
def test_a_part_of_a_schedule_replaces_none(owner: User, body: dict[str, Any], field: str) -> None:
    serializer = checked(owner, body, partial=True)
    assert not serializer.is_valid()
    assert serializer.errors == {field: [ALONE]}


def test_a_change_that_names_no_schedule_leaves_it_alone(owner: User) -> None:
    serializer = checked(owner, {"missed": "all"}, partial=True)
    assert serializer.is_valid()
    assert serializer.validated_data == {"missed": "all"}


@pytest.mark.parametrize(
    ("body", "normal"),
    [
        ({"run_at": "2100-07-01T07:00:00Z", "timezone": "Europe/Vienna"}, {}),
        (
            {**CRONTAB, "timezone": "Asia/Tokyo", "starts": "2100-01-01T00:00:00", "max_runs": 4},
            {"crontab": "0 9 * * MON-FRI"},
        ),
        ({**RULE, "timezone": "America/New_York", "ends_at": "2100-01-01T00:00:00Z"}, {}),
    ],
)
def test_what_is_shown_of_a_schedule_can_be_written_again(
    owner: User, body: dict[str, Any], normal: dict[str, Any]
) -> None:
    schedule = schedule_of(owner, **body)
    shown = dict(ScheduleOutput(schedule).data)
    assert shown.pop("words")
    assert {name: shown[name] for name in body} == {**body, **normal}
    assert schedule_of(owner, **shown) == schedule


def test_a_moment_that_a_wall_clock_cannot_tell_is_shown_as_it_was_given(owner: User) -> None:
    second_pass = "2100-10-31T01:30:00Z"  # 02:30 in Vienna, for the second time
    schedule = schedule_of(owner, run_at=second_pass, timezone="Europe/Vienna")
    assert ScheduleOutput(schedule).data["run_at"] == second_pass
    assert schedule.after(second(0)) == datetime(2100, 10, 31, 1, 30, tzinfo=UTC)
