"""The list of notes: its order, its search, its archive, its pages, its cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notes.models import Note
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def titles(client: Client, query: str = "") -> list[str]:
    return [note.title for note in client.get(f"/notes/{query}").context["page"]]


def test_pinned_notes_stand_first_then_the_last_changed(signed_in: Client, owner: User) -> None:
    now = timezone.now()
    for age, title in enumerate(["new", "older", "oldest"]):
        make_note(owner, title=title, updated_at=now - timedelta(hours=age))
    assert titles(signed_in) == ["new", "older", "oldest"]
    signed_in.post(f"/notes/{Note.objects.get(title='oldest').pk}/pin/")
    assert titles(signed_in) == ["oldest", "new", "older"]
    signed_in.post(f"/notes/{Note.objects.get(title='oldest').pk}/pin/delete/")
    assert titles(signed_in) == ["new", "older", "oldest"]


def test_pinning_twice_keeps_the_place_and_changes_no_date(signed_in: Client, owner: User) -> None:
    note = make_note(owner)
    signed_in.post(f"/notes/{note.pk}/pin/")
    first = Note.objects.get()
    signed_in.post(f"/notes/{note.pk}/pin/")
    second = Note.objects.get()
    assert first.pinned_at == second.pinned_at is not None
    assert second.updated_at == note.updated_at


def test_an_archived_note_leaves_the_list_and_comes_back(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="Old plan")
    signed_in.post(f"/notes/{note.pk}/archive/")
    assert (titles(signed_in), titles(signed_in, "?archived=1")) == ([], ["Old plan"])
    signed_in.post(f"/notes/{note.pk}/archive/delete/")
    assert (titles(signed_in), titles(signed_in, "?archived=1")) == (["Old plan"], [])


@pytest.mark.parametrize("query", ["garden", "GARDEN", "fence garden", "gard", "fence  posts"])
def test_search_finds_every_word_in_title_or_body(signed_in: Client, owner: User, query: str) -> None:
    make_note(owner, title="Garden", body="New fence posts")
    make_note(owner, title="Kitchen", body="New fence? No.")
    assert titles(signed_in, f"?q={query}") == ["Garden"]


@pytest.mark.parametrize("query", ["%", "_", "\\", "garden kitchen", "\0x"])
def test_search_takes_each_character_for_itself(signed_in: Client, owner: User, query: str) -> None:
    make_note(owner, title="Garden", body="")
    assert titles(signed_in, f"?q={query}") == []


def test_a_page_holds_thirty(signed_in: Client, owner: User) -> None:
    Note.objects.bulk_create(Note(owner=owner, title=str(number)) for number in range(31))
    assert [len(titles(signed_in, query)) for query in ("", "?page=2", "?page=99", "?page=x")] == [
        30,
        1,
        1,
        30,
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_there_are(
    signed_in: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_note(owner, title=str(number))
    signed_in.get("/notes/")
    with django_assert_num_queries(5):
        assert len(titles(signed_in)) == count


def test_an_excerpt_is_without_marks_and_long_bodies_stay_in_the_database(owner: User) -> None:
    make_note(owner, body="# Head\n\n- one **bold** [link](https://example.org)\n" + "x" * 1000)
    note = Note.objects.visible_to(owner).for_list().get()
    assert note.excerpt.startswith("Head one bold link xxx")
    assert len(note.excerpt) < 400
    assert "body" in note.get_deferred_fields()


@pytest.mark.parametrize("query", ["", "?archived=1", "?q=nothing"])
def test_an_empty_list_says_what_to_do(signed_in: Client, query: str) -> None:
    assert 'class="empty"' in signed_in.get(f"/notes/{query}").text


def test_it_and_its_search_hold_ones_own_notes_only(client: Client, owner: User, stranger: User) -> None:
    make_note(owner, title="Secret garden")
    for user, found in ((owner, True), (stranger, False)):
        client.force_login(user)
        for address in ("/notes/", "/notes/?q=secret"):
            assert ("Secret garden" in client.get(address).text) == found
