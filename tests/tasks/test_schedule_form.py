"""Asking for a schedule: what each choice means, what is kept, and what is refused where it was typed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms import ChoiceField
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tasks.door import schedule
from tasks.forms import ScheduleForm
from tasks.models import Task
from tasks.recurrence import Schedule
from tasks.repetitions import AS_IT_IS, REPETITIONS
from tests.factories import make_user
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db

TUESDAY = {
    "date": "2030-01-08",
    "time": "08:30",
    "interval": "1",
    "time_zone": "Europe/Berlin",
    "ends": "never",
}


LAST_WORKDAY = Schedule(
    "Europe/Berlin", datetime(2030, 1, 31, 8, 30), rrule="FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
)


def form_of(user: User, **typed: Any) -> ScheduleForm:
    return ScheduleForm({"repeat": "once", **TUESDAY, **typed}, user=user)


def typed_by(user: User, **typed: Any) -> Schedule:
    form = form_of(user, **typed)
    assert form.is_valid(), form.errors
    return form.schedule


def as_posted(form: ScheduleForm) -> dict[str, Any]:
    """What a browser sends of the form as it is shown."""
    values = {
        field.name: field.value()
        if isinstance(field.field, ChoiceField)
        else field.field.widget.format_value(field.value())
        for field in form
    }
    return {name: value for name, value in values.items() if value is not None}


def saved(form: ScheduleForm, user: User, **changed: str) -> Schedule:
    again = ScheduleForm({**as_posted(form), **changed}, user=user, schedule=form.stored)
    assert again.is_valid(), again.errors
    return again.schedule


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
        ({"repeat": "daily", "interval": ""}, "interval"),
        ({"repeat": "daily", "interval": "1001"}, "interval"),
        ({"repeat": "weekly", "interval": "201"}, "interval"),
        ({"repeat": "monthly_last", "interval": "101"}, "interval"),
        ({"repeat": "yearly", "interval": "21"}, "interval"),
        ({"repeat": "crontab", "crontab": "0 9 * * *", "not_before": "9999-01-01"}, "not_before"),
        ({"repeat": "daily", "ends": "sometimes"}, "ends"),
        ({"repeat": "daily", "ends": "on", "end_date": "9999-12-31"}, "end_date"),
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


@pytest.mark.parametrize(
    "ending", [{}, {"ends": "on", "end_date": "2031-06-30"}, {"ends": "after", "count": "5"}]
)
@pytest.mark.parametrize("more", [{}, {"interval": "2", "days": ["TU", "SA"], "time": "08:30:15"}])
@pytest.mark.parametrize("repeat", REPETITIONS)
def test_what_was_stored_is_shown_again_and_stays_the_same(
    owner: User, repeat: str, more: dict[str, Any], ending: dict[str, str]
) -> None:
    stored = typed_by(owner, repeat=repeat, crontab="0 9 1 * MON", not_before="2030-02-01", **more, **ending)
    shown = ScheduleForm(user=owner, schedule=stored)
    assert shown["repeat"].value() == repeat
    assert saved(shown, owner) == stored


def test_a_rule_that_no_repetition_says_stays_as_it_is(owner: User) -> None:
    shown = ScheduleForm(user=owner, schedule=LAST_WORKDAY)
    assert "As it is: By the rule" in str(shown["repeat"])
    assert saved(shown, owner) == LAST_WORKDAY


def test_its_time_zone_and_end_may_change_all_the_same(owner: User) -> None:
    shown = ScheduleForm(user=owner, schedule=LAST_WORKDAY)
    changed = saved(
        shown, owner, date="2030-02-05", time="09:00", time_zone="Asia/Tokyo", ends="after", count="2"
    )
    assert changed.rrule == LAST_WORKDAY.rrule
    assert changed.upcoming(timezone.now(), 9) == [
        datetime(2030, 2, 28, 0, tzinfo=UTC),
        datetime(2030, 3, 29, 0, tzinfo=UTC),
    ]


def test_it_may_become_another_repetition(owner: User) -> None:
    shown = ScheduleForm(user=owner, schedule=LAST_WORKDAY)
    assert saved(shown, owner, repeat="daily").rrule == "FREQ=DAILY"


def test_a_rule_is_kept_where_nothing_is_stored_yet(owner: User) -> None:
    """A copy, or a line of quick add, has its preview and its errors before it is saved."""
    typed = {"repeat": AS_IT_IS, "rule": LAST_WORKDAY.rrule}
    assert typed_by(owner, **typed).rrule == LAST_WORKDAY.rrule
    assert "repeat" in form_of(owner, repeat=AS_IT_IS).errors
    assert "repeat" in form_of(owner, **typed | {"rule": "FREQ=SOMETIMES"}).errors
    assert "repeat" in form_of(owner, **typed | {"rule": "FREQ=DAILY;" + "BYMONTH=1," * 30}).errors


def test_an_end_within_a_day_stays_there_until_something_else_changes(owner: User) -> None:
    noon = datetime(2030, 3, 1, 12, tzinfo=UTC)
    stored = replace(LAST_WORKDAY, rrule="FREQ=DAILY", ends_at=noon).settled()
    shown = ScheduleForm(user=owner, schedule=stored)
    assert shown["end_date"].value() == noon.date()
    assert saved(shown, owner) == stored
    assert saved(shown, owner, time="22:00").ends_at == datetime(2030, 3, 1, 22, 59, 59, tzinfo=UTC)


def test_seconds_that_were_set_are_kept(owner: User) -> None:
    stored = Schedule.at(datetime(2030, 1, 8, 8, 30, 15, tzinfo=UTC), "UTC")
    assert 'value="08:30:15"' in str(ScheduleForm(user=owner, schedule=stored)["time"])


def test_the_times_of_a_crontab_are_counted_from_when_it_was_asked_for(owner: User) -> None:
    asked_at = timezone.now()
    stored = typed_by(owner, repeat="crontab", crontab="* * * * *", ends="after", count="3")
    assert stored.upcoming(asked_at, 9)[-1] == stored.ends_at
    shown = ScheduleForm(user=owner, schedule=stored)
    assert saved(shown, owner, count="4").starts == stored.starts
    assert len(stored.upcoming(asked_at, 9)) == 3


def test_a_crontab_may_begin_on_a_day(owner: User) -> None:
    schedule = typed_by(owner, repeat="crontab", crontab="0 9 * * *", not_before="2030-05-01")
    assert schedule.after(timezone.now()) == datetime(2030, 5, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        {"repeat": "once", "interval": "0", "days": ["XX"], "crontab": "nonsense", "ends": "sometimes"},
        {"repeat": "once", "ends": "on", "end_date": "2030-02-30"},
        {"repeat": "daily", "end_date": "2030-02-30", "count": "-1"},
        {"repeat": "weekdays", "interval": "many"},
        {"repeat": "crontab", "crontab": "0 9 * * *", "date": "2030-02-30", "time": "25:00"},
    ],
)
def test_what_does_not_matter_for_what_is_chosen_is_not_looked_at(owner: User, typed: dict[str, Any]) -> None:
    assert typed_by(owner, **typed).after(timezone.now())


def test_what_does_not_matter_is_no_change(owner: User) -> None:
    shown = ScheduleForm(user=owner, schedule=typed_by(owner))
    changed = {
        "interval": "9",
        "days": ["MO"],
        "crontab": "* * * * *",
        "ends": "on",
        "end_date": "2040-01-01",
    }
    posted = {**as_posted(shown), **changed}
    assert not ScheduleForm(posted, user=owner, schedule=shown.stored).has_changed()
    posted["time"] = "08:31"
    assert ScheduleForm(posted, user=owner, schedule=shown.stored).has_changed()


@pytest.mark.parametrize("typed", ["europe/berlin", " Europe/Berlin ", "EUROPE/BERLIN"])
def test_a_time_zone_may_be_spelled_loosely(owner: User, typed: str) -> None:
    assert typed_by(owner, time_zone=typed).time_zone == "Europe/Berlin"
    assert typed_by(owner, time_zone="america/new york").time_zone == "America/New_York"


def test_a_new_one_is_offered_for_the_next_full_hour_of_ones_own_clock() -> None:
    reader = make_user("reader", time_zone="Asia/Kolkata")
    offered = ScheduleForm(user=reader).suggested
    moment = offered.after(timezone.now())
    assert (offered.time_zone, offered.is_once, offered.starts and offered.starts.minute) == (
        "Asia/Kolkata",
        True,
        0,
    )
    assert moment
    assert timedelta(minutes=29) < moment - timezone.now() < timedelta(minutes=91)


def test_what_should_never_have_been_stored_is_asked_for_anew(owner: User) -> None:
    broken = Schedule("Europe/Berlin", datetime(2030, 1, 8, 8, 30), rrule="FREQ=SOMETIMES")
    assert ScheduleForm(user=owner, schedule=broken)["repeat"].value() == "once"


def test_what_a_door_refuses_is_shown_at_the_field(owner: User) -> None:
    crontab = form_of(owner, repeat="crontab", crontab="0 9 * * *")
    rest = crontab.refuse(ValidationError({"starts": ["Over."], "title": ["Too long."]}))
    assert crontab.errors == {"not_before": ["Over."]}
    assert rest == {"title": ["Too long."]}
    once = form_of(owner)
    once.refuse(ValidationError({"starts": ["Over."], "max_runs": ["Too many."]}))
    assert once.errors == {"date": ["Over."], "__all__": ["Too many."]}


def test_a_time_that_passes_while_it_is_saved_is_refused(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(owner)
    with handled_by(lambda run: None):
        task = schedule(NAME, owner=owner, params=Steps(), schedule=typed_by(owner))
        monkeypatch.setattr("tasks.models.database_now", lambda: datetime(2031, 1, 1, tzinfo=UTC))
        answer = client.post(f"/tasks/{task.pk}/schedule/", {"repeat": "once", **TUESDAY, "time": "09:00"})
    assert (answer.status_code, answer.context["form"].errors) == (422, {"date": ["That time has passed."]})
    assert Task.objects.get().starts == datetime(2030, 1, 8, 8, 30)


def test_a_time_that_is_just_ahead_is_accepted(owner: User) -> None:
    soon = timezone.now() + timedelta(minutes=2)
    schedule = typed_by(owner, date=f"{soon:%Y-%m-%d}", time=f"{soon:%H:%M}", time_zone="UTC")
    assert schedule.after(timezone.now()) == soon.replace(second=0, microsecond=0)
