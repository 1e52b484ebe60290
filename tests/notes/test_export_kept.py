"""Exports are kept for a week; no file outlasts its row, and none that is wanted goes with the others."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import User
from notes.exporting import expiry, files
from notes.models import Export
from notes.tasks import clean_up_exports
from tasks.clock import database_now
from tests.notes.exports import exported, stored

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("private_files")]


def left_behind(days: int, name: str = "orphan.zip") -> str:
    """A file without a row, as a killed worker leaves it, in the folder of a day so long ago."""
    day = database_now().date() - timedelta(days=days)
    return storages["private"].save(f"exports/{day}/{name}", ContentFile(b"zip"))


def test_a_daily_job_deletes_what_has_expired_with_its_file(
    owner: User, friend: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "ROWS_PER_TRANSACTION", 1)
    expired, also, kept = exported(owner), exported(owner), exported(friend)
    Export.objects.filter(pk__in=[expired.pk, also.pk]).update(expires_at=Now())
    clean_up_exports()
    assert [*Export.objects.all()] == [kept]
    assert stored() == {kept.file_name}
    clean_up_exports()
    assert stored() == {kept.file_name}


def test_a_week_is_what_it_takes(owner: User) -> None:
    export = exported(owner)
    export.refresh_from_db()
    assert abs(export.expires_at - export.created_at - timedelta(days=7)) < timedelta(minutes=1)


def test_the_job_is_daily(settings: Settings) -> None:
    [entry] = [
        entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == clean_up_exports.name
    ]
    assert entry["schedule"] == 24 * 3600


def test_with_the_task_goes_the_file_once_that_is_committed(owner: User) -> None:
    export = exported(owner)
    with transaction.atomic():
        export.run.task.delete()
        assert stored() == {export.file_name}
    assert not stored()


def test_a_deletion_that_is_rolled_back_keeps_the_file(owner: User) -> None:
    export = exported(owner)
    with transaction.atomic():
        export.run.task.delete()
        transaction.set_rollback(True)
    assert stored() == {export.file_name}


def test_with_the_account_go_all_its_files(owner: User, friend: User) -> None:
    exported(owner)
    kept = exported(friend)
    owner.delete()
    assert stored() == {kept.file_name}


def test_files_whose_rows_are_gone_are_found(owner: User) -> None:
    kept = exported(owner)
    old = left_behind(3, "known.zip")
    Export.objects.filter(pk=kept.pk).update(file_name=old)
    for days in (2, 3, 400):
        left_behind(days)
    assert files.discard_orphans() == 3
    assert stored() == {old, kept.file_name}


def test_a_file_whose_row_may_still_be_to_come_is_left_alone() -> None:
    just_stored = {left_behind(0), left_behind(1)}
    assert files.discard_orphans() == 0
    assert stored() == just_stored


def test_folders_of_days_gone_by_go_with_their_last_file(private_files: Path) -> None:
    left_behind(30)
    files.discard_orphans()
    assert not list((private_files / "exports").iterdir())


def test_what_it_does_not_know_it_does_not_touch() -> None:
    other = storages["private"].save("exports/by-hand/file.zip", ContentFile(b"zip"))
    beside = storages["private"].save("attachments/2020-01-01/file.zip", ContentFile(b"zip"))
    files.discard_orphans()
    assert storages["private"].exists(other)
    assert storages["private"].exists(beside)


def test_without_any_export_there_is_nothing_to_do() -> None:
    clean_up_exports()


def test_a_file_that_cannot_be_deleted_holds_nobody_up_and_goes_later(
    owner: User, private_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = exported(owner)
    private_files.rename(private_files.with_name("elsewhere"))
    private_files.write_text("where a folder should be")
    export.run.task.delete()
    private_files.unlink()
    private_files.with_name("elsewhere").rename(private_files)
    assert stored() == {export.file_name}
    monkeypatch.setattr("accounts.private_files.SETTLED", timedelta(0))
    clean_up_exports()
    assert not stored()
