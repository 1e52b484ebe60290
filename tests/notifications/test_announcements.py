"""What is announced is stored once, and is in the inbox of each whom it is meant for when they come by."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications.broadcasts import reach
from notifications.broadcasts.asking import retract
from notifications.door import notify
from notifications.inbox import bell
from notifications.inbox.arrivals import take_in
from notifications.inbox.bell import Bell
from notifications.live.versions import versions_of
from notifications.models import Announcement, AnnouncementCounter, Inbox, Notification
from tests.factories import make_user
from tests.notifications.announcements import herald, shown, titles
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def arrive(user: User) -> list[str]:
    """What the inbox shows them after they came by."""
    take_in(User.objects.get(pk=user.pk))
    return titles(user)


def test_announcing_writes_into_nobodys_inbox(owner: User, friend: User) -> None:
    shown()
    assert (Notification.objects.count(), Inbox.objects.count()) == (0, 0)


def test_whoever_comes_by_finds_it_once_however_often_they_come(owner: User, friend: User) -> None:
    shown()
    for _ in range(3):
        assert arrive(owner) == ["Maintenance at noon"]
    assert Notification.objects.count() == 1
    assert arrive(friend) == ["Maintenance at noon"]


def test_the_entry_leads_to_the_text_which_is_stored_once(owner: User) -> None:
    announcement = shown(text="Save your work.", level="warning")
    arrive(owner)
    entry = Notification.objects.get()
    assert (entry.level, entry.event, entry.number) == ("warning", "broadcast", 1)
    assert (entry.body, entry.text) == ("", "Save your work.")
    assert (entry.url, entry.created_at) == (
        f"/notifications/announcements/{announcement.pk}/",
        announcement.published_at,
    )


def test_who_joins_later_does_not_get_old_ones(owner: User) -> None:
    shown("Old")
    newcomer = make_user("newcomer")
    assert arrive(newcomer) == []
    shown("New")
    assert arrive(newcomer) == ["New"]
    assert arrive(owner) == ["Old", "New"]


def test_they_stand_where_they_came_among_other_notifications(owner: User) -> None:
    shown("First")
    arrive(owner)
    notify(owner, title="A task failed")
    shown("Second")
    shown("Third")
    assert arrive(owner) == ["First", "A task failed", "Second", "Third"]
    assert list(Notification.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


def test_staff_alone_get_what_is_for_staff(owner: User, friend: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    shown(audience="staff")
    assert (arrive(owner), arrive(friend)) == (["Maintenance at noon"], [])


def test_who_becomes_staff_gets_what_comes_from_then_on(owner: User) -> None:
    shown("Before", audience="staff")
    assert arrive(owner) == []
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    shown("After", audience="staff")
    assert arrive(owner) == ["After"]


def test_chosen_users_alone_get_what_is_for_them(owner: User, friend: User) -> None:
    announcement = shown(audience="chosen", chosen=[friend])
    assert (arrive(owner), arrive(friend)) == ([], ["Maintenance at noon"])
    announcement.broadcast.chosen.set([owner])
    assert (arrive(owner), arrive(friend)) == ([], ["Maintenance at noon"])


def test_who_was_online_gets_it_and_who_comes_online_later_does_not(
    owner: User, friend: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "online_users_even_hidden", lambda: {owner.pk, 10**6})
    shown(audience="online")
    monkeypatch.setattr(reach, "online_users_even_hidden", lambda: {owner.pk, friend.pk})
    assert (arrive(owner), arrive(friend)) == (["Maintenance at noon"], [])


def test_an_inbox_that_an_operator_deleted_takes_nothing_in_twice(owner: User) -> None:
    shown("First")
    arrive(owner)
    Inbox.objects.all().delete()
    shown("Second")
    assert arrive(owner) == ["First", "Second"]
    assert Inbox.objects.get().head == 2


def test_what_is_over_by_itself_is_noticed_by_who_shows_it(owner: User) -> None:
    shown(expires_after=3600)
    before = Bell.of(owner)
    assert (before.unread, versions_of([owner.pk])) == (1, {owner.pk: before.version})
    Announcement.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    after = Bell.of(owner)
    assert (after.unread, versions_of([owner.pk])) == (0, {owner.pk: after.version})
    assert after.version != before.version


def test_what_is_announced_while_a_bell_is_rendered_is_not_taken_for_shown(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown("First")

    def and_meanwhile(user: User) -> None:
        take_in(user)
        shown("Second")

    monkeypatch.setattr(bell, "take_in", and_meanwhile)
    assert Bell.of(owner).version != versions_of([owner.pk])[owner.pk]


def test_what_is_over_arrives_no_more_and_leaves_the_inbox(owner: User, friend: User) -> None:
    announcement = shown(expires_after=3600)
    assert announcement.expires_at == announcement.published_at + timedelta(hours=1)
    assert arrive(owner) == ["Maintenance at noon"]
    Announcement.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (titles(owner), arrive(friend)) == ([], [])
    assert Notification.objects.visible_to(owner).unread().count() == 0


def test_what_is_retracted_leaves_every_inbox_and_arrives_nowhere(owner: User, friend: User) -> None:
    announcement = shown("Retracted")
    arrive(owner)
    head = AnnouncementCounter.objects.head()
    assert retract(announcement.broadcast)
    assert not retract(announcement.broadcast)
    assert AnnouncementCounter.objects.head() == head + 1
    assert (titles(owner), arrive(friend)) == ([], [])
    shown("Next")
    assert (arrive(owner), arrive(friend)) == (["Next"], ["Next"])


def test_in_several_tabs_at_the_same_moment_it_arrives_once(owner: User) -> None:
    for count in range(1, 6):
        shown()
        assert together(*[lambda: take_in(User.objects.get(pk=owner.pk))] * 4) == [None] * 4
        assert Notification.objects.count() == count
        assert Inbox.objects.get().head == count


def test_what_is_announced_while_somebody_comes_by_is_not_passed_over(owner: User) -> None:
    herald()
    for count in range(1, 6):
        together(lambda: take_in(User.objects.get(pk=owner.pk)), shown, shown)
        assert len(arrive(owner)) == 2 * count


def test_the_database_itself_refuses_an_announcement_twice(owner: User) -> None:
    announcement = shown()
    arrive(owner)
    with pytest.raises(IntegrityError):
        Notification.objects.create(user=owner, number=2, title="Again", announcement=announcement)


@pytest.mark.parametrize(
    "address", ["/", "/notifications/", "/notifications/entries/", "/notifications/badge/"]
)
def test_any_page_takes_it_in(client: Client, owner: User, address: str) -> None:
    client.force_login(owner)
    shown("<b>Größe</b>", text="<script>alert(1)</script>")
    page = client.get(address).text
    assert Notification.objects.filter(user=owner).count() == 1
    assert "<b>Größe" not in page
    assert "<script>alert(1)" not in page
    if address in {"/notifications/", "/notifications/entries/"}:
        assert "&lt;b&gt;Größe&lt;/b&gt;" in page
        assert "&lt;script&gt;alert(1)" in page


def test_its_page_shows_all_of_it_and_counts_as_reading(client: Client, owner: User, friend: User) -> None:
    announcement = shown("<b>Title</b>", text="<i>" + "long " * 400)
    address = announcement.get_absolute_url()
    client.force_login(owner)
    client.get(address, headers={"Sec-Purpose": "prefetch"})
    assert Notification.objects.get(user=owner).read_at is None
    page = client.get(address).text
    assert "&lt;i&gt;long long" in page
    assert page.count("long") == 400
    assert "<b>Title" not in page
    assert Notification.objects.get(user=owner).read_at is not None
    take_in(friend)
    assert Notification.objects.get(user=friend).read_at is None


def test_its_page_is_not_there_for_whom_it_is_not_meant_nor_once_it_is_retracted(
    client: Client, owner: User, friend: User
) -> None:
    announcement = shown(audience="chosen", chosen=[friend])
    address = announcement.get_absolute_url()
    client.force_login(owner)
    assert client.get(address).status_code == 404
    client.force_login(friend)
    assert client.get(address).status_code == 200
    retract(announcement.broadcast)
    assert client.get(address).status_code == 404
    assert client.get(Notification.objects.get().get_absolute_url()).status_code == 404


def test_coming_by_costs_one_query_when_nothing_is_new(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        take_in(owner)
    shown()
    take_in(owner)
    with django_assert_num_queries(1):
        take_in(owner)


def test_arriving_costs_the_same_for_one_and_for_many(owner: User) -> None:
    def cost(user: User) -> int:
        with CaptureQueriesContext(connection) as queries:
            take_in(user)
        return len(queries)

    shown()
    take_in(owner)  # makes the inbox
    shown()
    one = cost(owner)
    for _ in range(5):
        shown()
    assert cost(owner) == one
