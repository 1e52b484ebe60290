"""The button, the run's page with the link, and the download: for the owner alone."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.db.models.functions import Now
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notes.exporting.downloads import StreamedFile
from notes.models import Export
from tasks.models import Run
from tests.notes.exports import ask, carried_out, exported, read_zip
from tests.notes.factories import make_note
from tests.tasks.factories import make_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("private_files")]
EXPORTS = reverse("notes:exports")


def address(run: Run) -> str:
    return reverse("notes:export", args=[run.pk])


def state_of(run: Run, client: Client) -> str:
    return client.get(reverse("notes:export_state", args=[run.pk])).content.decode()


def key_on_page(client: Client) -> str:
    found = re.search(r'name="key" value="([^"]+)"', client.get(reverse("notes:list")).content.decode())
    assert found
    return found[1]


def test_the_button_starts_one_and_leads_to_its_page(owner: User, signed_in: Client) -> None:
    make_note(owner)
    answer = signed_in.post(EXPORTS, {"key": key_on_page(signed_in)})
    run = Run.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    page = signed_in.get(run.get_absolute_url()).content.decode()
    assert reverse("notes:export_state", args=[run.pk]) in page


def test_each_look_at_the_page_is_a_button_of_its_own(owner: User, signed_in: Client) -> None:
    make_note(owner)
    assert key_on_page(signed_in) != key_on_page(signed_in)


def test_who_has_no_notes_is_offered_none(signed_in: Client) -> None:
    assert EXPORTS not in signed_in.get(reverse("notes:list")).content.decode()


def test_one_press_makes_one_however_often_the_form_arrives(owner: User, signed_in: Client) -> None:
    key = uuid4()
    first = signed_in.post(EXPORTS, {"key": key})
    carried_out(Run.objects.get())
    assert signed_in.post(EXPORTS, {"key": key})["Location"] == first["Location"]
    assert Run.objects.count() == 1
    assert signed_in.post(EXPORTS, {"key": uuid4()})["Location"] != first["Location"]


def test_while_one_is_under_way_the_button_leads_to_that(owner: User, signed_in: Client) -> None:
    run = ask(owner)
    answer = signed_in.post(EXPORTS, {"key": uuid4()}, follow=True)
    assert answer.redirect_chain == [(run.get_absolute_url(), 302)]
    assert "under way already" in answer.content.decode()
    assert Run.objects.count() == 1


@pytest.mark.parametrize("key", ["", "no key", "\0"])
def test_a_form_without_its_key_is_refused(signed_in: Client, key: str) -> None:
    assert signed_in.post(EXPORTS, {"key": key}).status_code == 400
    assert not Run.objects.exists()


def test_the_runs_page_has_the_link_once_it_is_there(owner: User, signed_in: Client) -> None:
    run = ask(owner)
    before = state_of(run, signed_in)
    assert "as soon as the export is done" in before
    assert address(run) not in before
    assert "data-final" not in before
    after = state_of(carried_out(run), signed_in)
    assert address(run) in after
    assert "data-final" in after
    assert re.search(r"clock-work-notes-\d{4}-\d\d-\d\d\.zip: 0 notes, 22 bytes", after)


def test_what_was_cancelled_has_no_file(owner: User, signed_in: Client) -> None:
    run = ask(owner)
    run.cancel()
    assert "No file was made." in state_of(run, signed_in)
    assert signed_in.get(address(run)).status_code == 410


def test_the_download_is_the_zip_and_stays_in_no_cache(owner: User, signed_in: Client) -> None:
    make_note(owner, "Minutes")
    export = exported(owner)
    answer = signed_in.get(address(export.run))
    assert answer.status_code == 200
    assert set(read_zip(b"".join(answer))) == {"Minutes.md"}
    assert answer["Content-Type"] == "application/zip"
    assert int(answer["Content-Length"]) == export.size
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("time_zone", "day"), [("Pacific/Auckland", "2026-11-26"), ("America/New_York", "2026-11-25")]
)
def test_its_name_has_the_day_it_was_made_on_by_the_owners_clock(
    owner: User, signed_in: Client, time_zone: str, day: str
) -> None:
    run = exported(owner).run
    Export.objects.update(created_at=datetime(2026, 11, 25, 20, tzinfo=UTC))
    User.objects.update(time_zone=time_zone)
    disposition = f'attachment; filename="clock-work-notes-{day}.zip"'
    answer = signed_in.get(address(run))
    assert answer["Content-Disposition"] == disposition
    answer.close()


def test_a_head_request_gets_no_body(owner: User, signed_in: Client) -> None:
    answer = signed_in.head(address(exported(owner).run))
    assert (answer.status_code, b"".join(answer)) == (200, b"")


def test_it_is_read_piece_by_piece_by_an_asgi_server(tmp_path: Path) -> None:
    """Django would read a file whole for one, and warn of it."""
    content = bytes(range(256)) * 4096
    (tmp_path / "file").write_bytes(content)
    response = StreamedFile((tmp_path / "file").open("rb"))

    async def pieces(response: FileResponse) -> list[bytes]:
        return [piece async for piece in response]

    read = async_to_sync(pieces)(response)
    response.close()
    assert b"".join(read) == content
    assert {len(piece) for piece in read} == {StreamedFile.block_size}


def test_before_it_is_there_its_address_leads_to_the_bar(owner: User, signed_in: Client) -> None:
    run = ask(owner)
    assert signed_in.get(address(run))["Location"] == run.get_absolute_url()


@pytest.mark.parametrize("how", ["expired", "deleted", "file"])
def test_what_is_gone_says_so(owner: User, signed_in: Client, private_files: Path, how: str) -> None:
    export = exported(owner)
    run = export.run
    if how == "expired":
        Export.objects.update(expires_at=Now())
    elif how == "deleted":
        export.delete()
    else:
        (private_files / export.file_name).unlink()
    answer = signed_in.get(address(run))
    assert answer.status_code == 410
    assert "This export is no longer there" in answer.content.decode()
    if how != "file":
        assert "There is no file any more" in state_of(run, signed_in)


def test_while_the_storage_is_away_it_says_to_come_again(
    owner: User, signed_in: Client, private_files: Path
) -> None:
    run = exported(owner).run
    private_files.rename(private_files.with_name("elsewhere"))
    private_files.write_text("where a folder should be")
    answer = signed_in.get(address(run))
    assert answer.status_code == 503
    assert "The file is not within reach" in answer.content.decode()


def test_for_others_there_is_nothing(owner: User, stranger: User, client: Client) -> None:
    run = exported(owner).run
    addresses = [address(run), reverse("notes:export_state", args=[run.pk])]
    client.force_login(stranger)
    assert [client.get(path).status_code for path in addresses] == [404, 404]
    stranger.is_staff = stranger.is_superuser = True
    stranger.save()
    assert [client.get(path).status_code for path in addresses] == [404, 404]


def test_runs_of_other_kinds_have_no_download(owner: User, signed_in: Client) -> None:
    assert signed_in.get(address(make_run(owner))).status_code == 404


def test_the_state_takes_a_fixed_number_of_queries(
    owner: User, signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = exported(owner).run
    cache.clear()  # the session is then read from the database, whether Redis is there or not
    with django_assert_num_queries(4):
        state_of(run, signed_in)
