"""A program reads somebody's inbox, marks what is in it, and deletes it, as its pages do."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from rest_framework.test import APIClient

from accounts.models import User
from notifications.door import notify
from notifications.models import Inbox, Mute, Notification
from tests.api.clients import program_of
from tests.notifications.announcements import shown
from tests.notifications.inboxes import backup_finished, lines, told

pytestmark = pytest.mark.django_db
ADDRESS = "/api/notifications/"
READINGS = f"{ADDRESS}readings/"
QUERIES_OF_A_LIST = 3  # the token, whether something was announced, and the page


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def address_of(notification: Notification) -> str:
    return f"{ADDRESS}{notification.pk}/"


def listed(program: Client, **query: Any) -> list[str]:
    answer = program.get(ADDRESS, query)
    assert answer.status_code == 200, answer.content
    return [each["title"] for each in answer.json()["results"]]


def patch(program: APIClient, notification: Notification, **content: Any) -> dict[str, Any]:
    answer = program.patch(address_of(notification), content, format="json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def refusals(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {each["field"]: each["detail"] for each in answer.json()["errors"]}


def test_one_of_them_says_all_there_is_to_say(program: APIClient, owner: User) -> None:
    notification = notify(owner, title="A task failed", body="Why", level="error", url="/tasks/7/")
    site = "http://testserver"
    (found,) = program.get(ADDRESS).json()["results"]
    created_at = notification.created_at.isoformat().replace("+00:00", "Z")
    assert found == {
        "id": notification.pk,
        "url": f"{site}{address_of(notification)}",
        "html_url": f"{site}/notifications/{notification.pk}/",
        "number": 1,
        "event": "other",
        "level": "error",
        "title": "A task failed",
        "body": "Why",
        "count": 1,
        "about_url": f"{site}/tasks/7/",
        "read": False,
        "archived": False,
        "muted": False,
        "created_at": created_at,
        "read_at": None,
        "archived_at": None,
    }
    assert program.get(found["url"]).json() == found, "and looking at it does not mark it as read"


def test_the_newest_come_first_and_pages_go_on_where_they_ended(program: APIClient, owner: User) -> None:
    told(owner, *"abcde")
    page = program.get(ADDRESS, {"limit": 2}).json()
    told(owner, "later")
    titles = [each["title"] for each in page["results"]]
    while page["next"]:
        page = program.get(page["next"]).json()
        titles += [each["title"] for each in page["results"]]
    assert titles == list("edcba")


def test_what_is_unread_archived_of_an_event_or_holds_words_is_found(program: APIClient, owner: User) -> None:
    read, archived, failed, _ = told(owner, "Read", "Archived", "Failed", "Last of all")
    patch(program, read, read=True)
    patch(program, archived, archived=True)
    Notification.objects.filter(pk=failed.pk).update(event="task.failed")
    assert listed(program) == ["Last of all", "Failed", "Read"]
    assert listed(program, unread="true") == ["Last of all", "Failed"]
    assert listed(program, unread="false") == ["Read"]
    assert listed(program, archived="true") == ["Archived"]
    assert listed(program, event="task.failed") == ["Failed"]
    assert listed(program, search="all LAST") == ["Last of all"]
    assert listed(program, search="nothing") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unread", "perhaps"),
        ("archived", "2"),
        ("event", "no.such"),
        ("search", "x" * 201),
        ("search", "a\0"),
        ("cursor", "x"),
        ("limit", "0"),
        ("limit", "101"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(program: APIClient, name: str, value: str) -> None:
    answer = program.get(ADDRESS, {name: value})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [name]


def test_what_repeats_is_one_and_changed_as_one(program: APIClient, owner: User) -> None:
    *_, newest = [backup_finished(owner) for _ in range(3)]
    assert listed(program) == ["3 runs of Backup finished"]
    assert patch(program, newest, read=True)["count"] == 3
    assert not Notification.objects.unread().exists()
    patch(program, newest, read=False)
    assert Notification.objects.unread().count() == 3
    assert program.get(f"{ADDRESS}summary/").json()["unread"] == 1
    assert program.delete(address_of(newest)).status_code == 204
    assert not Notification.objects.exists()


def test_what_was_announced_to_all_is_there_on_the_first_look(program: APIClient, owner: User) -> None:
    shown("Maintenance at noon", text="We will be back at one.")
    assert program.get(f"{ADDRESS}summary/").json()["unread"] == 1
    (found,) = program.get(ADDRESS).json()["results"]
    assert (found["title"], found["body"]) == ("Maintenance at noon", "We will be back at one.")
    shown("One more")
    assert listed(program) == ["One more", "Maintenance at noon"]


def test_the_summary_changes_with_the_inbox(program: APIClient, owner: User) -> None:
    def summary() -> dict[str, Any]:
        return dict(program.get(f"{ADDRESS}summary/").json())

    before = summary()
    assert before == {"unread": 0, "head": 0, "version": before["version"]}
    (notification,) = told(owner, "One")
    told_one = summary()
    assert (told_one["unread"], told_one["head"]) == (1, 1)
    patch(program, notification, read=True)
    read = summary()
    assert (read["unread"], read["head"]) == (0, 1)
    assert len({before["version"], told_one["version"], read["version"]}) == 3


def test_it_goes_into_the_archive_and_comes_out_again(program: APIClient, owner: User) -> None:
    (notification,) = told(owner, "One")
    put_away = patch(program, notification, archived=True)
    assert put_away["archived"]
    assert put_away["read"], "what is archived counts as read"
    assert put_away["archived_at"].endswith("Z")
    taken_out = patch(program, notification, archived=False, read=False)
    assert (taken_out["archived"], taken_out["read"]) == (False, False)


def test_what_is_archived_cannot_be_unread(program: APIClient, owner: User) -> None:
    (notification,) = told(owner, "One")
    for content in ({"archived": True, "read": False}, {"read": False}):
        answer = program.patch(address_of(notification), content, format="json")
        assert refusals(answer) == {"read": "What is archived counts as read."}
        patch(program, notification, archived=True)


def test_one_of_a_kind_is_muted_and_others_cannot_be(program: APIClient, owner: User) -> None:
    repeated, (single,) = backup_finished(owner), told(owner, "One")
    assert patch(program, repeated, muted=True)["muted"]
    backup_finished(owner)
    assert lines(owner) == [("One", True), ("Backup finished", True)]
    assert not patch(program, repeated, muted=False)["muted"]
    assert not Mute.objects.exists()
    answer = program.patch(address_of(single), {"muted": True, "read": True}, format="json")
    assert refusals(answer) == {"muted": "This is one of a kind, so there is nothing to mute."}
    single.refresh_from_db()
    assert not single.is_read, "nothing of a refused request is done"


@pytest.mark.parametrize("name", ["read", "archived", "muted"])
@pytest.mark.parametrize("value", [None, "perhaps", 2, [], {}])
def test_what_is_neither_true_nor_false_is_refused_where_it_stands(
    program: APIClient, owner: User, name: str, value: object
) -> None:
    (notification,) = told(owner, "One")
    answer = program.patch(address_of(notification), {name: value}, format="json")
    assert list(refusals(answer)) == [name]


def test_a_change_of_nothing_changes_nothing(program: APIClient, owner: User) -> None:
    (notification,) = told(owner, "One")
    before = Inbox.objects.get().version
    assert patch(program, notification, number=7, title="Another")["title"] == "One"
    assert Inbox.objects.get().version == before


def test_all_up_to_a_number_are_read_and_what_came_later_is_not(program: APIClient, owner: User) -> None:
    told(owner, "a", "b", "c")
    answer = program.post(READINGS, {"until": 2}, format="json")
    assert (answer.status_code, answer.json()) == (200, {"read": 2})
    assert lines(owner) == [("c", True), ("b", False), ("a", False)]
    assert program.post(READINGS, {"until": 2}, format="json").json() == {"read": 0}


def test_a_line_that_grew_meanwhile_is_read_as_far_as_it_was_seen(program: APIClient, owner: User) -> None:
    for _ in range(3):
        backup_finished(owner)
    assert program.post(READINGS, {"until": 2}, format="json").json() == {"read": 2}
    assert lines(owner) == [("Backup finished", True), ("2 runs of Backup finished", False)]


def test_reading_all_can_be_narrowed_down(program: APIClient, owner: User) -> None:
    told(owner, "milk", "bread")
    asked = {"until": 9, "search": "milk"}
    assert program.post(READINGS, asked, format="json").json() == {"read": 1}
    assert program.post(READINGS, {"until": 9, "event": "task.failed"}, format="json").json() == {"read": 0}
    assert lines(owner) == [("bread", True), ("milk", False)]


def test_these_are_read_with_what_they_stand_for(program: APIClient, owner: User) -> None:
    _, newest = backup_finished(owner), backup_finished(owner)
    first, _ = told(owner, "a", "b")
    assert program.post(READINGS, {"ids": [first.pk, newest.pk]}, format="json").json() == {"read": 3}
    assert lines(owner) == [("b", True), ("a", False), ("2 runs of Backup finished", False)]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "until"),
        ({"until": 1, "ids": [1]}, "until"),
        ({"until": -1}, "until"),
        ({"until": 2**63}, "until"),
        ({"until": "many"}, "until"),
        ({"until": 1, "event": "no.such"}, "event"),
        ({"ids": []}, "ids"),
        ({"ids": "all"}, "ids"),
        ({"ids": [2**70]}, "ids.0"),
        ({"ids": list(range(1, 202))}, "ids"),
        ({"ids": [987654321]}, "ids"),
        ([], ""),
    ],
)
def test_a_reading_of_nothing_is_refused(program: APIClient, content: object, field: str) -> None:
    assert list(refusals(program.post(READINGS, content, format="json"))) == [field]


def test_what_is_somebody_elses_is_not_there(program: APIClient, stranger: User) -> None:
    (theirs,) = told(stranger, "Theirs")
    assert listed(program) == []
    for method in ("get", "patch", "delete"):
        answer = getattr(program, method)(address_of(theirs), {"read": True}, format="json")
        assert answer.status_code == 404, method
    answer = program.post(READINGS, {"ids": [theirs.pk]}, format="json")
    assert refusals(answer) == {"ids": f"You have no notification {theirs.pk}."}
    assert program.post(READINGS, {"until": 9}, format="json").json() == {"read": 0}
    assert lines(stranger) == [("Theirs", True)]


def test_a_token_that_only_reads_changes_nothing(owner: User) -> None:
    (notification,) = told(owner, "One")
    program = program_of(owner, can_write=False, resources=["notifications"])
    assert listed(program) == ["One"]
    for answer in (
        program.patch(address_of(notification), {"read": True}, format="json"),
        program.delete(address_of(notification)),
        program.post(READINGS, {"until": 9}, format="json"),
        program.patch(f"{ADDRESS}preferences/", {"toasts": False}, format="json"),
    ):
        assert answer.status_code == 403
    assert lines(owner) == [("One", True)]


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_costs_the_same_however_long_it_is(
    program: APIClient, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    told(owner, *(f"Number {number}" for number in range(count - 1)))
    shown("Announced to all")
    assert len(listed(program)) == min(count, 25)
    with django_assert_num_queries(QUERIES_OF_A_LIST):
        assert len(listed(program, limit=50)) == count


def test_open_pages_hear_of_it(
    program: APIClient,
    owner: User,
    pushes: list[tuple[list[int], Any]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    (notification,) = told(owner, "One")
    with django_capture_on_commit_callbacks(execute=True):
        patch(program, notification, read=True)
    assert pushes == [([owner.pk], {"topic": "notifications"})]


def test_addresses_have_names() -> None:
    names = ("notifications", "notification_summary", "notification_readings", "notification_preferences")
    assert [reverse(f"api_{name}") for name in names] == [
        ADDRESS,
        f"{ADDRESS}summary/",
        READINGS,
        f"{ADDRESS}preferences/",
    ]
