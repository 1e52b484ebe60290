"""Snoozing: it rings again at the moment chosen, once, and the last word holds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from notifications.models import Notification
from reminders.models import Occurrence, Ring
from reminders.snoozing import in_words, moment_of, offered
from tasks.clock import database_now
from tasks.engine import claim, execute
from tasks.errors import CancellationRequested
from tasks.models import Run
from tests.reminders.kinds import HOURLY, newest, rang, reminder_of, time_comes, waiting
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
IN_AN_HOUR = timedelta(hours=1)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "names"),
    [
        ("2026-11-24T09:00", ["10-minutes", "1-hour", "evening", "tomorrow"]),
        ("2026-11-24T17:00", ["10-minutes", "1-hour", "evening", "tomorrow"]),
        ("2026-11-24T17:01", ["10-minutes", "1-hour", "tomorrow"]),
        ("2026-11-24T23:59", ["10-minutes", "1-hour", "tomorrow"]),
        ("2026-11-24T00:30", ["10-minutes", "1-hour", "evening", "tomorrow"]),
    ],
)
def test_the_evening_is_offered_while_it_is_an_hour_off(now: str, names: list[str]) -> None:
    assert [choice.name for choice in offered(at(now), BERLIN)] == names


@pytest.mark.parametrize(
    ("name", "typed", "until"),
    [
        ("10-minutes", "", "2026-11-24T14:10"),
        ("1-hour", "", "2026-11-24T15:00"),
        ("evening", "", "2026-11-24T18:00"),
        ("tomorrow", "", "2026-11-25T09:00"),
        ("pick", "2026-11-24T14:00:20", "2026-11-24T14:00:20"),
        ("pick", "2027-01-01T08:15", "2027-01-01T08:15"),
        ("pick", "2027-03-28T02:30", "2027-03-28T03:00"),  # is left out on that day
    ],
)
def test_choices_are_moments_of_the_owners_clock(name: str, typed: str, until: str) -> None:
    assert moment_of(name, typed, at("2026-11-24T14:00"), BERLIN) == at(until)


def test_an_hour_is_an_hour_and_tomorrow_is_nine_when_clocks_change() -> None:
    before = at("2027-03-27T23:30")
    assert moment_of("1-hour", "", before, BERLIN) - before == IN_AN_HOUR
    assert moment_of("tomorrow", "", before, BERLIN) == at("2027-03-28T09:00")


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("", "", "Choose"),
        ("next-year", "", "Choose"),
        ("pick", "", "Give a date"),
        ("pick", "tomorrow", "Give a date"),
        ("pick", "2026-11-24T14:30+01:00", "Give a date"),
        ("pick", "0001-01-01T00:00", "Give a date"),
        ("pick", "9999-12-31T23:59", "Give a date"),
        ("pick", "2026-11-24T14:00", "has passed"),
        ("pick", "2026-11-24T13:59:59", "has passed"),
        ("pick", "2126-11-24T14:00", "too far"),
    ],
)
def test_what_is_no_moment_to_come_is_refused_in_words(name: str, typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        moment_of(name, typed, at("2026-11-24T14:00"), BERLIN)


def test_this_evening_pressed_at_night_is_refused() -> None:
    with pytest.raises(ValidationError, match="has passed"):
        moment_of("evening", "", at("2026-11-24T18:30"), BERLIN)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-12-30T14:10", "14:10"),
        ("2026-12-31T09:00", "tomorrow at 09:00"),
        ("2027-01-01T09:00", "1 January 2027 at 09:00"),
    ],
)
def test_moments_are_said_as_people_do(moment: str, words: str) -> None:
    assert in_words(at(moment), at("2026-12-30T08:00"), BERLIN) == words


def test_it_rings_again_at_that_moment_once(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    occurrence = rang(reminder)
    until = (database_now() + IN_AN_HOUR).replace(microsecond=0)
    assert occurrence.snooze(until)
    assert occurrence.snoozed_until == until
    [run] = waiting(reminder)
    execute(run.pk)
    assert waiting(reminder) == [run]  # not before its time
    assert time_comes(run).summary == "1 sent"
    assert (newest(reminder), occurrence.rings.rung().count()) == (occurrence, 2)
    assert sink.recipients() == [owner.email] * 2
    assert occurrence.waiting_ring is None
    assert Notification.objects.visible_to(owner).unread().count() == 1


def test_it_comes_back_to_its_owner_alone(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, recipients=["anna@example.org"], in_app=False)
    rang(reminder).snooze(database_now() + IN_AN_HOUR)
    assert time_comes(waiting(reminder)[0]).summary == "shown here"
    assert sink.recipients() == ["anna@example.org"]
    assert Notification.objects.get().user == owner


def test_the_later_snooze_wins(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    occurrence = rang(reminder)
    soon = (database_now() + IN_AN_HOUR).replace(microsecond=0)
    for until in (soon, soon + IN_AN_HOUR, soon):
        assert occurrence.snooze(until)
        assert (occurrence.snoozed_until, len(waiting(reminder))) == (until, 1)


def test_two_that_are_snoozed_until_the_same_second_both_ring(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    until = (database_now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    both = [rang(reminder), rang(reminder)]
    for occurrence in both:
        assert occurrence.snooze(until)
    assert [run.ring.occurrence for run in waiting(reminder)] == both
    assert until not in [run.due_at for run in waiting(reminder)]  # that is the schedule's own


def test_what_is_done_is_not_snoozed(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    occurrence = rang(reminder)
    occurrence.acknowledge()
    assert not occurrence.snooze(database_now() + IN_AN_HOUR)
    assert waiting(reminder) == []


def test_snoozing_takes_the_place_of_a_nag_which_goes_on_after_it(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=5)
    occurrence = rang(reminder)
    occurrence.snooze(database_now() + IN_AN_HOUR)
    [run] = waiting(reminder)
    assert run.ring.cause == Ring.Cause.SNOOZE
    time_comes(run)
    assert [run.ring.cause for run in waiting(reminder)] == [Ring.Cause.NAG]


def test_a_ring_that_a_worker_has_in_hands_is_put_off(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, nag_every=5)
    occurrence = rang(reminder)
    [nag] = waiting(reminder)
    Run.objects.filter(pk=nag.pk).update(next_attempt_at=database_now())
    active = claim(nag.pk)
    assert active is not None
    occurrence.snooze(database_now() + IN_AN_HOUR)
    with pytest.raises(CancellationRequested):
        active.kind.handler(active)
    assert (occurrence.rings.rung().count(), sink.recipients()) == (1, [owner.email])
    assert [run.ring.cause for run in waiting(reminder)] == [Ring.Cause.SNOOZE]


def test_a_paused_reminder_can_be_snoozed_and_rings(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner, schedule=HOURLY)
    occurrence = rang(reminder)
    reminder.pause()
    occurrence.snooze(database_now() + IN_AN_HOUR)
    assert time_comes(waiting(reminder)[0]).summary == "1 sent"


def test_a_snoozed_one_that_is_deleted_rings_no_more(owner: User, sink: Sink) -> None:
    reminder = reminder_of(owner)
    occurrence = rang(reminder)
    occurrence.snooze(database_now() + IN_AN_HOUR)
    [run] = waiting(reminder)
    reminder.delete()
    execute(run.pk)
    assert (Occurrence.objects.count(), Run.objects.count()) == (0, 0)
    with pytest.raises(Occurrence.DoesNotExist):
        occurrence.snooze(database_now() + IN_AN_HOUR)


def test_the_page_snoozes_by_the_owners_clock(owner: User, sink: Sink, client: Client) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Kolkata")
    owner.refresh_from_db()
    occurrence = rang(reminder_of(owner))
    client.force_login(owner)
    answer = client.post(
        f"{occurrence.get_absolute_url()}snooze/",
        {"until": "pick", "at": "2030-01-02T09:00"},
        headers={"Referer": "http://testserver/notifications/?before=9"},
    )
    assert (answer.status_code, answer["Location"]) == (302, "http://testserver/notifications/?before=9")
    assert occurrence.snoozed_until == at("2030-01-02T09:00", ZoneInfo("Asia/Kolkata"))


def test_an_answer_in_place_is_what_became_of_it(owner: User, sink: Sink, signed_in: Client) -> None:
    occurrence = rang(reminder_of(owner))
    answer = signed_in.post(
        f"{occurrence.get_absolute_url()}snooze/",
        {"until": "pick", "at": "2030-01-02T09:00"},
        headers={"X-Requested-With": "live-fragment"},
    )
    assert answer.status_code == 200
    assert "Snoozed until 2 January 2030 at 09:00" in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("in_place", [True, False])
def test_a_moment_of_the_past_is_refused_at_its_field(
    owner: User, sink: Sink, signed_in: Client, in_place: bool
) -> None:
    occurrence = rang(reminder_of(owner))
    answer = signed_in.post(
        f"{occurrence.get_absolute_url()}snooze/",
        {"until": "pick", "at": "2020-01-02T09:00"},
        headers={"X-Requested-With": "live-fragment"} if in_place else {},
    )
    page = answer.content.decode()
    assert (answer.status_code, occurrence.snoozed_until) == (422, None)
    assert "That time has passed." in page
    described = f'aria-describedby="until-{occurrence.pk}-error"'
    assert f'value="2020-01-02T09:00" aria-invalid="true" {described}' in page
    assert f'id="until-{occurrence.pk}-error"' in page
    assert ("<html" in page) is not in_place


def test_it_says_by_whose_clock_it_is_picked(owner: User, sink: Sink, client: Client) -> None:
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Kolkata")
    rang(reminder_of(owner))
    client.force_login(owner)
    assert "by the clock in Asia/Kolkata" in client.get("/reminders/").content.decode()


def test_a_page_elsewhere_is_not_gone_back_to(owner: User, sink: Sink, signed_in: Client) -> None:
    reminder = reminder_of(owner)
    answer = signed_in.post(
        f"{rang(reminder).get_absolute_url()}snooze/",
        {"until": "1-hour"},
        headers={"Referer": "https://evil.example/"},
    )
    assert answer["Location"] == reminder.get_absolute_url()


@pytest.mark.parametrize("button", ["snooze", "acknowledgement"])
def test_corrected_without_scripts_it_leads_to_the_reminders_page(
    owner: User, sink: Sink, signed_in: Client, button: str
) -> None:
    """The page that said what was wrong is the answer to a press, and cannot be looked at again."""
    reminder = reminder_of(owner)
    address = rang(reminder).get_absolute_url()
    answer = signed_in.post(
        f"{address}{button}/?about=shown",
        {"until": "pick", "at": "2030-01-02T09:00"},
        headers={"Referer": f"http://testserver{address}snooze/?about=shown"},
        follow=True,
    )
    assert answer.redirect_chain == [(reminder.get_absolute_url(), 302)]
    assert answer.status_code == 200
