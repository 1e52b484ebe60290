"""What repeats is one line: it is opened, read, archived and deleted as a whole, and its count stays true."""

import pytest
from django.test import Client

from accounts.models import User
from notifications.inbox.changing import change
from notifications.inbox.pages import SIZE
from notifications.models import Notification
from tests.notifications.inboxes import backup_finished, headings, lines
from tests.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def repeated(user: User, count: int) -> list[Notification]:
    return [backup_finished(user, title=f"Backup finished: {number}") for number in range(1, count + 1)]


def press(client: Client, notification: Notification, noun: str) -> None:
    assert client.post(f"/notifications/{notification.pk}/{noun}/").status_code == 302


def unread_in_all() -> int:
    return Notification.objects.unread().count()


def assert_counts_are_true(user: User) -> None:
    entries = Notification.objects.visible_to(user)
    for line in entries.filter(folded=False):
        assert line.count == entries.with_folded(line).count(), line.number
    assert sum(line.count for line in entries.filter(folded=False)) == entries.count()


def test_reading_it_reads_all_of_it_and_unreading_the_other_way_round(signed_in: Client, owner: User) -> None:
    *_, newest = repeated(owner, 3)
    press(signed_in, newest, "reading")
    assert (lines(owner), unread_in_all()) == ([("3 runs of Backup finished", False)], 0)
    press(signed_in, newest, "reading/delete")
    assert (lines(owner), unread_in_all()) == ([("3 runs of Backup finished", True)], 3)


def test_it_is_archived_and_deleted_as_a_whole(signed_in: Client, owner: User, friend: User) -> None:
    *_, newest = repeated(owner, 3)
    other = backup_finished(friend)
    press(signed_in, newest, "archive")
    assert lines(owner) == []
    assert headings(signed_in, "?show=archive") == ["3 runs of Backup finished"]
    press(signed_in, newest, "delete")
    assert list(Notification.objects.all()) == [other]


def test_opening_it_lists_what_it_holds_and_counts_as_reading(signed_in: Client, owner: User) -> None:
    *_, newest = repeated(owner, SIZE + 1)
    answer = signed_in.get("/notifications/").content.decode()
    assert f'href="/notifications/{newest.pk}/together/"' in answer
    page = signed_in.get(f"/notifications/{newest.pk}/together/")
    assert page.context["page"].notifications[0] == newest
    assert f"{SIZE + 1} runs of Backup finished" in page.content.decode()
    assert f'href="/notifications/{newest.pk}/together/?before=2"' in page.content.decode()
    last = signed_in.get(f"/notifications/{newest.pk}/together/?before=2")
    assert [entry.title for entry in last.context["page"].notifications] == ["Backup finished: 1"]
    assert unread_in_all() == 0


def test_looking_at_what_it_holds_within_the_list_reads_nothing(signed_in: Client, owner: User) -> None:
    *_, newest = repeated(owner, 3)
    part = signed_in.get(f"/notifications/{newest.pk}/folded/").content.decode()
    assert [part.count(f"Backup finished: {number}") for number in (1, 2, 3)] == [1, 1, 1]
    assert unread_in_all() == 3


def test_following_the_newest_reads_all_of_it(signed_in: Client, owner: User) -> None:
    """As by the link in a toast or a mail: it is the line."""
    *_, newest = repeated(owner, 3)
    assert signed_in.get(newest.get_absolute_url())["Location"] == "/tasks/"
    assert unread_in_all() == 0


def test_following_one_that_is_folded_reads_it_alone(signed_in: Client, owner: User) -> None:
    first, *_ = repeated(owner, 3)
    signed_in.get(first.get_absolute_url())
    assert (lines(owner), unread_in_all()) == ([("3 runs of Backup finished", True)], 2)


