"""The inbox: newest first, in pages, read one by one or all at once, and each to its own."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications.door import notify
from notifications.inbox.pages import SIZE
from notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def told(user: User, count: int = 1) -> list[Notification]:
    return [notify(user, title=f"Ended: {number}", url="/tasks/") for number in range(1, count + 1)]


def titles(client: Client, address: str = "/notifications/") -> list[str]:
    return [notification.title for notification in client.get(address).context["page"].notifications]


def unread(user: User) -> set[int]:
    return set(Notification.objects.visible_to(user).in_inbox().unread().values_list("number", flat=True))


def shown_unread(client: Client) -> str:
    found = re.search(r'class="count"[^>]*>([^<]*)<', client.get("/notifications/badge/").content.decode())
    assert found is not None
    return found[1]


def test_the_newest_stands_first_and_only_ones_own(signed_in: Client, owner: User, stranger: User) -> None:
    told(stranger)
    told(owner, 3)
    assert titles(signed_in) == ["Ended: 3", "Ended: 2", "Ended: 1"]


def test_pages_are_of_bounded_size_and_do_not_shift_when_something_arrives(
    signed_in: Client, owner: User
) -> None:
    told(owner, 2 * SIZE + 1)
    first = signed_in.get("/notifications/").context["page"]
    assert len(first.notifications) == SIZE
    second = titles(signed_in, first.older_url)
    assert second == [f"Ended: {number}" for number in range(SIZE + 1, 1, -1)]
    notify(owner, title="New")
    assert titles(signed_in, first.older_url) == second
    last = signed_in.get(signed_in.get(first.older_url).context["page"].older_url)
    assert [one.title for one in last.context["page"].notifications] == ["Ended: 1"]
    assert not last.context["page"].has_older


@pytest.mark.parametrize("before", ["", "x", "-1", "1.5", "9" * 5000, "²"])
def test_an_address_that_makes_no_sense_shows_the_newest(signed_in: Client, owner: User, before: str) -> None:
    told(owner)
    assert titles(signed_in, f"/notifications/?before={before}") == ["Ended: 1"]


def test_opening_an_entry_marks_it_read_and_leads_on(signed_in: Client, owner: User) -> None:
    first, second = told(owner, 2)
    answer = signed_in.get(first.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (302, "/tasks/")
    assert unread(owner) == {second.number}


def test_a_browser_that_looks_ahead_reads_nothing(signed_in: Client, owner: User) -> None:
    [notification] = told(owner)
    signed_in.get(notification.get_absolute_url(), headers={"Sec-Purpose": "prefetch"})
    assert unread(owner) == {1}


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_entries_lead_nowhere_outside(signed_in: Client, owner: User, url: str) -> None:
    notification = notify(owner, title="Something", url=url)
    answer = signed_in.get(notification.get_absolute_url())
    assert (answer.status_code, answer.context["notification"]) == (200, notification)


def test_one_is_marked_read_without_leaving_the_page(signed_in: Client, owner: User) -> None:
    first, second = told(owner, 2)
    answer = signed_in.post(f"/notifications/{first.pk}/reading/?before=5")
    assert answer["Location"] == "/notifications/?before=5"
    assert unread(owner) == {second.number}


def test_reading_again_changes_nothing(signed_in: Client, owner: User) -> None:
    [notification] = told(owner)
    signed_in.post(f"/notifications/{notification.pk}/reading/")
    read_at = Notification.objects.get().read_at
    signed_in.post(f"/notifications/{notification.pk}/reading/")
    assert Notification.objects.get().read_at == read_at is not None


def test_all_are_marked_read_but_not_what_came_since(signed_in: Client, owner: User, stranger: User) -> None:
    told(owner, SIZE + 3)
    told(stranger)
    until = signed_in.get("/notifications/").context["page"].newest
    notify(owner, title="Came since")
    signed_in.post("/notifications/reading/", {"until": until})
    assert (unread(owner), unread(stranger)) == ({until + 1}, {1})


@pytest.mark.parametrize("until", ["", "x", "-1"])
def test_marking_all_until_nothing_reads_nothing(signed_in: Client, owner: User, until: str) -> None:
    told(owner)
    signed_in.post("/notifications/reading/", {"until": until})
    assert unread(owner) == {1}


def test_the_bell_counts_what_is_unread_on_every_page(signed_in: Client, owner: User, stranger: User) -> None:
    told(stranger, 2)
    assert shown_unread(signed_in) == ""
    told(owner, 3)
    assert shown_unread(signed_in) == "3"
    assert "Notifications, 3 unread" in signed_in.get("/notifications/").content.decode()
    Notification.objects.bulk_create(
        [Notification(user=owner, number=number, title="More") for number in range(4, 104)]
    )
    assert shown_unread(signed_in) == "99+"


def test_titles_and_texts_are_text(signed_in: Client, owner: User) -> None:
    notify(owner, title="<script>a</script>", body="<img src=x onerror=b>")
    page = signed_in.get("/notifications/").content.decode()
    assert "&lt;script&gt;a" in page
    assert "<script>a" not in page
    assert "<img src=x" not in page


def test_the_part_that_moves_is_what_the_page_includes(signed_in: Client, owner: User) -> None:
    told(owner, SIZE + 1)
    page = signed_in.get("/notifications/")
    moving = page.context["page"].entries_url
    part = signed_in.get(moving).content.decode()
    token = re.compile(r'value="\w{64}"')
    assert token.sub("", part.strip()) in token.sub("", page.content.decode())


def test_others_do_not_exist(client: Client, owner: User, stranger: User) -> None:
    [notification] = told(owner)
    client.force_login(stranger)
    assert client.get(f"/notifications/{notification.pk}/").status_code == 404
    assert client.post(f"/notifications/{notification.pk}/reading/").status_code == 404
    client.post("/notifications/reading/", {"until": "99"})
    assert unread(owner) == {1}
    assert titles(client) == []


@pytest.mark.parametrize("address", ["", "entries/", "badge/", "1/"])
def test_who_is_not_signed_in_is_sent_to_the_log_in_page(client: Client, address: str) -> None:
    assert client.get(f"/notifications/{address}")["Location"].startswith("/accounts/login/")


def test_reading_is_done_by_post_alone(signed_in: Client, owner: User) -> None:
    [notification] = told(owner)
    for address in ["reading/", f"{notification.pk}/reading/"]:
        assert signed_in.get(f"/notifications/{address}").status_code == 405
    assert unread(owner) == {1}


def test_the_list_costs_the_same_however_long_it_is(
    signed_in: Client, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    told(owner)
    signed_in.get("/notifications/")
    for _ in range(2):
        cache.clear()  # the session is then read from the database, whether Redis is there or not
        with django_assert_num_queries(5):  # session, user, the page's rows, the inbox's version, unread
            signed_in.get("/notifications/")
        told(owner, 2)


def test_a_title_is_one_line_in_which_emoji_stay_whole(owner: User) -> None:
    family = "\N{WOMAN}\u200d\N{GIRL}"
    assert notify(owner, title=f"Sent\r\nto:\0 {family}\u202e").title == f"Sent to: {family}"
