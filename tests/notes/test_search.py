"""Looking for notes: which are found, in which order, and what is shown of them."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from notes.excerpts import Part, around_hit, with_hits
from notes.models import Note
from notes.searching.breadth import FEW, MANY_AMONG_THEM
from notes.searching.expressions import Found
from notes.searching.queries import Query, Term
from notes.searching.words import words_of
from notes.tagging import tag
from tests.api.clients import program_of
from tests.factories import make_user
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


def found(client: Client, typed: str, **more: str) -> list[str]:
    page = client.get("/notes/", {"q": typed, **more}).context["page"]
    return [note.title for note in page.notes]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("garden", "New posts for the Garden."),
        ("GARDEN posts", "New posts for the garden."),
        ("posts gard", "New posts for the garden."),
        ("e", "An example"),
        ("uber cafe", "Über dem Café"),
        ("Über café", "uber dem CAFE"),
        ("cafe\u0301", "Caf\u00e9"),
        ("москва", "Поездка в МОСКВУ и Москва-река"),
        ("ежик", "Ёжик"),
        ("θεος", "Ο Θεός"),
        ("議事録", "会議の議事録です"),
        ("会議", "明日の会議"),
        ("서울", "서울에서"),
        ("नमस्ते", "नमस्ते दुनिया"),
        ("שלום", "שלום עולם"),
        ('"fence posts"', "New fence posts"),
        ('"fence po', "New fence posts"),
        ("“fence posts”", "New fence-posts"),
        ("garden -kitchen", "Garden"),
        ('garden -"new fence"', "New garden fence"),
        ("-kitchen", "Garden"),
        ("don't", "Don’t"),
        ("ada@example.org", "Write to ada@example.org!"),
        ("example", "Write to ada@example.org!"),
        ("3.14", "about 3.14 of them"),
        ("salt & pepper", "Salt and pepper"),
        ("snake_case", "the snake_case of it"),
        ("bold", "so **bold**ly"),
        ("2026-11-30", "On 2026-11-30"),
        ("C++", "in C++ and D"),
    ],
)
def test_found(signed_in: Client, owner: User, typed: str, text: str) -> None:
    make_note(owner, title="It", body=text)
    assert found(signed_in, typed) == ["It"]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("gard posts", "New posts for the garden."),  # only the last word may go on
        ("arden", "Garden"),
        ("garden kitchen", "Garden"),
        ("garden -kitchen", "Garden and kitchen"),
        ('"posts fence"', "New fence posts"),
        ('"fence posts" -new', "New fence posts"),
        ("議録", "会議の議事録です"),
        ("%", "100 %"),
        ("_", "a_b"),
        ("\\", "a\\b"),
        ("'", "it's"),
        ("garden:* | kitchen", "Garden"),
        ("!garden", "Kitchen"),
        ("(", "(a)"),
        ('"', 'a "b"'),
        ("-", "a - b"),
        ("owner", "mine"),
    ],
)
def test_not_found(signed_in: Client, owner: User, typed: str, text: str) -> None:
    make_note(owner, title="It", body=text)
    assert found(signed_in, typed) == []


def test_a_null_character_and_endless_text_harm_nothing(signed_in: Client, owner: User) -> None:
    make_note(owner, title="Garden", body="x")
    assert found(signed_in, "\0garden\0") == ["Garden"]
    assert found(signed_in, '"-' * 500) == []


def test_what_is_in_the_title_comes_first_then_the_last_changed(signed_in: Client, owner: User) -> None:
    for title, body in [("Garden, old", ""), ("Garden, new", ""), ("Other", "garden"), ("None", "")]:
        make_note(owner, title=title, body=body)
    assert found(signed_in, "garden") == ["Garden, new", "Garden, old", "Other"]


def test_a_changed_note_is_found_by_what_it_says_now(signed_in: Client, owner: User) -> None:
    note = make_note(owner, title="Garden")
    note.rewrite(title="Kitchen")
    assert (found(signed_in, "garden"), found(signed_in, "kitchen")) == ([], ["Kitchen"])


def test_tag_archive_and_search_go_together(signed_in: Client, owner: User) -> None:
    for title, tags, is_archived in [
        ("both", ["home"], False),
        ("put away", ["home"], True),
        ("bare", [], False),
    ]:
        note = make_note(owner, title=title, body="garden")
        tag(note, tags)
        if is_archived:
            note.archive()
    assert found(signed_in, "garden", tag="HOME") == ["both"]
    assert found(signed_in, "garden", tag="home", archived="1") == ["put away"]
    assert found(signed_in, "garden", tag="work") == []


@pytest.mark.parametrize("count", [MANY_AMONG_THEM, FEW + 1])
def test_all_that_is_found_is_walked_through_ranked_or_not(
    signed_in: Client, owner: User, count: int
) -> None:
    Note.objects.bulk_create(
        Note(owner=owner, title=str(number), body=f"garden{' garden' * (number % 3)}")
        for number in range(count)
    )
    seen, query = [], "?q=garden"
    while query:
        page = signed_in.get(f"/notes/{query}").context["page"]
        seen += [note.title for note in page.notes if note.title != "meanwhile"]
        make_note(owner, title="meanwhile", body="garden")
        query = page.next
    assert sorted(seen, key=int) == [str(number) for number in range(count)]


def test_the_page_says_how_many_there_are_as_far_as_that_is_counted(signed_in: Client, owner: User) -> None:
    make_note(owner, body="garden")
    assert "1 note found" in signed_in.get("/notes/?q=garden").text
    Note.objects.bulk_create(Note(owner=owner, title="x", body="garden") for _ in range(MANY_AMONG_THEM))
    assert f"More than {MANY_AMONG_THEM} notes found" in signed_in.get("/notes/?q=garden").text


def test_programs_find_the_same(owner: User, signed_in: Client) -> None:
    program: APIClient = program_of(owner)
    make_note(owner, title="one", body="Über dem Café")
    make_note(owner, title="two", body="cafe")
    for typed, titles in {
        "CAFE": ["two", "one"],
        '"dem caf': ["one"],
        "cafe -uber": ["two"],
        "%": [],
    }.items():
        answer = program.get("/api/notes/", {"search": typed}).json()
        assert [note["title"] for note in answer["results"]] == titles
        assert sorted(found(signed_in, typed)) == sorted(titles)


def test_programs_find_many_among_others(owner: User) -> None:
    """Of what most of the newest notes have it is not the index that is asked."""
    Note.objects.bulk_create(
        Note(owner=owner, title=str(number), body="garden" if number % 2 else "kitchen")
        for number in range(2 * MANY_AMONG_THEM + 2)
    )
    found = Note.objects.visible_to(owner).search(Query.parse("-kitchen gard"), owner)
    assert {int(note.title) % 2 for note in found} == {1}
    assert len(found) == MANY_AMONG_THEM + 1


def test_ones_own_alone_are_found(client: Client, owner: User, stranger: User) -> None:
    make_note(owner, title="Mine", body="garden")
    client.force_login(stranger)
    assert found(client, "garden") == found(client, "-kitchen") == []


@pytest.mark.parametrize("key", [25, 26, 675, 676, 677, 10**15])
def test_found_whichever_letters_of_the_owner_stand_before_words(client: Client, key: int) -> None:
    """PostgreSQL and Python each take them from the owner's key."""
    make_note(somebody := make_user("somebody", pk=key), title="Fence posts", body="The garden, and more.")
    client.force_login(somebody)
    assert all(found(client, typed) for typed in ["gard", "fence garden", '"posts the"', "posts -kitchen"])
    assert not any(found(client, typed) for typed in ["garden -more", '"fence the"', "arden", "b"])


