"""What open pages hear of a broadcast: one frame for all, without toasts where none are wanted."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User
from notifications.broadcasts import reach, showing
from notifications.broadcasts.asking import retract
from notifications.models import Settings
from notifications.presence.online import PresenceUnknown
from tests.notifications.announcements import herald, shown
from tests.notifications.tabs import Tabs

pytestmark = pytest.mark.django_db(transaction=True)
Pushes = list[tuple[list[int] | None, Any]]
LOOK_AGAIN = {"topic": "notifications"}


def about_notifications(pushes: Pushes) -> Pushes:
    return [(users, frame) for users, frame in pushes if frame["topic"] == "notifications"]


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Who is online."""
    users: set[int] = set()
    for module in (reach, showing):
        monkeypatch.setattr(module, "online_users_even_hidden", lambda: set(users))
    return users


def quiet_now(user: User, **fields: Any) -> None:
    """In quiet hours at this moment."""
    clock = datetime.now(UTC)
    before, after = (clock - timedelta(hours=1)).time(), (clock + timedelta(hours=1)).time()
    Settings.objects.create(user=user, **{"quiet_from": before, "quiet_until": after, **fields})


def test_everybody_hears_of_it_by_one_frame(owner: User, friend: User, pushes: Pushes) -> None:
    announcement = shown("<b>Now</b>", level="warning", expires_after=3600)
    [(users, frame)] = about_notifications(pushes)
    assert users is None
    assert "within" not in frame
    toast = frame["toast"]
    assert (toast["title"], toast["level"]) == ("<b>Now</b>", "warning")
    assert toast["url"] == toast["about"] == announcement.get_absolute_url()
    assert 3590 <= toast["seconds"] <= 3600


def test_it_comes_to_all_tabs_but_without_a_toast_where_none_is_wanted(
    tabs: Tabs, owner: User, friend: User, stranger: User, online: set[int]
) -> None:
    Settings.objects.create(user=friend, toasts=False)
    quiet_now(stranger)
    online |= {owner.pk, friend.pk, stranger.pk}
    opened = [tabs.greeted(user) for user in (owner, friend, stranger)]
    shown()
    heard = [tab.wait_for("notifications") for tab in opened]
    assert ["toast" in frame for frame in heard] == [True, False, False]
    assert heard[1] == heard[2] == LOOK_AGAIN


def test_staff_and_chosen_users_alone_hear_of_what_is_for_them(
    owner: User, friend: User, pushes: Pushes
) -> None:
    Settings.objects.create(user=friend, toasts=False)
    shown(audience="chosen", chosen=[owner, friend])
    (first, with_toast), (second, without) = about_notifications(pushes)
    assert (first, second) == ([owner.pk], [friend.pk])
    assert with_toast["toast"]["title"] == "Maintenance at noon"
    assert without == LOOK_AGAIN
    pushes.clear()
    shown(audience="staff")
    assert [users for users, _ in about_notifications(pushes)] == [[herald().pk]]


def test_very_many_do_not_all_look_again_at_once(pushes: Pushes, online: set[int]) -> None:
    herald()
    online |= set(range(10_000, 11_500))
    shown()
    online |= set(range(20_000, 40_000))
    shown()
    assert [frame["within"] for _, frame in about_notifications(pushes)] == [15, 30]


def test_what_is_retracted_goes_from_open_pages(owner: User, pushes: Pushes) -> None:
    announcement = shown()
    pushes.clear()
    retract(announcement.broadcast)
    assert (None, {**LOOK_AGAIN, "gone": [announcement.get_absolute_url()]}) in pushes


@pytest.mark.parametrize(
    ("start", "end", "clock", "is_quiet"),
    [
        (time(22), time(7), time(23, 30), True),
        (time(22), time(7), time(6, 59), True),
        (time(22), time(7), time(7), False),
        (time(22), time(7), time(21, 59), False),
        (time(13), time(14), time(13), True),
        (time(13), time(14), time(14), False),
    ],
)
def test_quiet_hours_may_go_over_midnight(
    owner: User, monkeypatch: pytest.MonkeyPatch, start: time, end: time, clock: time, *, is_quiet: bool
) -> None:
    moment = datetime.combine(datetime(2026, 6, 1), clock, tzinfo=UTC)
    monkeypatch.setattr(reach, "database_now", lambda: moment)
    Settings.objects.create(user=owner, quiet_from=start, quiet_until=end)
    assert reach.does_not_want_toasts([owner.pk]) == ({owner.pk} if is_quiet else set())


def test_quiet_hours_are_by_the_clock_of_each(
    owner: User, friend: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "database_now", lambda: datetime(2026, 6, 1, 21, 0, tzinfo=UTC))
    User.objects.filter(pk=owner.pk).update(time_zone="Asia/Tokyo")
    for user in (owner, friend):
        Settings.objects.create(user=user, quiet_from=time(5), quiet_until=time(8))
    assert reach.does_not_want_toasts([owner.pk, friend.pk]) == {owner.pk}


def test_while_nobody_can_tell_who_is_here_all_ask_themselves_whether_they_want_a_toast(
    pushes: Pushes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown() -> set[int]:
        raise PresenceUnknown

    monkeypatch.setattr(showing, "online_users_even_hidden", unknown)
    shown()
    [(users, frame)] = about_notifications(pushes)
    assert users is None
    assert "toast" not in frame
    assert frame["within"] == showing.LONGEST_SPREAD
