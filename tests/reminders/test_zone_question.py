"""Who changes their time zone says whether what they scheduled keeps its moment or its time of day."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reminders import moving
from reminders.models import Reminder, ZoneQuestion
from tasks.door import Schedule, schedule
from tasks.models import Task
from tests.reminders.kinds import reminder_of
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db

BERLIN, TOKYO, NEW_YORK = "Europe/Berlin", "Asia/Tokyo", "America/New_York"
NINE = datetime(2050, 1, 3, 9)
DAILY = Schedule(BERLIN, NINE, rrule="FREQ=DAILY")


@pytest.fixture
def owner(owner: User) -> User:
    """Somebody in Berlin."""
    owner.time_zone = BERLIN
    owner.save()
    return owner


def go_to(client: Client, zone: str) -> str:
    """Save another zone on the profile; gives where that leads."""
    form = {"username": "owner", "time_zone": zone}
    [(page, _)] = client.post("/accounts/profile/", form, follow=True).redirect_chain
    return str(page)


def answer(client: Client, answer: str, old: str = BERLIN, new: str = TOKYO) -> Any:
    form = {"answer": answer, "time_zone": old, "new_zone": new}
    return client.post("/reminders/zone/", form, follow=True)


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def page(client: Client) -> str:
    return client.get("/reminders/zone/").content.decode()


def questions() -> list[str]:
    return list(ZoneQuestion.objects.order_by("pk").values_list("time_zone", flat=True))


def now(reminder: Reminder) -> tuple[Schedule, datetime]:
    """Its schedule and next time, as they are stored by now."""
    reminder.refresh_from_db()
    assert reminder.schedule
    assert reminder.next_run_at
    return reminder.schedule, reminder.next_run_at


def at(hour: int, zone: str, day: int = 3) -> datetime:
    return datetime(2050, 1, day, hour, tzinfo=ZoneInfo(zone))


def test_who_moves_is_led_to_the_question(signed_in: Client, owner: User) -> None:
    reminder_of(owner, schedule=DAILY)
    assert go_to(signed_in, TOKYO) == "/reminders/zone/"
    text = page(signed_in)
    assert "1 of your reminders and scheduled tasks follows the clock in Europe/Berlin." in text
    assert "Mon 3 Jan, 17:00" in text  # the same moment
    assert "Mon 3 Jan, 09:00" in text  # the same time of day
    assert "/reminders/zone/" in signed_in.get("/reminders/").content.decode()


def test_who_has_nothing_scheduled_there_is_asked_nothing(signed_in: Client, owner: User) -> None:
    reminder_of(owner, schedule=Schedule("UTC", NINE))
    over = reminder_of(owner, schedule=DAILY)
    Task.objects.filter(pk=over.pk).update(next_run_at=None)
    assert go_to(signed_in, TOKYO) == "/accounts/profile/"
    assert questions() == []
    assert "Nothing to decide" in page(signed_in)
    assert "/reminders/zone/" not in signed_in.get("/reminders/").content.decode()


ONCE = Schedule(BERLIN, NINE)
RULE = Schedule(BERLIN, NINE, rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
CRONTAB = Schedule(BERLIN, crontab="0 9 3 1 *")


@pytest.mark.parametrize("when", [ONCE, RULE, CRONTAB])
def test_the_moment_is_kept(signed_in: Client, owner: User, when: Schedule) -> None:
    reminder = reminder_of(owner, schedule=when)
    stored, due = reminder.schedule, reminder.next_run_at
    go_to(signed_in, TOKYO)
    assert said(answer(signed_in, "keep")) == ["Nothing was changed. They follow the clock in Europe/Berlin."]
    reminder.refresh_from_db()
    assert (reminder.schedule, reminder.next_run_at) == (stored, due)
    assert questions() == []


@pytest.mark.parametrize("when", [ONCE, RULE, CRONTAB])
def test_the_time_of_day_is_kept(signed_in: Client, owner: User, when: Schedule) -> None:
    reminder = reminder_of(owner, schedule=when)
    before = now(reminder)[1].astimezone(ZoneInfo(BERLIN))
    go_to(signed_in, TOKYO)
    assert said(answer(signed_in, "move")) == ["1 follows the clock in Asia/Tokyo now."]
    moved, due = now(reminder)
    assert moved.time_zone == TOKYO
    assert due.astimezone(ZoneInfo(TOKYO)).replace(tzinfo=None) == before.replace(tzinfo=None)
    assert questions() == []
    assert "Nothing to decide" in page(signed_in)


def test_lists_that_are_open_elsewhere_hear_of_it_once(
    signed_in: Client,
    owner: User,
    pushes: list[tuple[list[int], Any]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    for _ in range(3):
        reminder_of(owner, schedule=DAILY)
    go_to(signed_in, TOKYO)
    pushes.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answer(signed_in, "move")
    assert pushes == [([owner.pk], {"topic": "runs"})]


def test_its_end_moves_with_it(signed_in: Client, owner: User) -> None:
    rule = Schedule(BERLIN, NINE, rrule="FREQ=DAILY", max_runs=3)
    reminder = reminder_of(owner, schedule=rule)
    go_to(signed_in, TOKYO)
    answer(signed_in, "move")
    firings = now(reminder)[0].upcoming(datetime(2049, 1, 1, tzinfo=UTC), 10)
    assert firings == [at(9, TOKYO, day) for day in (3, 4, 5)]


@pytest.mark.parametrize(
    ("starts", "new", "expected"),
    [
        # Berlin skips 02:30 on 27 March 2050, New York on 13 March.
        (datetime(2050, 3, 13, 2, 30), NEW_YORK, "2050-03-13T07:00:00+00:00"),
        (datetime(2050, 3, 27, 2, 30), NEW_YORK, "2050-03-27T06:30:00+00:00"),
        # New York has 01:30 twice on 6 November 2050; the first is meant.
        (datetime(2050, 11, 6, 1, 30), NEW_YORK, "2050-11-06T05:30:00+00:00"),
    ],
)
def test_over_a_clock_change_the_time_of_day_is_that_of_the_new_zone(
    signed_in: Client, owner: User, starts: datetime, new: str, expected: str
) -> None:
    reminder = reminder_of(owner, schedule=Schedule(BERLIN, starts))
    go_to(signed_in, new)
    answer(signed_in, "move", new=new)
    assert now(reminder)[1].isoformat() == expected


@pytest.mark.parametrize("choice", ["move", "keep"])
def test_what_is_paused_stays_paused(signed_in: Client, owner: User, choice: str) -> None:
    reminder = reminder_of(owner, schedule=DAILY)
    reminder.pause()
    go_to(signed_in, TOKYO)
    assert "paused" in page(signed_in)
    answer(signed_in, choice)
    reminder.refresh_from_db()
    assert (reminder.next_run_at, bool(reminder.paused_at)) == (None, True)
    reminder.resume()
    assert reminder.next_run_at == at(9, TOKYO if choice == "move" else BERLIN)


@pytest.mark.parametrize("is_paused", [False, True])
def test_what_would_be_past_stays_as_it_is_and_that_is_said(
    signed_in: Client, owner: User, is_paused: bool
) -> None:
    """In Tokyo, the evening in Berlin has long been."""
    soon = (datetime.now(UTC) + timedelta(hours=2)).replace(microsecond=0)
    evening = reminder_of(owner, schedule=Schedule.at(soon, BERLIN), title="Tonight")
    if is_paused:
        evening.pause()
    reminder_of(owner, schedule=DAILY, title="Daily")
    due = evening.next_run_at
    go_to(signed_in, TOKYO)
    assert page(signed_in).count("Would be past: stays as it is") == 1
    words = "1 follows the clock in Asia/Tokyo now. 1 stayed as it was: the time would have passed."
    assert said(answer(signed_in, "move")) == [words]
    evening.refresh_from_db()
    assert (evening.time_zone, evening.next_run_at) == (BERLIN, due)


def test_tasks_of_other_kinds_move_as_well(signed_in: Client, owner: User) -> None:
    with handled_by(lambda run: None):
        task = schedule(NAME, owner=owner, params=Steps(), schedule=DAILY)
        go_to(signed_in, TOKYO)
        answer(signed_in, "move")
    task.refresh_from_db()
    assert task.next_run_at == at(9, TOKYO)


def test_tasks_in_other_zones_are_left_alone(signed_in: Client, owner: User) -> None:
    reminder_of(owner, schedule=DAILY)
    elsewhere = reminder_of(owner, schedule=Schedule(NEW_YORK, NINE, rrule="FREQ=DAILY"))
    go_to(signed_in, TOKYO)
    answer(signed_in, "move")
    elsewhere.refresh_from_db()
    assert elsewhere.next_run_at == at(9, NEW_YORK)


def test_those_of_other_people_are_left_alone(signed_in: Client, owner: User, stranger: User) -> None:
    reminder_of(owner, schedule=DAILY)
    theirs = reminder_of(stranger, schedule=DAILY, title="Theirs")
    go_to(signed_in, TOKYO)
    assert "Theirs" not in page(signed_in)
    answer(signed_in, "move")
    theirs.refresh_from_db()
    assert theirs.next_run_at == at(9, BERLIN)


def test_nobody_answers_for_others(signed_in: Client, stranger: User, owner: User) -> None:
    theirs = reminder_of(stranger, schedule=DAILY)
    ZoneQuestion.objects.create(user=stranger, time_zone=BERLIN)
    answer(signed_in, "move", new=BERLIN)
    theirs.refresh_from_db()
    assert theirs.next_run_at == at(9, BERLIN)
    assert questions() == [BERLIN]


def test_there_and_back_nothing_is_to_be_decided(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner, schedule=DAILY)
    assert go_to(signed_in, TOKYO) == "/reminders/zone/"
    assert go_to(signed_in, BERLIN) == "/accounts/profile/"
    assert questions() == []
    reminder.refresh_from_db()
    assert reminder.next_run_at == at(9, BERLIN)


def test_two_changes_before_answering_leave_one_question(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner, schedule=DAILY)
    go_to(signed_in, TOKYO)
    assert go_to(signed_in, NEW_YORK) == "/reminders/zone/"
    assert questions() == [BERLIN]
    answer(signed_in, "move", new=NEW_YORK)
    reminder.refresh_from_db()
    assert reminder.next_run_at == at(9, NEW_YORK)


def test_what_was_scheduled_in_between_is_a_question_of_its_own(signed_in: Client, owner: User) -> None:
    reminder_of(owner, schedule=DAILY)
    go_to(signed_in, TOKYO)
    reminder_of(owner, schedule=Schedule(TOKYO, NINE))
    go_to(signed_in, NEW_YORK)
    assert questions() == [BERLIN, TOKYO]
    assert "the clock in Asia/Tokyo" in answer(signed_in, "move", new=NEW_YORK).content.decode()
    answer(signed_in, "move", TOKYO, NEW_YORK)
    assert set(Reminder.objects.values_list("next_run_at", flat=True)) == {at(9, NEW_YORK)}


def test_answered_in_two_tabs_the_first_one_counts(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner, schedule=DAILY)
    go_to(signed_in, TOKYO)
    answer(signed_in, "keep")
    assert said(answer(signed_in, "move")) == []
    reminder.refresh_from_db()
    assert reminder.next_run_at == at(9, BERLIN)


def test_a_page_about_a_zone_that_was_left_again_moves_nothing(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner, schedule=DAILY)
    go_to(signed_in, TOKYO)
    go_to(signed_in, NEW_YORK)  # in another tab
    response = answer(signed_in, "move", new=TOKYO)
    assert said(response) == ["Your time zone is another one by now. Look again at what would change."]
    assert "You moved to America/New_York" in response.content.decode()
    reminder.refresh_from_db()
    assert reminder.next_run_at == at(9, BERLIN)


def test_a_question_about_what_is_gone_is_not_asked(signed_in: Client, owner: User) -> None:
    reminder = reminder_of(owner, schedule=DAILY)
    go_to(signed_in, TOKYO)
    reminder.delete()
    assert "Nothing to decide" in page(signed_in)
    assert "/reminders/zone/" not in signed_in.get("/reminders/").content.decode()


def test_the_work_of_the_house_is_asked_about_by_nobody(signed_in: Client, owner: User) -> None:
    """Such as a digest that waits for its moment, which no clock moves."""
    reminder = reminder_of(owner, schedule=DAILY)
    go_to(signed_in, TOKYO)
    reminder.delete()
    with handled_by(lambda run: None, background=True):
        schedule(NAME, owner=owner, params=Steps(), schedule=DAILY)
        assert not moving.open_questions(owner).exists()


def test_a_zone_that_staff_changed_is_asked_about_at_the_next_visit(
    signed_in: Client, owner: User, stranger: User
) -> None:
    reminder_of(owner, schedule=DAILY)
    User.objects.filter(pk=stranger.pk).update(is_staff=True, is_superuser=True)
    staff = Client()
    staff.force_login(stranger)
    form = {"username": "owner", "email": owner.email, "time_zone": TOKYO, "is_active": "on"}
    staff.post(f"/admin/accounts/user/{owner.pk}/change/", form)
    assert "/reminders/zone/" in signed_in.get("/reminders/").content.decode()


@pytest.mark.parametrize("form", [{}, {"answer": "sell"}, {"answer": "move", "time_zone": "Mars/Olympus"}])
def test_what_is_no_answer_changes_nothing(signed_in: Client, owner: User, form: dict[str, str]) -> None:
    reminder = reminder_of(owner, schedule=DAILY)
    go_to(signed_in, TOKYO)
    assert signed_in.post("/reminders/zone/", form)["Location"] == "/reminders/zone/"
    reminder.refresh_from_db()
    assert (reminder.next_run_at, questions()) == (at(9, BERLIN), [BERLIN])


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_however_many_there_are(
    signed_in: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        reminder_of(owner, schedule=DAILY, title=f"Number {number}")
    go_to(signed_in, TOKYO)
    signed_in.get("/reminders/zone/")
    with django_assert_num_queries(6 + (connection.vendor == "postgresql")):  # which is asked for its clock
        text = page(signed_in)
    assert f"{count} of your reminders" in text


@pytest.mark.parametrize("count", [1, 30])
def test_moving_costs_the_same_however_many_there_are(
    owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        reminder_of(owner, schedule=DAILY, title=f"Number {number}")
    User.objects.update(time_zone=TOKYO)
    queries = 7 if connection.vendor == "postgresql" else 6
    with django_assert_num_queries(queries):
        assert moving.move(owner, BERLIN, TOKYO) == Counter(moved=count)


def test_moving_more_than_go_in_one_step(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "AT_A_TIME", 2)
    for number in range(5):
        reminder_of(owner, schedule=DAILY, title=f"Number {number}")
    User.objects.update(time_zone=TOKYO)
    assert moving.move(owner, BERLIN, TOKYO)["moved"] == 5
    assert set(Task.objects.values_list("time_zone", "next_run_at")) == {(TOKYO, at(9, TOKYO))}


def test_killed_between_two_steps_the_rest_is_asked_about_again(
    signed_in: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    step, steps = moving._move, []

    def killed_at_the_second(*arguments: Any) -> Any:
        steps.append(arguments)
        if len(steps) == 2:
            raise Killed
        return step(*arguments)

    monkeypatch.setattr(moving, "AT_A_TIME", 2)
    for number in range(5):
        reminder_of(owner, schedule=DAILY, title=f"Number {number}")
    go_to(signed_in, TOKYO)
    with monkeypatch.context() as patch:
        patch.setattr(moving, "_move", killed_at_the_second)
        with pytest.raises(Killed):
            answer(signed_in, "move")
    assert "3 of your reminders" in page(signed_in)
    assert said(answer(signed_in, "move")) == ["3 follow the clock in Asia/Tokyo now."]
    assert questions() == []


@pytest.mark.django_db(transaction=True)
def test_answering_in_two_tabs_at_once_moves_everything_once(owner: User) -> None:
    for number in range(20):
        reminder_of(owner, schedule=DAILY, title=f"Number {number}")
    User.objects.update(time_zone=TOKYO)
    results: list[int] = []

    def work() -> None:
        try:
            results.append(moving.move(owner, BERLIN, TOKYO)["moved"])
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results) == 20
    assert set(Task.objects.values_list("time_zone", "next_run_at")) == {(TOKYO, at(9, TOKYO))}
