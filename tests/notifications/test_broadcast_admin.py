"""Broadcasts in the admin: now, at a time or by a crontab; changed, retracted, and counted."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications.inbox.arrivals import take_in
from notifications.models import Announcement, Broadcast
from tasks.models import Run, Task
from tests.factories import make_user
from tests.notifications.announcements import carried_out, herald, make_broadcast, shown, stored

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/broadcast/"
ADD = f"{LIST}add/"


@pytest.fixture
def operator(client: Client) -> Client:
    User.objects.filter(pk=herald().pk).update(time_zone="Europe/Berlin")
    client.force_login(herald())
    return client


def filled(page: str, **fields: Any) -> dict[str, Any]:
    hidden = dict(re.findall(r'<input type="hidden" name="(key|seen)" value="([^"]*)"', page))
    words = {"title": "Maintenance", "text": "", "level": "info", "audience": "everyone"}
    when = {"timing": "now", "at_0": "", "at_1": "", "crontab": "", "time_zone": "", "expires_after": ""}
    return {**hidden, **words, **when, **fields}


def ask(operator: Client, **fields: Any) -> Broadcast:
    answer = operator.post(ADD, filled(operator.get(ADD).text, **fields))
    assert answer.status_code == 302, answer.context["errors"]
    return Broadcast.objects.with_state().latest("pk")


def change_page(broadcast: Broadcast) -> str:
    return f"{LIST}{broadcast.pk}/change/"


def test_now(operator: Client) -> None:
    broadcast = ask(operator, text="Save your work.", expires_after="3600", level="error")
    announcement = carried_out(broadcast)
    assert (announcement.title, announcement.text) == ("Maintenance", "Save your work.")
    assert announcement.expires_at


def test_at_a_time_by_the_operators_own_clock_to_the_second(operator: Client) -> None:
    broadcast = ask(operator, timing="at", at_0="2050-07-01", at_1="09:00:30")
    assert broadcast.task
    assert broadcast.task.next_run_at == datetime(2050, 7, 1, 7, 0, 30, tzinfo=UTC)


def test_again_and_again_by_a_crontab_and_a_clock(operator: Client) -> None:
    broadcast = ask(operator, timing="repeating", crontab="30 8 * * *", time_zone="Asia/Tokyo")
    assert broadcast.task
    assert (broadcast.task.crontab, broadcast.task.time_zone) == ("30 8 * * *", "Asia/Tokyo")
    assert ask(operator, timing="repeating", crontab="30 8 * * *").task.time_zone == "Europe/Berlin"  # type: ignore[union-attr]


def test_to_chosen_users(operator: Client, owner: User) -> None:
    broadcast = ask(operator, audience="chosen", chosen=[owner.pk])
    assert list(carried_out(broadcast).recipients.all()) == [owner]
    everybody = ask(operator, chosen=[owner.pk])
    assert list(everybody.chosen.all()) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"timing": "at"}, "at"),
        ({"timing": "at", "at_0": "2020-01-01", "at_1": "09:00"}, "at"),
        ({"timing": "repeating"}, "crontab"),
        ({"timing": "repeating", "crontab": "x"}, "crontab"),
        ({"timing": "repeating", "crontab": "0 9 * * *", "time_zone": "Mars"}, "time_zone"),
        ({"audience": "chosen"}, "chosen"),
        ({"expires_after": "59"}, "expires_after"),
        ({"title": ""}, "title"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(operator: Client, fields: dict[str, str], field: str) -> None:
    answer = operator.post(ADD, filled(operator.get(ADD).text, **fields))
    assert field in answer.context["adminform"].form.errors
    assert not Broadcast.objects.exists()


def test_the_same_form_sent_twice_asks_once(operator: Client) -> None:
    form = filled(operator.get(ADD).text)
    assert [operator.post(ADD, form).status_code for _ in range(2)] == [302, 302]
    assert (Broadcast.objects.count(), Run.objects.count()) == (1, 1)


def test_a_scheduled_one_is_changed_and_moved(operator: Client) -> None:
    broadcast = make_broadcast()
    page = operator.get(change_page(broadcast)).text
    assert "As it is: Once, on" in page
    form = filled(page, title="Changed", timing="as it is")
    assert operator.post(change_page(broadcast), form).status_code == 302
    assert (stored(broadcast).title, Task.objects.get().starts) == ("Changed", datetime(2050, 1, 1, 9))
    page = operator.get(change_page(broadcast)).text
    operator.post(change_page(broadcast), filled(page, timing="at", at_0="2051-01-01", at_1="00:00"))
    assert Task.objects.get().next_run_at == datetime(2050, 12, 31, 23, tzinfo=UTC)


def test_what_somebody_else_changed_meanwhile_is_not_undone(operator: Client) -> None:
    broadcast = make_broadcast()
    form = filled(operator.get(change_page(broadcast)).text, title="Mine", timing="as it is")
    Broadcast.objects.update(title="Theirs")
    answer = operator.post(change_page(broadcast), form, follow=True)
    assert "It was changed meanwhile" in answer.text
    assert stored(broadcast).title == "Theirs"


def test_what_was_shown_is_looked_at_and_not_changed_or_deleted(operator: Client) -> None:
    broadcast = shown().broadcast
    page = operator.get(change_page(broadcast))
    assert page.status_code == 200
    assert 'name="title"' not in page.text
    assert operator.post(change_page(broadcast), filled("", title="Changed")).status_code == 403
    assert operator.post(f"{LIST}{broadcast.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in operator.get(LIST).text


def test_what_was_not_shown_is_deleted_with_its_task(operator: Client) -> None:
    broadcast = make_broadcast()
    operator.post(f"{LIST}{broadcast.pk}/delete/", {"post": "yes"})
    assert (Broadcast.objects.count(), Task.objects.count()) == (0, 0)


def test_the_selected_ones_are_retracted(operator: Client) -> None:
    past, coming = shown().broadcast, make_broadcast()
    operator.post(LIST, {"action": "retract", "_selected_action": [past.pk, coming.pk]})
    assert {stored(past).state, stored(coming).state} == {"retracted"}
    assert not Announcement.objects.current().exists()


def test_the_list_shows_state_and_reach_at_the_same_cost_however_many_there_are(
    operator: Client, owner: User
) -> None:
    shown("<b>First</b>")
    take_in(owner)
    assert '<td class="field-shown">1</td><td class="field-read">0</td>' in operator.get(LIST).text
    assert "<b>First" not in operator.get(LIST).text

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            operator.get(LIST, {"q": "First"})
        return len(queries)

    one = cost()
    for _ in range(5):
        shown("First, too")
    operator.get(LIST)
    assert cost() == one


def test_permissions_are_those_of_the_admin(client: Client) -> None:
    broadcast = make_broadcast()
    looking = make_user("looking", is_staff=True)
    looking.user_permissions.add(Permission.objects.get(codename="view_broadcast"))
    client.force_login(looking)
    assert client.get(LIST).status_code == client.get(change_page(broadcast)).status_code == 200
    assert client.get(ADD).status_code == 403
    assert client.post(change_page(broadcast), filled("", title="Changed")).status_code == 403
    client.post(LIST, {"action": "retract", "_selected_action": [broadcast.pk]})
    assert stored(broadcast).state == "scheduled"
