"""An export of notes, from asking for it to the file."""

import re
import stat
from datetime import timedelta
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from notes.exporting import asking, expiry, kind
from notes.models import Export, Note
from notifications.models import Notification
from tasks import engine
from tasks.active import ActiveRun
from tasks.door import Schedule, schedule
from tasks.models import Run
from tests.notes.exports import KIND, ask, carried_out, export_of, exported, stored, texts_in
from tests.notes.factories import make_note
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("private_files")]


def test_it_holds_the_notes_of_its_owner_and_of_nobody_else(owner: User, stranger: User) -> None:
    make_note(owner, "Mine")
    make_note(owner, "Put away", archived_at=timezone.now())
    make_note(stranger, "Not mine")
    export = exported(owner)
    assert set(texts_in(export)) == {"Mine.md", "Put away.md"}
    assert (export.note_count, export.size > 200) == (2, True)


def test_the_archive_is_left_out_when_that_is_asked_for(owner: User) -> None:
    make_note(owner, "Mine")
    make_note(owner, "Put away", archived_at=timezone.now())
    assert set(texts_in(exported(owner, include_archived=False))) == {"Mine.md"}


def test_without_notes_it_is_empty(owner: User) -> None:
    assert texts_in(exported(owner)) == {}


def test_the_run_counts_the_notes_and_its_owner_is_told_where_the_file_is(owner: User) -> None:
    for number in range(3):
        make_note(owner, f"Note {number}")
    run = carried_out(ask(owner))
    assert (run.done, run.total) == (3, 3)
    assert re.fullmatch(r"3 notes, [\d.]+\s(KB|bytes)", run.summary)
    told = Notification.objects.get(user=owner)
    assert told.url == run.get_absolute_url()
    assert told.title == f"Export of notes finished: {run.summary}"


def test_files_lie_under_names_nobody_can_guess_and_only_we_can_read(
    owner: User, private_files: Path
) -> None:
    names = {exported(owner).file_name for _ in range(2)}
    assert names == stored()
    for name in names:
        assert re.fullmatch(r"exports/\d{4}-\d\d-\d\d/[0-9a-f]{40}\.zip", name)
        file = private_files / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_private_files_lie_outside_of_what_is_served(settings: Settings) -> None:
    location = Path(settings.STORAGES["private"]["OPTIONS"]["location"])
    for served in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS):
        assert not location.is_relative_to(served)


def test_a_note_that_is_deleted_before_its_turn_is_left_out(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = make_note(owner, "First"), make_note(owner, "Last")
    monkeypatch.setattr(kind, "NOTES_PER_QUERY", 1)

    def delete_the_last(run: ActiveRun[kind.NotesExport], done: int, total: int | None = None) -> None:
        if done == 1:
            last.delete()

    monkeypatch.setattr(ActiveRun, "report", delete_the_last)
    export = exported(owner)
    assert set(texts_in(export)) == {f"{first.title}.md"}
    assert export.note_count == 1


def queries_of_an_export(owner: User) -> int:
    run = ask(owner)
    with CaptureQueriesContext(connection) as captured:
        engine.execute(run.pk)
    assert export_of(run)
    return sum("notes_note" in query["sql"] for query in captured)


def test_any_number_of_notes_in_a_chunk_takes_the_same_queries(owner: User) -> None:
    make_note(owner)
    assert queries_of_an_export(owner) == 3
    Note.objects.bulk_create(Note(owner=owner, title="Minutes") for _ in range(29))
    assert queries_of_an_export(owner) == 3
    Note.objects.bulk_create(Note(owner=owner, title="Minutes") for _ in range(kind.NOTES_PER_QUERY))
    assert queries_of_an_export(owner) == 5


def test_one_at_a_time(owner: User, friend: User) -> None:
    run = ask(owner)
    with pytest.raises(ValidationError, match="under way already"):
        ask(owner)
    ask(friend)
    engine.claim(run.pk)
    with pytest.raises(ValidationError, match="under way already"):
        ask(owner)
    run.refresh_from_db()
    Run.objects.filter(pk=run.pk).update(state="completed")
    assert ask(owner)


def test_who_asks_again_before_the_first_request_is_done_waits_for_it_and_is_refused(owner: User) -> None:
    asked, refused = Event(), Event()

    def ask_slowly() -> Run:
        with transaction.atomic():
            run = ask(owner)
            asked.set()
            refused.wait(1)  # in vain: the other one waits for this commit
        return run

    def ask_meanwhile() -> Run:
        asked.wait(30)
        try:
            return ask(owner)
        finally:
            refused.set()

    run, refusal = together(ask_slowly, ask_meanwhile)
    assert isinstance(refusal, ValidationError)
    assert Run.objects.get() == run


def test_a_form_that_arrives_twice_at_the_same_moment_makes_one(owner: User) -> None:
    key = uuid4()
    outcomes = together(*[lambda: asking.start(owner, key=key)] * 5)
    assert {outcome.pk for outcome in outcomes if isinstance(outcome, Run)} == {Run.objects.get().pk}
    assert all(isinstance(outcome, Run) for outcome in outcomes), outcomes


def test_unknown_parameters_are_refused_and_known_ones_explained(owner: User) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(owner, include_archived="perhaps", whose="everybody")
    assert set(refused.value.message_dict) == {"include_archived", "whose"}
    schema = kind.NotesExport.model_json_schema()["properties"]
    assert all(known["description"] for known in schema.values())


def fired(owner: User, minutes: int) -> Run:
    """The run of a firing so long ago."""
    task = owner.tasks.first() or schedule(
        KIND, owner=owner, params={}, schedule=Schedule("UTC", crontab="0 9 * * *")
    )
    due = timezone.now().replace(microsecond=0) - timedelta(minutes=minutes)
    return Run.objects.create(task=task, due_at=due, tries_left=6)


def test_each_firing_of_a_schedule_makes_a_new_one(owner: User) -> None:
    make_note(owner, "First")
    before = carried_out(fired(owner, 2))
    make_note(owner, "Second")
    after = carried_out(fired(owner, 1))
    assert set(texts_in(export_of(before))) == {"First.md"}
    assert set(texts_in(export_of(after))) == {"First.md", "Second.md"}


def test_it_can_be_scheduled_while_one_is_under_way_and_takes_its_turn_then(owner: User) -> None:
    first = ask(owner)
    second = carried_out(fired(owner, 1))
    assert (second.state, second.error) == ("pending", "Another export of yours comes first.")
    assert second.tries_left == 6
    carried_out(first)
    Run.objects.filter(pk=second.pk).update(next_attempt_at=Now())
    assert carried_out(second).state == "completed"


def test_nothing_is_exported_for_a_disabled_account(owner: User) -> None:
    run = ask(owner)
    User.objects.update(is_active=False)
    assert carried_out(run).summary == "nothing exported, the account is disabled"
    assert not stored()


def test_only_the_last_ones_are_kept(owner: User, friend: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "KEPT", 2)
    other = exported(friend)
    exports = [exported(owner) for _ in range(3)]
    assert set(Export.objects.all()) == {other, *exports[1:]}
    assert stored() == {export.file_name for export in (other, *exports[1:])}
