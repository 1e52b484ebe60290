"""The pages on which staff broadcast: asked for once, changed, previewed, retracted, and counted."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from notifications.broadcasts import pages
from notifications.broadcasts.pages import PER_PAGE
from notifications.inbox.arrivals import take_in
from notifications.models import Announcement, Broadcast, Notification
from tasks.models import Run, Task
from tests.factories import make_user
from tests.notifications.announcements import (
    HOURLY,
    carried_out,
    herald,
    make_broadcast,
    shown,
    stored,
    time_comes,
)

pytestmark = pytest.mark.django_db
NEW = "/notifications/broadcasts/new/"
LIST = "/notifications/broadcasts/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(herald())
    return client


def filled(page: str, **fields: Any) -> dict[str, Any]:
    """The form as the page shows it, with some fields filled in."""
    hidden = dict(re.findall(r'<input type="hidden" name="(key|seen)" value="([^"]*)"', page))
    words = {"title": "Maintenance", "text": "", "level": "info", "audience": "everyone"}
    return {**hidden, **words, "names": "", "lasts": "", "unit": "hours", "timing": "now", **fields}


def later(**fields: Any) -> dict[str, Any]:
    at = {"repeat": "once", "date": "2050-01-02", "time": "09:30", "time_zone": "UTC", "ends": "never"}
    return {"timing": "later", **{f"when-{name}": value for name, value in at.items()}, **fields}


def ask(staff: Client, **fields: Any) -> Broadcast:
    answer = staff.post(NEW, filled(staff.get(NEW).text, **fields))
    assert answer.status_code == 302, answer.context["form"].errors
    return Broadcast.objects.with_state().latest("pk")


def test_now_it_is_shown_at_once(staff: Client) -> None:
    broadcast = ask(staff, title="Now\tthen", text="One\r\ntwo", lasts="2", unit="days", level="warning")
    announcement = carried_out(broadcast)
    assert (announcement.title, announcement.text, announcement.level) == ("Now then", "One\ntwo", "warning")
    assert broadcast.expires_after == 2 * 86_400
    assert broadcast.author == herald()


def test_later_it_waits_for_its_time(staff: Client) -> None:
    broadcast = ask(staff, **later())
    assert broadcast.state == "scheduled"
    page = staff.get(broadcast.get_absolute_url()).text
    assert "Once, on 2 January 2050 at 09:30" in page.replace("Sunday, ", "")
    assert not Run.objects.exists()


def test_it_repeats_by_a_crontab(staff: Client) -> None:
    broadcast = ask(staff, **later(**{"when-repeat": "crontab", "when-crontab": "0 9 * * MON"}))
    assert (broadcast.state, broadcast.task and broadcast.task.crontab) == ("repeating", "0 9 * * MON")


def test_chosen_users_are_named_by_what_they_are_called(staff: Client, owner: User, friend: User) -> None:
    broadcast = ask(staff, audience="chosen", names=f"@Owner, {friend.usercode}")
    assert set(broadcast.chosen.all()) == {owner, friend}
    assert "friend" in staff.get(broadcast.get_absolute_url()).text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " \u202e "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "\0"}, "text"),
        ({"level": "loud"}, "level"),
        ({"audience": "chosen"}, "names"),
        ({"audience": "chosen", "names": " , "}, "names"),
        ({"audience": "chosen", "names": "nobody"}, "names"),
        ({"audience": "chosen", "names": "anna@example.com"}, "names"),
        ({"lasts": "0"}, "lasts"),
        ({"lasts": "2000", "unit": "days"}, "lasts"),
        ({"key": "x"}, "key"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    staff: Client, fields: dict[str, str], field: str
) -> None:
    answer = staff.post(NEW, filled(staff.get(NEW).text, **fields))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Broadcast.objects.exists()
    assert not Task.objects.exists()


def test_a_time_that_has_passed_is_refused(staff: Client) -> None:
    answer = staff.post(NEW, filled(staff.get(NEW).text, **later(**{"when-date": "2020-01-01"})))
    assert answer.status_code == 422
    assert "That time has passed." in answer.text
    assert not Broadcast.objects.exists()


def test_the_same_form_sent_twice_asks_once(staff: Client) -> None:
    form = filled(staff.get(NEW).text)
    first, second = staff.post(NEW, form), staff.post(NEW, form)
    assert first["Location"] == second["Location"]
    assert (Broadcast.objects.count(), Run.objects.count()) == (1, 1)


def test_a_preview_shows_it_as_text_and_keeps_nothing(staff: Client) -> None:
    page = staff.post(NEW, filled(staff.get(NEW).text, title="<b>Hi</b>", text="<i>", preview="1"))
    assert page.status_code == 200
    look = page.text[page.text.index('id="preview"') :]
    assert "&lt;b&gt;Hi&lt;/b&gt;" in look
    assert "&lt;i&gt;" in look
    assert "<b>Hi" not in page.text
    assert not Broadcast.objects.exists()


def test_it_is_changed_by_its_form(staff: Client, owner: User) -> None:
    broadcast = make_broadcast(audience="chosen", chosen=[owner], expires_after=90)
    address = f"{broadcast.get_absolute_url()}edit/"
    page = staff.get(address).text
    assert 'value="Maintenance at noon"' in page
    form = filled(
        page, title="Changed", audience="chosen", names="owner", lasts="2", unit="minutes", **later()
    )
    assert staff.post(address, form).status_code == 302
    changed = stored(broadcast)
    assert (changed.title, changed.expires_after, list(changed.chosen.all())) == ("Changed", 90, [owner])
    assert changed.task
    assert changed.task.next_run_at
    assert f"{changed.task.next_run_at:%d %H:%M}" == "02 09:30"
    assert staff.post(address, form).status_code == 302  # once more, by a second press
    assert staff.post(address, {**form, "title": "From another tab"}).status_code == 422
    assert stored(broadcast).title == "Changed"


def test_it_is_moved_to_now(staff: Client) -> None:
    broadcast = make_broadcast()
    address = f"{broadcast.get_absolute_url()}edit/"
    staff.post(address, filled(staff.get(address).text))
    task = Task.objects.get()
    assert task.next_run_at
    assert (task.next_run_at - timezone.now()).total_seconds() < 3


def test_what_was_shown_leads_from_its_form_to_its_page(staff: Client) -> None:
    broadcast = shown().broadcast
    address = f"{broadcast.get_absolute_url()}edit/"
    assert staff.get(address)["Location"] == broadcast.get_absolute_url()
    assert staff.post(address, filled("", title="Changed")).status_code == 422
    assert stored(broadcast).title == "Maintenance at noon"


def test_it_is_retracted_after_a_question(staff: Client, owner: User) -> None:
    broadcast = shown().broadcast
    address = f"{broadcast.get_absolute_url()}retraction/"
    assert "every inbox" in staff.get(address).text
    assert stored(broadcast).state == "shown"
    staff.post(address)
    assert stored(broadcast).state == "retracted"
    assert "Retracted" in staff.get(LIST).text


def test_only_what_nobody_was_shown_is_deleted(staff: Client) -> None:
    waiting, past = make_broadcast("Waiting"), shown("Past").broadcast
    assert staff.post(f"{waiting.get_absolute_url()}delete/")["Location"] == LIST
    assert "It was shown already" in staff.get(f"{past.get_absolute_url()}delete/").text
    staff.post(f"{past.get_absolute_url()}delete/")
    assert list(Broadcast.objects.all()) == [past]


def test_the_list_shows_how_many_were_shown_it_and_read_it(staff: Client) -> None:
    people = [make_user(f"person{number}") for number in range(3)]
    repeating = make_broadcast("Each hour", schedule=HOURLY)
    time_comes(repeating)
    for user in (*people, herald()):
        take_in(user)
    time_comes(repeating)
    take_in(herald())
    take_in(people[0])
    Notification.objects.filter(user=people[0]).update(read_at=timezone.now())
    make_broadcast("To come")
    page = staff.get(LIST).text
    assert "Shown to 6, read by 2" in page
    detail = staff.get(repeating.get_absolute_url()).text
    assert re.findall(r"Shown to (\d), read by (\d)", detail) == [("2", "1"), ("4", "1")]


def test_very_many_are_not_counted_again_at_every_look(
    staff: Client, owner: User, friend: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGE", 2)
    cache.clear()
    small, large = shown("Small", audience="chosen", chosen=[owner]), shown("Large")
    for user in (owner, herald()):
        take_in(user)
    for _ in range(2):
        reached = pages.reach_of_broadcasts([small.broadcast_id, large.broadcast_id])
        assert [reached[small.broadcast_id].shown, reached[large.broadcast_id].shown] == [1, 2]
        take_in(friend)
    monkeypatch.setattr(pages, "LARGE", 100)
    cache.clear()
    assert pages.reach_of_broadcasts([large.broadcast_id])[large.broadcast_id].shown == 3


def test_the_list_costs_the_same_however_many_there_are_and_comes_in_pages(staff: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(LIST).status_code == 200
        return len(queries)

    shown("First")
    staff.get(LIST)
    one = cost()
    for number in range(PER_PAGE):
        shown(f"Number {number}")
    staff.get(LIST)
    assert cost() == one
    page = staff.get(LIST).context["page"]
    assert len(page.rows) == PER_PAGE
    assert [row.thing.title for row in staff.get(LIST + page.older).context["page"].rows] == ["First"]
    assert staff.get(f"{LIST}?before=x²").context["page"].before is None


def test_titles_and_texts_are_text_on_every_page(staff: Client) -> None:
    broadcast = shown("<b>Title</b>", text="<script>alert(1)</script>").broadcast
    address = broadcast.get_absolute_url()
    for page in (LIST, address, f"{address}course/", f"{address}retraction/", f"{address}delete/"):
        text = staff.get(page).text
        assert "<b>Title" not in text
        assert "<script>alert" not in text


def test_the_page_of_its_task_leads_to_it_and_the_menu_to_the_list(staff: Client, owner: User) -> None:
    broadcast = make_broadcast()
    task = staff.get(f"/tasks/{broadcast.task_id}/").text
    address = f"/notifications/broadcasts/tasks/{broadcast.task_id}/"
    assert address in task
    assert staff.get(address)["Location"] == broadcast.get_absolute_url()
    assert f'href="{LIST}"' in task
    assert f'href="{LIST}"' in staff.get("/admin/").text
    staff.force_login(owner)
    assert f'href="{LIST}"' not in staff.get("/").text


def test_a_person_is_deleted_with_what_they_were_told_and_announcements_stay(
    staff: Client, owner: User
) -> None:
    shown(audience="chosen", chosen=[owner])
    take_in(owner)
    staff.post(f"/admin/accounts/user/{owner.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=owner.pk).exists()
    assert Announcement.objects.count() == 1
