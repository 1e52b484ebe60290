"""The list of notes: its order, its archive, its pages, its cost."""

from datetime import timedelta
from itertools import chain

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notes.models import Note
from notes.tagging import tag
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def titles(client: Client, query: str = "") -> list[str]:
    return [note.title for note in client.get(f"/notes/{query}").context["page"].notes]


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


def walk(client: Client, query: str, link: str) -> list[list[str]]:
    """The titles of all pages from this one on, as the link leads on."""
    pages = []
    while True:
        page = client.get(f"/notes/{query}").context["page"]
        pages.append([note.title for note in page.notes])
        if not (query := getattr(page, link)):
            return pages


@pytest.fixture
def many(owner: User) -> list[str]:
    """The titles of seventy notes in the order of their list, three of them pinned."""
    now = timezone.now()
    names = [f"{number:02}" for number in range(70)]
    Note.objects.bulk_create(
        Note(
            owner=owner,
            title=name,
            body="Fence posts",
            updated_at=now - timedelta(minutes=number // 4),  # many at once
            pinned_at=now - timedelta(days=7 - number) if number < 3 else None,
        )
        for number, name in enumerate(names)
    )
    behind = Note.objects.filter(pinned_at=None).order_by("-updated_at", "-pk")
    return [*names[:3], *(note.title for note in behind)]


def test_pages_of_thirty_follow_one_another_and_lead_back(signed_in: Client, many: list[str]) -> None:
    pages = walk(signed_in, "", "next")
    assert pages == [many[:30], many[30:60], many[60:]]
    last = signed_in.get(f"/notes/{page_after(signed_in, 2)}").context["page"]
    assert walk(signed_in, last.previous, "previous") == [many[30:60], many[:30]]


def page_after(client: Client, times: int) -> str:
    query = ""
    for _ in range(times):
        query = client.get(f"/notes/{query}").context["page"].next
    return query


@pytest.mark.parametrize("count", [31, 35, 60])
def test_pinned_notes_over_several_pages_are_walked_both_ways(
    signed_in: Client, owner: User, count: int
) -> None:
    now = timezone.now()
    for number in range(65):
        pinned_at = now + timedelta(seconds=number) if number < count else None
        make_note(owner, title=str(number), pinned_at=pinned_at, updated_at=now - timedelta(hours=number))
    names = [str(number) for number in range(65)]
    assert walk(signed_in, "", "next") == [names[:30], names[30:60], names[60:]]
    last = signed_in.get(f"/notes/{page_after(signed_in, 2)}").context["page"]
    assert walk(signed_in, last.previous, "previous") == [names[30:60], names[:30]]


def test_an_archive_is_walked_too(signed_in: Client, many: list[str]) -> None:
    Note.objects.update(archived_at=timezone.now())
    newest_first = [note.title for note in Note.objects.order_by("-pk")]
    assert list(chain(*walk(signed_in, "?archived=1", "next"))) == newest_first


def test_no_note_is_seen_twice_or_missed_while_others_come_change_and_go(
    signed_in: Client, owner: User, many: list[str]
) -> None:
    seen, query = [], ""
    for turn in range(3):
        page = signed_in.get(f"/notes/{query}").context["page"]
        seen += [note.title for note in page.notes]
        query = page.next
        make_note(owner, title="meanwhile")
        make_note(owner, title="meanwhile").pin()
        Note.objects.filter(title=many[turn * 30 + 29 if turn < 2 else 69]).delete()  # where the next begins
        Note.objects.get(title=many[turn * 30 + 5]).rewrite(body="Changed")
    assert seen == many


def test_a_page_before_leads_back_to_the_same_notes_after_changes(
    signed_in: Client, owner: User, many: list[str]
) -> None:
    third = signed_in.get(f"/notes/{page_after(signed_in, 2)}").context["page"]
    make_note(owner, title="meanwhile")
    Note.objects.get(title=many[60]).delete()
    assert titles(signed_in, third.previous) == many[30:60]


@pytest.mark.parametrize(
    "query",
    [
        "?after=x",
        "?after=others-1",
        "?after=others-1.2.3",
        "?before=archive-1.2",
        "?after=ranked-1.2.3",
        "?page=7",
    ],
)
def test_a_place_that_is_none_of_this_list_is_its_beginning(
    signed_in: Client, owner: User, query: str
) -> None:
    make_note(owner, title="Here")
    assert titles(signed_in, query) == ["Here"]


def test_after_the_last_note_the_page_says_so_and_leads_to_the_first(signed_in: Client, owner: User) -> None:
    make_note(owner)
    answer = signed_in.get("/notes/?after=others-1.1")
    assert "Nothing more" in answer.text
    assert "First" in answer.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_there_are(
    signed_in: Client, owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        tag(make_note(owner, title=str(number)), ["one", f"of {number}"])
    signed_in.get("/notes/")
    with django_assert_num_queries(6):
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
    make_note(owner, title="Secret", body="gardens")
    for user, found in ((owner, True), (stranger, False)):
        client.force_login(user)
        for address in ("/notes/", "/notes/?q=secret"):
            assert ("gardens" in client.get(address).text) == found


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        ("Run pg_restore, _then_ __init__.", "Run pg_restore, then init."),
        ("what | how much\n--- | ---:\nflour | 1 kg", "what how much flour 1 kg"),
        ("| what | where |\n|:--|---|\n| soup | stove |", "what where soup stove"),
        ("- [x] pack\n- [ ] leave\n1. [X] wake\n- [x]", "pack leave wake"),
        ("Not [x] here, nor [a]", "Not [x] here, nor [a]"),
        ("one - two\n-> three", "one - two -> three"),
    ],
)
def test_an_excerpt_shows_words_and_no_marks(owner: User, body: str, excerpt: str) -> None:
    make_note(owner, body=body)
    assert Note.objects.for_list().get().excerpt == excerpt
