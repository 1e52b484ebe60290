"""An export whose worker, lease, storage or disk goes away is made once in the end, and nothing is left."""

import errno
import tempfile
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from clock_work.private_disk import PrivateDisk
from notes.exporting import archive, files, kind
from notes.models import Export
from tasks import engine
from tasks.models import Run
from tests.notes.exports import ask, carried_out, export_of, stored, texts_in
from tests.notes.factories import make_note

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("private_files")]


class Killed(BaseException):
    """The worker is gone: nothing that it would still do is done."""


@pytest.fixture(autouse=True)
def own_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def leases_have_run_out() -> None:
    Run.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))


def is_due_again(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(next_attempt_at=Now())


@pytest.mark.parametrize("place", [(archive, "write"), (files, "store"), (kind, "_record")])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_is_killed_is_replaced_by_one_that_makes_it(
    owner: User,
    place: tuple[ModuleType, str],
    when: str,
    monkeypatch: pytest.MonkeyPatch,
    own_temporary_files: Path,
) -> None:
    make_note(owner)
    run = ask(owner)
    really = getattr(*place)

    def die(*args: Any) -> None:
        if when == "after":
            really(*args)
        raise Killed

    monkeypatch.setattr(*place, die)
    with pytest.raises(Killed):
        engine.execute(run.pk)
    monkeypatch.setattr(*place, really)
    leases_have_run_out()
    finished = carried_out(run)
    assert (finished.state, finished.attempts_made) == ("completed", 2)
    assert set(texts_in(export_of(run))) == {"Minutes.md"}
    assert not list(own_temporary_files.iterdir())
    recorded = {export_of(run).file_name}
    assert stored() >= recorded
    monkeypatch.setattr("accounts.private_files.SETTLED", timedelta(0))
    files.discard_orphans()
    assert stored() == recorded, "what the killed one left behind is found again"


def test_who_takes_over_after_the_file_was_recorded_makes_no_second_one(owner: User) -> None:
    run = ask(owner)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine, "_finish", lambda *args, **kwargs: None)
        engine.execute(run.pk)
    before = export_of(run)
    leases_have_run_out()
    finished = carried_out(run)
    assert (finished.state, finished.summary) == ("completed", before.summary)
    assert export_of(run) == before
    assert stored() == {before.file_name}


@pytest.mark.parametrize("place", [(files, "store"), (kind, "_record")], ids=["storing", "recording"])
def test_who_lost_the_run_meanwhile_records_nothing_and_leaves_no_file(
    owner: User, place: tuple[ModuleType, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(owner)
    really = getattr(*place)

    def lose_the_run_before(*args: Any) -> Any:
        leases_have_run_out()
        assert engine.claim(run.pk)
        return really(*args)

    monkeypatch.setattr(*place, lose_the_run_before)
    assert carried_out(run).state == "running", "it is the other one's"
    assert not Export.objects.exists()
    assert not stored()


def test_one_that_is_cancelled_stops_between_two_notes(
    owner: User, monkeypatch: pytest.MonkeyPatch, own_temporary_files: Path
) -> None:
    for number in range(3):
        make_note(owner, f"Note {number}")
    run = ask(owner)
    seen = []
    text_of = archive.text_of

    def cancel_at_the_second(note: Any, zone: Any) -> str:
        seen.append(note.title)
        if len(seen) == 2:
            assert Run.objects.get(pk=run.pk).cancel()
        return text_of(note, zone)

    monkeypatch.setattr(archive, "text_of", cancel_at_the_second)
    monkeypatch.setattr("tasks.active.SECONDS_BETWEEN_SAVES", 0)
    assert carried_out(run).state == "cancelled"
    assert seen == ["Note 0", "Note 1"]
    assert not stored()
    assert not list(own_temporary_files.iterdir())


def test_one_that_is_cancelled_while_the_file_is_stored_leaves_none(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(owner)
    store = files.store

    def cancel_meanwhile(content: Any) -> str:
        assert Run.objects.get(pk=run.pk).cancel()
        return store(content)

    monkeypatch.setattr(files, "store", cancel_meanwhile)
    assert carried_out(run).state == "cancelled"
    assert not stored()
    monkeypatch.undo()


def test_while_the_storage_is_away_it_is_tried_again(owner: User, private_files: Path) -> None:
    private_files.write_text("where a folder should be")
    run = carried_out(ask(owner))
    assert (run.state, run.error) == ("pending", "The file could not be stored.")
    private_files.unlink()
    is_due_again(run)
    assert carried_out(run).state == "completed"
    assert export_of(run).file_name in stored()


class FullDisk(PrivateDisk):
    """Takes the beginning of a file, then nothing more."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        super().save(name, content, max_length)
        raise OSError(errno.ENOSPC, "No space left on device")


def test_when_the_disk_is_full_half_a_file_does_not_stay(owner: User, settings: Settings) -> None:
    full = {**settings.STORAGES["private"], "BACKEND": f"{__name__}.FullDisk"}
    settings.STORAGES = {**settings.STORAGES, "private": full}
    run = carried_out(ask(owner))
    assert (run.state, run.error) == ("pending", "The file could not be stored.")
    assert not stored()


def test_a_full_disk_for_temporary_files_is_a_reason_to_try_again(owner: User) -> None:
    make_note(owner, body="x" * 50_000)
    run = ask(owner)
    with pytest.MonkeyPatch.context() as patched, Path("/dev/full").open("r+b") as full:
        patched.setattr(tempfile, "TemporaryFile", lambda **_: full)
        assert carried_out(run).error == "The file could not be stored."
    is_due_again(run)
    assert carried_out(run).state == "completed"


def test_when_nobody_knows_whether_it_was_recorded_the_file_stays(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(owner)
    record = kind._record

    def lose_the_answer(*args: Any) -> Export:
        record(*args)
        raise OperationalError("the connection was lost")

    monkeypatch.setattr(kind, "_record", lose_the_answer)
    assert carried_out(run).state == "pending"
    is_due_again(run)
    recorded = export_of(run)
    assert carried_out(run).state == "completed"
    assert export_of(run) == recorded
    assert stored() == {recorded.file_name}


def test_a_run_that_is_taken_up_again_after_its_file_expired_makes_a_new_one(owner: User) -> None:
    run = carried_out(ask(owner))
    old = export_of(run)
    Export.objects.update(expires_at=Now())
    Run.objects.update(state="failed")
    run.refresh_from_db()
    assert run.retry()
    assert carried_out(run).state == "completed"
    assert export_of(run).pk != old.pk
    assert stored() == {export_of(run).file_name}


def test_it_stops_when_its_worker_is_shut_down_and_another_one_makes_it(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_note(owner)
    run = ask(owner)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tasks.active.stop_requested.value", 1)
        assert carried_out(run).state == "pending"
    assert not stored()
    assert carried_out(run).state == "completed"
