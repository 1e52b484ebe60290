"""Whatever a program writes into the fields that say when, it is accepted or refused; nothing breaks."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import User
from tasks.models import Task
from tasks.recurrence import Schedule
from tests.api.clients import make_token
from tests.tasks.api.answers import TASKS
from tests.tasks.firings import stored
from tests.tasks.kinds import NAME
from tests.tasks.schedules import ZONES, crontabs, moments, rules, walls

pytestmark = pytest.mark.django_db

odd = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.sampled_from(["a", "run_at"]), st.integers(), max_size=2)
)
offsets = st.sampled_from(["", "Z", "+01:00", "-23:59", "+24:00", "+99:99"])
years = st.sampled_from(["0000", "0001", "1969", "2027", "2100", "8999", "9001", "9999", "12026"])
days = st.sampled_from(["01-01", "02-29", "02-30", "12-31", "13-01"])
times = st.sampled_from(["T00:00:00", "T23:59:59.999999", "T24:00:00", "T09:00", " 09:00:00", ""])
written = st.builds("{}-{}{}{}".format, years, days, times, offsets)
values: dict[str, st.SearchStrategy[Any]] = {
    "run_at": written,
    "crontab": crontabs | st.text("0123456789*/,-LW# @dailyMON?", max_size=25),
    "rrule": rules() | st.text("FREQ=DAILY;BYINTERVAL,0123456789+-", max_size=40),
    "starts": written,
    "timezone": st.sampled_from([*ZONES, "localtime", "../etc/passwd", "Europe/vienna", ""]),
    "ends_at": written,
    "max_runs": st.integers(-1, 1002),
    "missed": st.sampled_from(["latest", "skip", "all", ""]),
    "expires_after": st.sampled_from([-1, 0, 1, 366 * 86_400, 366 * 86_400 + 1, 2**31, 2**63]),
}
bodies = st.fixed_dictionaries(
    {}, optional={name: value | odd if name != "rrule" else value for name, value in values.items()}
)
more = {
    "timezone": st.sampled_from(ZONES),
    "max_runs": st.integers(1, 1000),
    "ends_at": moments.map(datetime.isoformat),
}
beginnings = walls.map(datetime.isoformat)
sensible = st.fixed_dictionaries(
    {"crontab": crontabs}, optional={**more, "starts": beginnings}
) | st.fixed_dictionaries({"rrule": rules(), "starts": beginnings}, optional=more)
untamed = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def program(owner: User, settings: Any) -> APIClient:
    settings.API_REQUESTS_PER_MINUTE_PER_TOKEN = settings.API_REQUESTS_PER_MINUTE_PER_USER = 10**6
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(owner)[1]}")
    return client


def check_refusal(answer: Any, body: dict[str, Any]) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json"
    fields = {each["field"].partition(".")[0] for each in answer.json()["errors"]}
    assert fields
    assert fields <= values.keys(), body


@untamed
@given(body=bodies | sensible)
def test_a_new_task(program: APIClient, body: dict[str, Any]) -> None:
    answer = program.post(TASKS, {"kind": NAME, **body}, format="json")
    assert answer.status_code in {201, 422}, body
    if answer.status_code == 422:
        return check_refusal(answer, body)
    shown = answer.json()
    task = Task.objects.get(pk=shown["id"])
    if task.schedule is None:
        assert (shown["status"], shown["schedule"]) == ("pending", None)
    else:
        assert task.schedule == task.schedule.settled()
        assert shown["status"] == "scheduled"
        assert task.next_run_at in task.schedule.upcoming(task.created_at, 2)
    return None


@untamed
@given(body=bodies | sensible)
def test_a_change(program: APIClient, owner: User, body: dict[str, Any]) -> None:
    task = stored(owner, Schedule("UTC", crontab="0 9 1 1 *"))
    answer = program.patch(f"{TASKS}{task.pk}/", body, format="json")
    assert answer.status_code in {200, 422}, body
    if answer.status_code == 422:
        check_refusal(answer, body)


@untamed
@given(query=bodies | sensible)
def test_a_preview(program: APIClient, query: dict[str, Any]) -> None:
    written = {name: str(value) for name, value in query.items() if value is not None}
    answer = program.get("/api/schedules/preview/", {**written, "count": "50"})
    assert answer.status_code in {200, 400}, query
    if answer.status_code == 200:
        assert 1 <= len(answer.json()["firings"]) <= 50
