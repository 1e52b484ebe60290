"""Programs see what a schedule would do before they ask for it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from accounts.models import User

pytestmark = pytest.mark.django_db

PREVIEW = "/api/schedules/preview/"


def preview(program: APIClient, **query: Any) -> Any:
    return program.get(f"{PREVIEW}?{urlencode(query)}")


def test_the_next_times_in_utc_and_by_its_own_clock(program: APIClient) -> None:
    rule = {"rrule": "FREQ=DAILY", "starts": "2099-03-28T02:30:00", "timezone": "Europe/Vienna"}
    answer = preview(program, **rule, count=3).json()
    assert (answer["words"], answer["timezone"]) == ("Every day at 02:30", "Europe/Vienna")
    assert answer["goes_on"] is True
    assert [(each["at"], each["local"]) for each in answer["firings"]] == [
        ("2099-03-28T01:30:00Z", "2099-03-28T02:30:00+01:00"),
        ("2099-03-29T01:00:00Z", "2099-03-29T03:00:00+02:00"),
        ("2099-03-30T00:30:00Z", "2099-03-30T02:30:00+02:00"),
    ]
    assert [len(each["remarks"]) for each in answer["firings"]] == [0, 2, 0]
    assert answer["firings"][1]["remarks"] == [
        "Clocks go forward by 1 hour that day in Europe/Vienna.",
        "02:30 does not exist then, so it is at 03:00.",
    ]


def test_it_ends_with_the_schedule(program: APIClient, owner: User) -> None:
    once = preview(program, run_at="2100-01-01T09:00:00Z").json()
    assert ([each["at"] for each in once["firings"]], once["goes_on"]) == (["2100-01-01T09:00:00Z"], False)
    thrice = preview(program, crontab="0 9 * * *", max_runs=3, timezone="UTC").json()
    assert (len(thrice["firings"]), thrice["goes_on"]) == (3, False)


def test_five_when_nobody_says_how_many_and_fifty_at_most(program: APIClient) -> None:
    every_minute = {"crontab": "* * * * *"}
    assert len(preview(program, **every_minute).json()["firings"]) == 5
    assert len(preview(program, **every_minute, count=50).json()["firings"]) == 50
    moments = [each["at"] for each in preview(program, **every_minute, count=50).json()["firings"]]
    assert moments == sorted(moments)
    assert all(datetime.fromisoformat(moment).second == 0 for moment in moments)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "run_at"),
        ({"crontab": "* * * * *", "count": 51}, "count"),
        ({"crontab": "* * * * *", "count": 0}, "count"),
        ({"crontab": "* * *"}, "crontab"),
        ({"crontab": "0 9 * * *", "timezone": "Atlantis"}, "timezone"),
        ({"crontab": "0 9 * * *", "rrule": "FREQ=DAILY"}, "rrule"),
        ({"rrule": "FREQ=DAILY"}, "starts"),
        ({"run_at": "2020-01-01T00:00:00Z"}, "run_at"),
        ({"crontab": "0 9 * * *", "ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_parameter(
    program: APIClient, query: dict[str, Any], field: str
) -> None:
    answer = preview(program, **query)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]
