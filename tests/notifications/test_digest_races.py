"""Two processes at the same moment, and workers lost on the way: each is told once, and of everything."""

from collections.abc import Callable
from datetime import time

import pytest

from accounts.models import User
from accounts.moving import save
from notifications.door import notify
from notifications.events import Email
from notifications.models import Digest, Held, Notification
from notifications.wishes import digest_letters
from notifications.wishes.holding import release
from tasks import engine
from tasks.models import Run, Task
from tests.factories import make_user
from tests.notifications.clocks import Clock, work
from tests.notifications.digests import be_quiet, told_of, wish
from tests.smtp_sink import Sink
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(4)


@pytest.fixture
def night(clock: Clock, owner: User) -> Clock:
    """The middle of a night, of somebody who wants e-mail at once."""
    quiet_nights(owner)
    clock.passes(hours=14)
    return clock


def quiet_nights(user: User) -> None:
    wish(user, email=Email.NOW)
    be_quiet(user)


def telling(user: User, count: int) -> list[Callable[[], object]]:
    def tell(number: int) -> Callable[[], object]:
        return lambda: notify(User.objects.get(pk=user.pk), title=f"Number {number}")

    return [tell(number) for number in range(count)]


def told(sink: Sink) -> list[int]:
    return sorted(key for received in sink.messages() for key in told_of(received))


def everything() -> list[int]:
    return sorted(Notification.objects.values_list("pk", flat=True))


def refusals(outcomes: list[object]) -> list[object]:
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_several_that_come_at_once_make_one_digest(night: Clock, owner: User, sink: Sink) -> None:
    """Also the first ones ever."""
    assert refusals(together(*telling(owner, 6))) == []
    digest = Digest.objects.get()
    assert digest.held.count() == 6
    assert Task.objects.filter(kind_name="notification.digest").count() == 1
    night.goes_to(digest.due_at)
    assert len(sink.messages()) == 1
    assert told(sink) == everything()


def test_what_comes_while_a_digest_is_let_out_is_told_of_once(night: Clock, owner: User, sink: Sink) -> None:
    """It joins, or goes out by itself; what is closed takes in nothing. A second worker lets out nothing."""
    for _ in ROUNDS:
        notify(owner, title="Held")
        digest = Digest.objects.get(closed_at=None)
        night.now = digest.due_at

        def let_out(digest: Digest = digest) -> object:
            return release(digest.pk, owner)

        assert refusals(together(let_out, *telling(owner, 3), let_out)) == []
        work()
        assert told(sink) == everything()
        night.passes(hours=20)
    assert not Held.objects.filter(digest__closed_at=None).exists()


def test_what_comes_while_quiet_hours_are_ended_is_told_of_once(
    night: Clock, owner: User, sink: Sink
) -> None:
    for _ in ROUNDS:
        be_quiet(owner)
        assert refusals(together(*telling(owner, 3), lambda: be_quiet(owner, None, None))) == []
        night.passes(seconds=1)
        assert told(sink) == everything()
    assert not Held.objects.filter(digest__closed_at=None).exists()


def test_what_comes_while_its_reader_moves_waits_for_the_new_clock(
    night: Clock, owner: User, sink: Sink
) -> None:
    for number, zone in enumerate(("Asia/Dubai", "Africa/Cairo", "Europe/Berlin", "America/Sao_Paulo")):
        user = make_user(f"user{number}")
        quiet_nights(user)
        user.time_zone = zone
        outcomes = together(*telling(user, 3), lambda user=user: save(user, user.save))  # type: ignore[misc]
        assert refusals(outcomes) == []
        dues = {digest.due_at.astimezone(user.zone).time() for digest in Digest.objects.filter(user=user)}
        assert dues == {time(7)}
    night.passes(hours=12)
    assert told(sink) == everything()


class Killed(BaseException):
    """What a kill is to the code that it ends."""


@pytest.fixture
def letters_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker that writes the letter is gone, once."""
    write, kills = digest_letters.message_of, [Killed()]

    def message_of(digest: Digest, news: list[Notification]) -> object:
        while kills:
            raise kills.pop()
        return write(digest, news)

    monkeypatch.setattr(digest_letters, "message_of", message_of)


def test_a_kill_between_closing_and_sending_neither_loses_nor_doubles(
    night: Clock, owner: User, sink: Sink, letters_killed: None
) -> None:
    notify(owner, title="One")
    notify(owner, title="Two")
    with pytest.raises(Killed):
        night.goes_to(Digest.objects.get().due_at)
    assert Digest.objects.get().closed_at is not None
    assert sink.messages() == []
    [lost] = Run.objects.filter(state=Run.State.RUNNING)
    assert lost.task.kind_name == "notification.digest.email"
    for _ in range(2):
        Run.objects.filter(pk=lost.pk).update(claimed_until=night.now)  # it renews its lease no more
        engine.execute(lost.pk)
    night.passes(days=1)
    assert len(sink.messages()) == 1
    assert told(sink) == everything()


def test_what_is_read_after_a_kill_is_left_out_of_the_second_try(
    night: Clock, owner: User, sink: Sink, letters_killed: None
) -> None:
    notify(owner, title="One")
    with pytest.raises(Killed):
        night.goes_to(Digest.objects.get().due_at)
    Notification.objects.update(read_at=night.now)
    [lost] = Run.objects.filter(state=Run.State.RUNNING)
    Run.objects.filter(pk=lost.pk).update(claimed_until=night.now)
    engine.execute(lost.pk)
    lost.refresh_from_db()
    assert (lost.state, lost.summary) == ("completed", "0 of 1 sent, 1 cancelled")
    assert sink.messages() == []


def test_a_run_that_is_carried_out_again_lets_out_nothing_again(
    night: Clock, owner: User, sink: Sink
) -> None:
    """As one whose worker was lost just before it could say that it was done."""
    notify(owner, title="One")
    night.goes_to(Digest.objects.get().due_at)
    Run.objects.update(state=Run.State.RUNNING, claimed_until=night.now, tries_left=1)
    for run in Run.objects.order_by("pk"):
        engine.execute(run.pk)
    work()
    assert len(sink.messages()) == 1
