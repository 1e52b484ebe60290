"""What was sent and not committed when a worker died is not sent again by this host."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from pytest_django import Settings

from accounts.models import User
from mail import journal, sending
from mail.journal import Journal
from mail.models import Delivery
from mail.transports.base import Outgoing
from tasks.models import Run
from tests.mail.kinds import carried_out, mailing, only, states
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = [f"person{number}@example.org" for number in range(60)]


class Killed(BaseException):
    """The worker dies on the spot."""


@pytest.fixture
def folder(settings: Settings) -> Path:
    return Path(settings.JOURNAL_DIR)


def killed_at_the_first_commit(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """Carry the run out until a batch is to be committed; nothing of it is, and nobody tidies up."""

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending.Batch, "flush", die)
        patch.setattr(sending, "MOST_IN_A_BATCH", 7)
        patch.setattr(sending, "SECONDS_IN_A_BATCH", 60)
        with pytest.raises(Killed):
            carried_out(run)
    Run.objects.filter(pk=run.pk).update(claimed_until="2000-01-01T00:00Z")


def test_a_killed_worker_repeats_nothing(
    owner: User, sink: Sink, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mailing(owner, *PEOPLE)
    killed_at_the_first_commit(monkeypatch, run)
    assert sink.recipients() == PEOPLE[:7]
    assert set(states(run).values()) == {"pending"}
    assert carried_out(run).summary == "60 sent"
    assert sink.recipients() == PEOPLE
    assert list(folder.iterdir()) == []


def test_without_the_journal_it_would_have(
    owner: User, sink: Sink, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mailing(owner, *PEOPLE)
    killed_at_the_first_commit(monkeypatch, run)
    for file in folder.iterdir():
        file.unlink()
    carried_out(run)
    assert sink.recipients() == PEOPLE[:7] + PEOPLE
    ids = [message.message_id for message in sink.messages()]
    assert ids[:7] == ids[7:14]


def test_a_host_without_a_journal_commits_each_message_before_the_next(
    owner: User, sink: Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JOURNAL_DIR = ""
    send, seen = sending.Sender.send, []

    def look(sender: sending.Sender, call: Sequence[Outgoing]) -> None:
        seen.append(Delivery.objects.filter(state="sent").count())
        send(sender, call)

    monkeypatch.setattr(sending.Sender, "send", look)
    carried_out(mailing(owner, *PEOPLE[:5]))
    assert seen == [0, 1, 2, 3, 4]


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(
    owner: User, sink: Sink, settings: Settings, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    settings.JOURNAL_DIR = str(in_the_way)
    assert carried_out(mailing(owner, *PEOPLE[:3])).summary == "3 sent"


def test_it_holds_message_ids_and_nothing_else_and_is_for_us_alone(
    owner: User, sink: Sink, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mailing(owner, *PEOPLE)
    killed_at_the_first_commit(monkeypatch, run)
    (file,) = folder.iterdir()
    ids = Delivery.objects.filter(run=run).order_by("pk").values_list("message_id", flat=True)
    assert file.read_text().splitlines() == list(ids[:7])
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_it_is_empty_once_everything_is_committed(
    owner: User, sink: Sink, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies right after the commit leaves nothing that anybody would act upon."""
    clear, sizes = Journal.clear, []

    def look(book: Journal) -> None:
        clear(book)
        sizes.append([file.stat().st_size for file in folder.iterdir()])

    monkeypatch.setattr(Journal, "clear", look)
    carried_out(mailing(owner, *PEOPLE))
    assert len(sizes) >= 2
    assert sizes == [[0]] * len(sizes)


def test_what_was_committed_and_is_still_noted_stays_sent(owner: User, sink: Sink, folder: Path) -> None:
    """As when the worker died between the commit and clearing the journal."""
    run = carried_out(mailing(owner, PEOPLE[0]))
    sent_at = only(run).sent_at
    with Journal(run.pk, uuid4()) as book:
        book.note(only(run))
    assert journal.replay(run.pk) == 0
    assert only(run).sent_at == sent_at
    assert list(folder.iterdir()) == []


def test_a_line_half_written_counts_for_nothing(owner: User, sink: Sink, folder: Path) -> None:
    run = mailing(owner, *PEOPLE[:2])
    first, second = (Delivery.objects.create(run=run, address=address) for address in PEOPLE[:2])
    folder.mkdir()
    (folder / f"{run.pk}-old.journal").write_text(f"{first.message_id}\n{second.message_id[:9]}")
    assert carried_out(run).summary == "2 sent"
    assert sink.recipients() == [PEOPLE[1]]


def test_journals_of_several_claims_are_all_read(owner: User, sink: Sink) -> None:
    run = mailing(owner, *PEOPLE[:3])
    for address in PEOPLE[:2]:
        with Journal(run.pk, uuid4()) as book:
            book.note(Delivery.objects.create(run=run, address=address))
    assert carried_out(run).summary == "3 sent"
    assert sink.recipients() == [PEOPLE[2]]


def test_the_journal_of_another_run_is_left_alone(owner: User, sink: Sink, folder: Path) -> None:
    run = mailing(owner, PEOPLE[0])
    other = folder / f"{run.pk}1-{uuid4().hex}.journal"
    folder.mkdir()
    other.write_text("<somebody@else>\n")
    carried_out(run)
    assert list(folder.iterdir()) == [other]


def test_a_journal_from_before_the_database_was_new_changes_nothing(
    owner: User, sink: Sink, folder: Path
) -> None:
    run = mailing(owner, PEOPLE[0])
    folder.mkdir()
    (folder / f"{run.pk}-old.journal").write_text("<of-an-earlier-life@clock.example>\n")
    assert carried_out(run).summary == "1 sent"
    assert sink.recipients() == [PEOPLE[0]]


def test_a_journal_nobody_came_back_for_is_removed_after_months(
    owner: User, sink: Sink, folder: Path
) -> None:
    folder.mkdir()
    old, new = folder / "998-old.journal", folder / "999-new.journal"
    for file in (old, new):
        file.write_text("<somebody@else>\n")
    os.utime(old, (0, 0))
    carried_out(mailing(owner, PEOPLE[0]))
    assert list(folder.iterdir()) == [new]


def test_what_was_sent_before_a_cancellation_is_shown_as_sent(
    owner: User, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mailing(owner, *PEOPLE[:9])
    killed_at_the_first_commit(monkeypatch, run)
    run.refresh_from_db()
    run.cancel()
    assert carried_out(run).state == Run.State.CANCELLED
    assert list(states(run).values()) == ["sent"] * 7 + ["cancelled"] * 2


def test_a_database_that_is_away_for_a_moment_is_waited_for(
    owner: User, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending.Batch, "_write", failing(3, sending.Batch._write))
    assert carried_out(mailing(owner, *PEOPLE)).summary == "60 sent"
    assert sink.recipients() == PEOPLE


def failing(times: int, write: Callable[[Any], None]) -> Callable[[Any], None]:
    failures = iter(range(times))

    def fail_at_first(batch: sending.Batch) -> None:
        if next(failures, None) is not None:
            raise OperationalError("the server closed the connection unexpectedly")
        write(batch)

    return fail_at_first
