"""The lists of one's reminders: what comes, what waits to be done, what is paused, and what is past."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notes.models import Note
from reminders.door import remindable
from reminders.models import Occurrence, Reminder
from reminders.pages import PER_PAGE, ReminderPage
from tasks.door import Schedule
from tasks.models import Run, Task
from tests.factories import make_user
from tests.reminders.kinds import HOURLY, fire, newest, rang, reminder_of, time_passes, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

LIST, ROWS = "/reminders/", "/reminders/rows/"


def page_of(client: Client, query: str = "") -> ReminderPage:
    page: ReminderPage = client.get(LIST + query).context["page"]
    return page


def titles(client: Client, query: str = "") -> list[str]:
    return [row.task.title for row in page_of(client, query).rows]


def at(day: int, hour: int = 9) -> Schedule:
    return Schedule("UTC", datetime(2050, 1, day, hour))


def make_past(
    owner: User, title: str, *, seconds_ago: int = 60, result: str = Run.State.COMPLETED
) -> Reminder:
    """One whose last time has come, and what became of that."""
    reminder = reminder_of(owner, title)
    Task.objects.filter(pk=reminder.pk).update(next_run_at=None)
    due_at = timezone.now() - timedelta(seconds=seconds_ago)
    Run.objects.create(task=reminder, due_at=due_at, tries_left=1, state=result, error="No way through.")
    return reminder


@pytest.mark.parametrize("address", [LIST, ROWS])
def test_what_comes_is_there_in_order_and_nobody_elses(
    signed_in: Client, owner: User, stranger: User, address: str
) -> None:
    for title, day in (("third", 3), ("first", 1), ("second", 2)):
        reminder_of(owner, title, schedule=at(day))
    reminder_of(stranger, "Theirs", schedule=at(1))
    answer = signed_in.get(address)
    assert [row.task.title for row in answer.context["page"].rows] == ["first", "second", "third"]
    assert "Theirs" not in answer.text


@pytest.mark.parametrize("show", ["", "waiting", "paused", "past"])
def test_of_others_no_tab_shows_anything(
    signed_in: Client, owner: User, stranger: User, sink: Sink, show: str
) -> None:
    for user, title in ((owner, "Mine"), (stranger, "Theirs")):
        rang(reminder_of(user, title, schedule=HOURLY))
        reminder_of(user, title).pause()
        make_past(user, title)
    page = signed_in.get(f"{LIST}?show={show}").text
    assert "Mine" in page
    assert "Theirs" not in page


def test_each_says_when_it_comes_next_and_how_often(signed_in: Client, owner: User) -> None:
    reminder_of(owner, "once", schedule=at(1))
    reminder_of(owner, "daily", schedule=Schedule("UTC", datetime(2050, 1, 2, 9), "FREQ=DAILY"))
    once, daily = page_of(signed_in).rows
    assert (once.when, once.words, once.zone) == ("1 January 2050 at 09:00", "Once", "")
    assert (daily.when, daily.words) == ("2 January 2050 at 09:00", "Every day at 09:00")


def test_the_next_time_is_told_on_the_clock_of_the_reader(client: Client) -> None:
    reader = make_user("reader", time_zone="Europe/Berlin")
    client.force_login(reader)
    reminder_of(reader, schedule=Schedule("America/New_York", datetime(2050, 1, 1, 9), "FREQ=DAILY"))
    (row,) = page_of(client).rows
    assert (row.when, row.words, row.zone) == (
        "1 January 2050 at 15:00", "Every day at 09:00", "America/New_York",
    )  # fmt: skip
    assert "(America/New_York)" in client.get(LIST).text


def test_one_that_comes_today_says_so(signed_in: Client, owner: User) -> None:
    soon = timezone.now() + timedelta(seconds=30)
    reminder_of(owner, schedule=Schedule.at(soon, "UTC"))
    (row,) = page_of(signed_in).rows
    assert row.when.startswith(("Today at ", "Tomorrow at 00:00"))


def test_the_last_result_stands_beside_what_comes_next(signed_in: Client, owner: User, sink: Sink) -> None:
    def said() -> str:
        (row,) = page_of(signed_in).rows
        return row.result.words if row.result else ""

    reminder = reminder_of(owner, schedule=HOURLY)
    assert said() == ""
    fire(reminder)
    assert said() == "Not done"
    newest(reminder).snooze(datetime(2050, 1, 1, 9, tzinfo=UTC))
    assert said() == "Snoozed until 1 January 2050 at 09:00"
    newest(reminder).acknowledge()
    assert said() == "Done"


def test_a_ring_that_was_called_off_is_no_result_when_its_time_comes(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    reminder = reminder_of(owner, schedule=HOURLY, nag_every=10)
    fire(reminder, timezone.now() - timedelta(minutes=2))
    [nag] = waiting(reminder)
    fire(reminder, timezone.now() - timedelta(minutes=1))
    newest(reminder).acknowledge()
    time_passes(nag)
    (row,) = page_of(signed_in).rows
    assert row.result
    assert (row.result.words, row.result.due_at) == ("Done", newest(reminder).due_at)


@pytest.mark.parametrize(
    ("state", "words"), [(Run.State.FAILED, "Failed"), (Run.State.EXPIRED, "Came too late")]
)
def test_what_went_wrong_is_said(signed_in: Client, owner: User, state: str, words: str) -> None:
    make_past(owner, "x", result=state)
    (row,) = page_of(signed_in, "?show=past").rows
    assert row.result
    assert (row.result.words, row.result.state, row.when) == (words, state, "")


def test_what_it_is_about_is_linked(signed_in: Client, owner: User) -> None:
    remindable(Note)
    note = Note.objects.create(owner=owner, title="Minutes")
    reminder_of(owner, about=note)
    assert f'href="{note.get_absolute_url()}">Minutes</a>' in signed_in.get(LIST).text


def test_what_rang_waits_above_what_comes_until_it_is_done(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    occurrence = rang(reminder_of(owner, schedule=HOURLY))
    assert page_of(signed_in).waiting == [occurrence]
    assert page_of(signed_in, "?show=waiting").waiting == [occurrence]
    assert page_of(signed_in, "?show=waiting").rows == []
    occurrence.acknowledge()
    assert page_of(signed_in).waiting == []
    assert "All done" in signed_in.get(f"{LIST}?show=waiting").text


def test_only_a_few_wait_above_and_the_rest_is_a_link_away(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    for number in range(7):
        rang(reminder_of(owner, str(number), email=False))
    assert len(page_of(signed_in).waiting) == 5
    assert "All of them" in signed_in.get(LIST).text
    assert len(page_of(signed_in, "?show=waiting").waiting) == 7


def test_paused_ones_have_a_list_of_their_own(signed_in: Client, owner: User) -> None:
    for title in ("paused first", "paused last"):
        reminder_of(owner, title).pause()
    reminder_of(owner, "going")
    assert titles(signed_in) == ["going"]
    assert titles(signed_in, "?show=paused") == ["paused last", "paused first"]
    (last, _) = page_of(signed_in, "?show=paused").rows
    assert (last.when, last.words) == ("", "Once, on 1 January 2050 at 09:00")


def test_past_ones_are_listed_by_when_they_rang_last(signed_in: Client, owner: User) -> None:
    make_past(owner, "long ago", seconds_ago=600)
    make_past(owner, "just now", seconds_ago=5)
    make_past(owner, "a while ago", seconds_ago=60)
    assert titles(signed_in, "?show=past") == ["just now", "a while ago", "long ago"]
    assert titles(signed_in) == []


def test_when_they_rang_last_is_not_until_when_they_were_snoozed(
    signed_in: Client, owner: User, sink: Sink
) -> None:
    snoozed = make_past(owner, "snoozed", seconds_ago=60)
    rang(snoozed).snooze(datetime(2050, 1, 1, 9, tzinfo=UTC))
    make_past(owner, "just now", seconds_ago=0)
    assert titles(signed_in, "?show=past") == ["just now", "snoozed"]


@pytest.mark.parametrize(
    "query", ["show=nonsense", "after=x", "after=1-", "after=-1--1", "after=²-²", f"after={9**30}-1"]
)
def test_a_query_without_sense_shows_the_first_page(signed_in: Client, owner: User, query: str) -> None:
    reminder_of(owner, "only")
    assert titles(signed_in, f"?{query}") == ["only"]


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "Nothing to come"), ("?show=waiting", "All done"), ("?show=paused", "Nothing is paused"),
     ("?show=past", "Nothing is past"), ("?after=1-1", "Nothing more")],
)  # fmt: skip
def test_an_empty_list_says_so(signed_in: Client, query: str, words: str) -> None:
    assert words in signed_in.get(LIST + query).text


def test_the_part_that_moves_is_the_one_that_the_page_includes(signed_in: Client, owner: User) -> None:
    reminder_of(owner)
    part = signed_in.get(f"{ROWS}?show=paused").text
    assert part.strip() in signed_in.get(f"{LIST}?show=paused").text
    assert 'src="/reminders/rows/?show=paused"' in signed_in.get(f"{LIST}?show=paused").text


def make_many(owner: User, show: str, count: int) -> None:
    for number in range(count):
        title = f"{number:02}"
        if show == "past":
            make_past(owner, title, seconds_ago=1000 - number)
        elif show == "waiting":
            rang(reminder_of(owner, title, email=False))
        else:
            reminder = reminder_of(owner, title, schedule=at(1 + number // 20, number % 20))
            if show == "paused":
                reminder.pause()


def names(page: ReminderPage) -> list[str]:
    return [each.task.title for each in page.rows or page.waiting]


@pytest.mark.parametrize("show", ["", "waiting", "paused", "past"])
def test_pages_hold_each_once_whatever_comes_and_goes_meanwhile(
    signed_in: Client, owner: User, sink: Sink, show: str
) -> None:
    make_many(owner, show, PER_PAGE + 5)
    first = page_of(signed_in, f"?show={show}")
    seen = names(first)
    assert len(seen) == PER_PAGE
    last, gone = Task.objects.get(title=seen[-1]), Task.objects.get(title=seen[0])
    Occurrence.objects.filter(task__in=[last, gone]).delete()
    Task.objects.filter(pk__in=[last.pk, gone.pk]).delete()  # also the one at which the page ended
    second = page_of(signed_in, first.next)
    assert sorted(seen + names(second)) == [f"{number:02}" for number in range(PER_PAGE + 5)]
    assert second.next == ""
    assert second.first == (f"?show={show}" if show else "")


def test_many_at_the_same_moment_are_all_there(signed_in: Client, owner: User) -> None:
    for number in range(PER_PAGE + 5):
        reminder_of(owner, f"{number:02}")
    first = page_of(signed_in)
    assert names(first) + names(page_of(signed_in, first.next)) == [f"{each:02}" for each in range(35)]


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_however_many_there_are(
    signed_in: Client, owner: User, sink: Sink, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    remindable(Note)
    note = Note.objects.create(owner=owner, title="Minutes")
    for number in range(count):
        rang(reminder_of(owner, str(number), schedule=HOURLY, about=note, email=False))
    signed_in.get(ROWS)  # content types are asked for once
    with django_assert_num_queries(7):
        page: ReminderPage = signed_in.get(ROWS).context["page"]
    assert (len(page.rows), len(page.waiting)) == (count, min(count, 5))