def test_what_comes_after_it_was_read_is_a_line_of_its_own(signed_in: Client, owner: User) -> None:
    *_, newest = repeated(owner, 3)
    press(signed_in, newest, "reading")
    *_, later = repeated(owner, 2)
    assert lines(owner) == [("2 runs of Backup finished", True), ("3 runs of Backup finished", False)]
    press(signed_in, later, "delete")
    assert lines(owner) == [("3 runs of Backup finished", False)]
    assert_counts_are_true(owner)


def test_one_that_came_since_the_page_was_shown_is_not_taken_along(signed_in: Client, owner: User) -> None:
    *_, shown = repeated(owner, 3)
    repeated(owner, 2)
    press(signed_in, shown, "reading")
    assert lines(owner) == [("2 runs of Backup finished", True), ("3 runs of Backup finished", False)]
    assert_counts_are_true(owner)


def test_nor_is_it_by_marking_all(signed_in: Client, owner: User) -> None:
    repeated(owner, 3)
    until = signed_in.get("/notifications/").context["page"].newest
    repeated(owner, 2)
    signed_in.post("/notifications/reading/", {"until": until})
    assert lines(owner) == [("2 runs of Backup finished", True), ("3 runs of Backup finished", False)]
    assert_counts_are_true(owner)


def test_nor_deleted_with_it(signed_in: Client, owner: User) -> None:
    *_, shown = repeated(owner, 3)
    *_, later = repeated(owner, 1)
    press(signed_in, shown, "delete")
    assert lines(owner) == [("Backup finished: 1", True)]
    assert list(Notification.objects.all()) == [later]
    assert_counts_are_true(owner)


def test_several_pages_that_are_behind_leave_counts_true(signed_in: Client, owner: User) -> None:
    first, second, third, _ = repeated(owner, 4)
    signed_in.post("/notifications/bulk/", {"action": "archive", "notification": [first.pk, third.pk]})
    assert lines(owner) == [("Backup finished: 4", True)]
    assert headings(signed_in, "?show=archive") == ["2 runs of Backup finished", "Backup finished: 1"]
    press(signed_in, second, "archive/delete")
    assert_counts_are_true(owner)


def test_what_became_unread_again_is_not_folded_over_what_came_after_it(
    signed_in: Client, owner: User
) -> None:
    [first] = repeated(owner, 1)
    press(signed_in, first, "reading")
    [second] = repeated(owner, 1)
    press(signed_in, second, "reading")
    press(signed_in, first, "reading/delete")
    repeated(owner, 2)
    assert lines(owner) == [
        ("2 runs of Backup finished", True),
        ("Backup finished: 1", False),
        ("Backup finished: 1", True),
    ]
    assert_counts_are_true(owner)


def test_what_is_taken_out_of_the_archive_is_not_folded_into_what_came_later(
    signed_in: Client, owner: User
) -> None:
    *_, archived = repeated(owner, 2)
    press(signed_in, archived, "archive")
    repeated(owner, 2)
    press(signed_in, archived, "archive/delete")
    press(signed_in, archived, "reading/delete")
    repeated(owner, 1)
    assert lines(owner) == [("3 runs of Backup finished", True), ("2 runs of Backup finished", True)]
    assert_counts_are_true(owner)


def test_the_bell_counts_lines(signed_in: Client, owner: User) -> None:
    repeated(owner, 3)
    backup_finished(owner, "task:8")
    assert 'data-unread="2"' in signed_in.get("/notifications/badge/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_those_that_come_at_the_same_moment_are_all_counted(owner: User) -> None:
    together(*[lambda: backup_finished(owner) for _ in range(12)])
    assert lines(owner) == [("12 runs of Backup finished", True)]
    assert_counts_are_true(owner)


@pytest.mark.django_db(transaction=True)
def test_those_that_come_while_the_line_is_read_again_and_again_are_all_counted(owner: User) -> None:
    def read_all() -> None:
        for _ in range(5):
            change(owner.pk, lambda entries: entries.mark_read())

    outcomes = together(*[lambda: backup_finished(owner) for _ in range(10)], read_all, read_all)
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert Notification.objects.count() == 10
    assert_counts_are_true(owner)
