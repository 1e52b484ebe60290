"""A schedule as it is shown before it is saved: its next firings by the reader's clock, and clock changes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tasks.door import schedule
from tasks.models import Task
from tasks.recurrence import Schedule
from tests.factories import make_user
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db

TYPED = {"repeat": "once", "date": "2030-01-08", "time": "08:30", "interval": "1", "ends": "never"}


def preview_of(client: Client, user: User, query: str = "", **typed: Any) -> str:
    client.force_login(user)
    answer = client.post(f"/tasks/schedule/preview/{query}", {**TYPED, "time_zone": user.time_zone, **typed})
    assert answer.status_code == 200
    return " ".join(answer.text.split())


@pytest.fixture
def berliner(db: None) -> User:
    return make_user("berliner", time_zone="Europe/Berlin")


def test_the_next_five_are_shown_by_the_readers_clock(client: Client) -> None:
    reader = make_user("reader", time_zone="Asia/Kolkata")
    shown = preview_of(client, reader, repeat="daily", time_zone="Europe/Berlin")
    assert "Every day at 08:30" in shown
    assert shown.count("<li") == 5
    assert "Tue 8 Jan 2030, 13:00" in shown
    assert "Tue 08:30 in Europe/Berlin" in shown


def test_ones_own_zone_is_not_named(client: Client, berliner: User) -> None:
    assert "Berlin" not in preview_of(client, berliner, repeat="daily")


@pytest.mark.parametrize(
    ("date", "change"),
    [
        ("2030-03-29", "Clocks go forward by 1 hour that day."),
        ("2030-10-25", "Clocks go back by 1 hour that day."),
    ],
)
def test_a_day_on_which_clocks_change_is_flagged_and_no_other(
    client: Client, berliner: User, date: str, change: str
) -> None:
    shown = preview_of(client, berliner, repeat="daily", date=date, time="12:00")
    assert shown.count("preview__remark") == shown.count(change) == 1
    flagged = shown[: shown.index(change)].count("<li")
    assert flagged == 3


def test_a_time_that_does_not_exist_is_said_to_come_later(client: Client, berliner: User) -> None:
    shown = preview_of(client, berliner, repeat="daily", date="2030-03-30", time="02:30")
    assert "Sun 31 Mar 2030, 03:00" in shown
    assert "02:30 does not exist then, so it is at 03:00." in shown


def test_a_time_that_comes_twice_is_said_to_be_the_first(client: Client, berliner: User) -> None:
    shown = preview_of(client, berliner, repeat="daily", date="2030-10-26", time="02:30")
    assert shown.count("comes twice") == 1
    assert "02:30 comes twice then; this is the first time." in shown


def test_a_crontab_that_fires_in_both_passes_says_which_is_which(client: Client, berliner: User) -> None:
    shown = preview_of(
        client, berliner, repeat="crontab", crontab="30 * * OCT SUN", not_before="2030-10-27", ends="on",
        end_date="2030-10-27",
    )  # fmt: skip
    assert "02:30 comes twice then; this is the first time." in shown
    assert "02:30 comes twice then; this is the second time." in shown


def test_changes_of_the_other_clock_are_flagged_by_its_name(client: Client) -> None:
    reader = make_user("reader", time_zone="Asia/Kolkata")
    spring = preview_of(client, reader, date="2030-10-06", time="02:15", time_zone="Australia/Lord_Howe")
    assert "Clocks go forward by 30 minutes that day in Australia/Lord_Howe." in spring
    assert "02:15 does not exist then, so it is at 02:30." in spring
    autumn = preview_of(client, reader, date="2030-04-07", time="12:00", time_zone="Australia/Lord_Howe")
    assert "Clocks go back by 30 minutes that day in Australia/Lord_Howe." in autumn
    assert "Your clocks" not in spring + autumn


@pytest.mark.parametrize(
    ("date", "change"),
    [
        ("2030-03-31", "Your clocks go forward by 1 hour that day."),
        ("2030-10-27", "Your clocks go back by 1 hour that day."),
    ],
)
def test_changes_of_the_readers_clock_are_flagged_where_the_other_one_stays(
    client: Client, berliner: User, date: str, change: str
) -> None:
    shown = preview_of(client, berliner, date=date, time="12:00", time_zone="Asia/Tokyo")
    assert shown.count("preview__remark") == 1
    assert change in shown


def test_a_day_is_that_of_whose_clock_changes(client: Client) -> None:
    """Sunday evening in New York, when clocks have changed there, is Monday in Tokyo."""
    reader = make_user("reader", time_zone="America/New_York")
    shown = preview_of(client, reader, date="2030-03-11", time="08:00", time_zone="Asia/Tokyo")
    assert "Sun 10 Mar 2030, 19:00" in shown
    assert "Your clocks go forward by 1 hour that day." in shown


def test_what_is_wrong_is_said_instead(client: Client, berliner: User) -> None:
    shown = preview_of(client, berliner, date="2020-01-08")
    assert "That time has passed." in shown
    assert "<li" not in shown


@pytest.mark.parametrize(("count", "is_all"), [("2", True), ("5", True), ("6", False)])
def test_one_that_is_near_its_end_says_so(client: Client, berliner: User, count: str, is_all: bool) -> None:
    shown = preview_of(client, berliner, repeat="daily", ends="after", count=count)
    assert shown.count("<li") == min(5, int(count))
    assert ("And then no more." in shown) == is_all


def test_once_is_not_said_to_be_no_more_afterwards(client: Client, berliner: User) -> None:
    assert "And then no more." not in preview_of(client, berliner)


def test_the_fields_of_a_form_with_other_fields_have_a_prefix(client: Client, berliner: User) -> None:
    typed = {f"when-{name}": value for name, value in {**TYPED, "time_zone": "UTC"}.items()}
    assert "Once, on 8 January 2030" in preview_of(client, berliner, "?prefix=when", **typed)


class TestOfAStoredOne:
    @pytest.fixture
    def task(self, berliner: User) -> Task:
        """Its times are counted from when it was asked for."""
        thrice = Schedule("Europe/Berlin", datetime(2030, 1, 1), crontab="0 9 * * *", max_runs=3)
        with handled_by(lambda run: None):
            return schedule(NAME, owner=berliner, params=Steps(), schedule=thrice)

    def test_it_is_there_before_anything_is_typed(self, client: Client, berliner: User, task: Task) -> None:
        client.force_login(berliner)
        page = client.get(f"/tasks/{task.pk}/schedule/").text
        assert page.count("preview__firing") - page.count("preview__firings") == 3
        assert "Tue 1 Jan 2030, 09:00" in page

    def test_one_that_is_over_says_so(self, client: Client, berliner: User, task: Task) -> None:
        Task.objects.update(starts=datetime(2020, 1, 1), ends_at=datetime(2020, 1, 3, 8, tzinfo=UTC))
        client.force_login(berliner)
        assert "Its last time has come." in client.get(f"/tasks/{task.pk}/schedule/").text

    def test_only_its_owners_preview_knows_it(
        self, client: Client, berliner: User, stranger: User, task: Task
    ) -> None:
        typed = {"repeat": "crontab", "crontab": "0 9 * * *", "not_before": "2030-01-01"}
        Task.objects.update(starts=datetime(2030, 1, 1, 12))
        assert "Tue 1 Jan 2030" not in preview_of(client, berliner, f"?task={task.pk}", **typed)
        for query in (f"?task={task.pk}", "?task=x", f"?task={9**30}"):
            assert "Tue 1 Jan 2030" in preview_of(client, stranger, query, **typed)
