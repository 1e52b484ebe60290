"""A program chooses how its owner is told of what, as the settings page does."""

from typing import Any

import pytest
from pytest_django import Settings as DjangoSettings
from rest_framework.test import APIClient

from accounts.models import User
from notifications.events import Email
from notifications.models import Preference, Settings
from notifications.web_push.vapid import new_private_key
from notifications.wishes.chosen import Wishes
from tests.api.clients import program_of

pytestmark = pytest.mark.django_db
ADDRESS = "/api/notifications/preferences/"


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def patch(program: APIClient, **content: Any) -> dict[str, Any]:
    answer = program.patch(ADDRESS, content, format="json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def refusals(program: APIClient, content: object) -> dict[str, str]:
    answer = program.patch(ADDRESS, content, format="json")
    assert answer.status_code == 422, answer.content
    return {each["field"]: each["detail"] for each in answer.json()["errors"]}


def test_who_chose_nothing_has_the_defaults(program: APIClient) -> None:
    found = program.get(ADDRESS).json()
    events = found.pop("events")
    assert found == {"toasts": True, "quiet_hours": None, "digests": True, "digest_at": "08:00"}
    assert events["task.failed"] == {"in_app": True, "email": "now", "push": True, "in_quiet_hours": False}
    assert {"broadcast", "other", "reminder"} <= events.keys()


def test_what_is_named_changes_and_the_rest_stays(program: APIClient, owner: User) -> None:
    before, expected = (program.get(ADDRESS).json() for _ in range(2))
    events = {"task.failed": {"email": "off"}}
    hours = {"begins": "22:30", "ends": "07:00"}
    after = patch(program, quiet_hours=hours, digest_at="06:15", events=events)
    assert after == program.get(ADDRESS).json()
    expected |= {"quiet_hours": hours, "digest_at": "06:15"}
    expected["events"] = {
        **before["events"],
        "task.failed": {**before["events"]["task.failed"], "email": "off"},
    }
    assert after == expected
    assert Wishes(owner).channels("task.failed").email == Email.OFF
    assert patch(program, quiet_hours=None)["quiet_hours"] is None
    assert patch(program, events={"task.failed": {"email": "now"}}) == {**before, "digest_at": "06:15"}
    assert not Preference.objects.exists(), "what is as by default is not kept"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"toasts": "perhaps"}, "toasts"),
        ({"digest_at": "25:00"}, "digest_at"),
        ({"digest_at": "8 o'clock"}, "digest_at"),
        ({"digest_at": None}, "digest_at"),
        ({"quiet_hours": {"begins": "22:00"}}, "quiet_hours.ends"),
        ({"quiet_hours": {"begins": "22:00", "ends": "22:00"}}, "quiet_hours.ends"),
        ({"quiet_hours": "always"}, "quiet_hours"),
        ({"events": {"no.such": {"email": "off"}}}, "events.no.such"),
        ({"events": {"task.failed": {"email": "never"}}}, "events.task.failed.email"),
        ({"events": {"task.failed": None}}, "events.task.failed"),
        ({"events": {"broadcast": {"email": "now"}}}, "events.broadcast.email"),
        ({"events": {"task.failed": {"push": True}}}, "events.task.failed.push"),
        ({"events": []}, "events"),
        ([], ""),
    ],
)
def test_what_cannot_be_chosen_is_refused_where_it_stands(
    program: APIClient, content: object, field: str
) -> None:
    assert list(refusals(program, content)) == [field]
    assert not Settings.objects.exists()


def test_browser_push_is_for_choosing_where_it_is_set_up(
    program: APIClient, settings: DjangoSettings
) -> None:
    settings.WEB_PUSH_PRIVATE_KEY = new_private_key()
    settings.WEB_PUSH_SUBJECT = "mailto:service@clock.example"
    assert not patch(program, events={"task.failed": {"push": False}})["events"]["task.failed"]["push"]
    assert list(refusals(program, {"events": {"broadcast": {"push": True}}})) == ["events.broadcast.push"]


def test_everybody_has_their_own(program: APIClient, stranger: User) -> None:
    patch(program, toasts=False)
    assert program_of(stranger).get(ADDRESS).json()["toasts"] is True
