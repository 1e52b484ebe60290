"""Exports over the API: asked for as a task, watched as a run, read as a file, by their owner alone."""

from contextlib import closing

import pytest
from django.core.files.storage import storages
from rest_framework.test import APIClient

from accounts.models import User
from notes.models import Export
from tasks.models import Run
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted, one_minute  # noqa: F401 - fixtures
from tests.notes.exports import carried_out, exported, read_zip
from tests.notes.factories import make_note

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("private_files")]


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def ask(program: APIClient) -> Run:
    answer = program.post("/api/tasks/", {"kind": "notes.export"}, format="json")
    assert answer.status_code == 201, answer.json()
    return Run.objects.get()


def export_address(program: APIClient, run: Run) -> str:
    """As the run names it."""
    address: str = program.get(f"/api/runs/{run.pk}/").json()["links"]["export"]
    return address


def test_it_is_asked_for_watched_and_read(owner: User, program: APIClient) -> None:
    make_note(owner, "Minutes")
    run = ask(program)
    address = export_address(program, run)
    assert program.get(address).status_code == 409
    carried_out(run)
    assert program.get(f"/api/runs/{run.pk}/").json()["progress"] == {"done": 1, "total": 1, "percent": 100}
    export = program.get(address).json()
    assert (export["note_count"], export["url"]) == (1, address)
    file = program.get(export["file_url"])
    assert file.status_code == 200
    assert file.headers["Content-Type"] == "application/zip"
    assert export["file_name"] in file.headers["Content-Disposition"]
    assert set(read_zip(b"".join(file))) == {"Minutes.md"}


def test_another_one_at_the_same_time_is_refused(program: APIClient) -> None:
    ask(program)
    answer = program.post("/api/tasks/", {"kind": "notes.export"}, format="json")
    assert answer.status_code == 422
    assert "under way already" in answer.json()["errors"][0]["detail"]
    assert Run.objects.count() == 1


def test_for_somebody_else_there_is_none(owner: User, stranger: User) -> None:
    run = exported(owner).run
    for address in (f"/api/runs/{run.pk}/export/", f"/api/runs/{run.pk}/export/file/"):
        with closing(program_of(owner).get(address)) as found:
            assert found.status_code == 200
        assert program_of(stranger).get(address).status_code == 404
        assert program_of(owner, resources=["tasks"]).get(address).status_code == 403


def test_what_expired_or_was_cancelled_is_gone(owner: User, program: APIClient) -> None:
    run = exported(owner).run
    Export.objects.all().delete()
    assert program.get(f"/api/runs/{run.pk}/export/").status_code == 410
    cancelled = ask_again(program, run)
    cancelled.cancel()
    assert program.get(f"/api/runs/{cancelled.pk}/export/file/").status_code == 410


def ask_again(program: APIClient, before: Run) -> Run:
    program.post("/api/tasks/", {"kind": "notes.export"}, format="json")
    return Run.objects.exclude(pk=before.pk).get()


def test_a_file_that_is_gone_is_said_to_be(owner: User, program: APIClient) -> None:
    export = exported(owner)
    storages["private"].delete(export.file_name)
    answer = program.get(f"/api/runs/{export.run_id}/export/file/")
    assert (answer.status_code, answer.json()["type"]) == (410, "urn:clock-work:problem:gone")