def test_owners_before_whose_words_the_same_letters_stand_find_their_own(client: Client, owner: User) -> None:
    other = make_user("other", pk=owner.pk + 676)
    for each in (owner, other):
        make_note(each, title=each.username, body="garden")
    for each in (owner, other):
        client.force_login(each)
        assert found(client, "garden") == found(client, "gar") == [each.username]


def blocks_of_index(search: Query, owner: User) -> int:
    """How much of the index of words PostgreSQL reads for this search."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    notes = Note.objects.filter(Found(search, owner.pk)).order_by()
    plan: dict[str, Any] = json.loads(notes.explain(format="json", analyze=True, buffers=True))[0]["Plan"]
    while plan.get("Index Name") != "note_words":
        [plan] = plan["Plans"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite keeps no words")
def test_what_others_wrote_makes_no_search_longer(owner: User, stranger: User) -> None:
    make_note(owner, title="Mine", body="elsewhere")
    search = Query.parse("else")
    alone = blocks_of_index(search, owner)
    make_note(stranger, title="Theirs", body=" ".join(f"else{number}" for number in range(10_000)))
    a_deeper_tree = 4
    assert blocks_of_index(search, owner) <= alone + a_deeper_tree


def test_hits_are_marked_and_what_notes_say_stays_text(signed_in: Client, owner: User) -> None:
    make_note(owner, title="<b>Café</b>", body="<script>alert(1)</script> & the **café** <img src=x>")
    text = signed_in.get("/notes/?q=cafe").text
    assert "&lt;b&gt;<mark>Café</mark>&lt;/b&gt;" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; the <mark>café</mark> &lt;img src=x&gt;" in text
    assert "<script>alert" not in text


def test_an_excerpt_shows_the_hit_wherever_it_is(signed_in: Client, owner: User) -> None:
    make_note(owner, title="Long", body="word " * 1500 + "then the garden " + "word " * 1500)
    [row] = signed_in.get("/notes/?q=garden").context["page"].rows
    text = "".join(part.text for part in row.excerpt)
    assert Part("garden", is_hit=True) in row.excerpt
    assert text.startswith("…word")
    assert text.endswith("…")
    assert len(text) < 250


@pytest.mark.parametrize(
    ("text", "typed", "hits"),
    [
        ("Straße, STRASSE", "stras", ["STRASSE"]),
        ("Ünlü İstanbul", "istan", ["İstanbul"]),
        ("会議の議事録", "議事", ["議事"]),
        ("fence-posts, fences", '"fence posts"', ["fence-posts"]),
        ("a garden, gardens", "garden x", ["garden"]),
        ("garden", "-garden", []),
        ("ﬁne ﬁ fi", "fi", ["fi"]),
    ],
)
def test_hits_are_found_where_they_are(text: str, typed: str, hits: list[str]) -> None:
    parts = with_hits(text, Query.parse(typed))
    assert "".join(part.text for part in parts) == text
    assert [part.text for part in parts if part.is_hit] == hits


def test_without_a_hit_the_beginning_is_shown() -> None:
    assert around_hit("Some text", Query.parse("other")) == [Part("Some text")]
    assert around_hit("", Query.parse("other")) == []


def test_what_is_typed_is_read_as_search_engines_do() -> None:
    assert Query.parse('red "old fence" -"new gate" -shed gard') == Query(
        wanted=(Term(("red",)), Term(("old", "fence")), Term(("gard",), is_unfinished=True)),
        excluded=(Term(("new", "gate"), is_excluded=True), Term(("shed",), is_excluded=True)),
    )
    assert not Query.parse("  ")
    assert Query.parse("%").finds_nothing


def test_words_are_those_that_the_database_keeps(owner: User) -> None:
    """PostgreSQL's own function and ours have to agree, or nothing would be found by what they differ in."""
    text = "Ünïted—Nations, ЁЖ! 会議 ΟΔΟΣ 3.14 a_b x²y №5 İI “q” naïve\u0301 fi\u00adx 𠮷野家 ９ Ǆ \u0130x"
    make_note(owner, title="It", body=text)
    for word in words_of(text):
        query = Query((Term((word,)),))
        assert Note.objects.visible_to(owner).search(query, owner).exists(), word


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite keeps no words")
def test_words_are_kept_while_a_dump_is_restored(owner: User) -> None:
    """Then PostgreSQL looks for names in no schema."""
    make_note(owner, title="Garden")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = ''")
        cursor.execute("UPDATE public.notes_note SET title = 'Kitchen'")
        cursor.execute("SET LOCAL search_path TO DEFAULT")
    assert Note.objects.search(Query.parse("kitch"), owner).exists()


@pytest.mark.parametrize(
    "piece",
    [
        "\U00020000",
        "\U00020000 ",
        "힣 ",
        "http://\U00010330\U00010331/x ",
        "ﷺ ",
        "ᾧ",
        "á-b ",
        "x" * 3000 + " ",
    ],
)
def test_the_longest_body_of_whatever_is_kept(owner: User, piece: str) -> None:
    body = (piece * 100_000)[:100_000]
    make_note(owner, title="Long garden", body=body)
    assert Note.objects.visible_to(owner).search(Query.parse("garden"), owner).exists()


def test_the_longest_body_of_signs_that_all_differ_is_kept(owner: User) -> None:
    """Each is a word; a vector of words holds a megabyte at most."""
    signs = [chr(code) for code in range(0x20000, 0x20000 + 100_000)]
    make_note(owner, title="Long garden", body="".join(signs))
    assert Note.objects.visible_to(owner).search(Query.parse("garden"), owner).exists()
