"""Tags: typed with a note, shown, chosen by, renamed, deleted; gone when no note has them."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from notes import tagging
from notes.models import LONGEST_TAG, MOST_TAGS, Note, Tag
from tests.api.clients import program_of
from tests.api.conftest import nothing_counted  # noqa: F401 - a fixture
from tests.notes.factories import make_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(owner: User) -> APIClient:
    return program_of(owner)


def tagged(owner: User, *names: str, title: str = "Minutes") -> Note:
    note = make_note(owner, title=title)
    tagging.tag(note, names)
    return note


def titles(client: Client, query: str) -> list[str]:
    return [note.title for note in client.get(f"/notes/{query}").context["page"].notes]


def test_tags_are_typed_with_a_note_and_shown(signed_in: Client) -> None:
    typed = {"title": "Garden", "body": "", "tags": "home, Garden\r\n#weekend,, "}
    answer = signed_in.post("/notes/new/", typed, follow=True)
    assert Note.objects.get().tag_names == ["Garden", "home", "weekend"]
    for page in (answer, signed_in.get("/notes/")):
        assert 'href="/notes/?tag=weekend"' in page.text
    assert "Garden, home, weekend" in signed_in.get(f"/notes/{Note.objects.get().pk}/edit/").text


@pytest.mark.parametrize(
    ("tags", "names", "version"),
    [
        ("home, new", ["home", "new"], 2),
        ("", [], 2),
        ("OLD, home", ["home", "old"], 1),
    ],
)
def test_they_are_changed_with_the_note_as_a_version_of_it(
    signed_in: Client, owner: User, tags: str, names: list[str], version: int
) -> None:
    note = tagged(owner, "home", "old")
    typed = {"title": note.title, "body": note.body, "version": 1, "tags": tags}
    signed_in.post(f"/notes/{note.pk}/edit/", typed)
    changed = Note.objects.get()
    assert (changed.tag_names, changed.version) == (names, version)
    assert (changed.updated_at > note.updated_at) == (version == 2)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Home, HOME, home", ["Home"]),
        ("Straße, STRASSE", ["Straße"]),
        ("cafe\u0301, caf\u00e9, CAF\u00c9", ["caf\u00e9"]),
        ("two  words\twith tab", ["two words with tab"]),
        ("\x1f, , #", []),
        ("会議, дом", ["会議", "дом"]),
    ],
)
def test_names_are_as_they_are_kept(typed: str, names: list[str]) -> None:
    assert tagging.split(typed) == names


def test_case_makes_no_difference_and_the_first_way_to_write_it_stays(owner: User, stranger: User) -> None:
    first, second = tagged(owner, "Home"), tagged(owner, "hOME")
    assert first.tag_names == second.tag_names == ["Home"]
    assert tagged(stranger, "HOME").tag_names == ["HOME"]
    assert Tag.objects.count() == 2


def test_the_database_holds_one_of_a_name(owner: User) -> None:
    tagged(owner, "home")
    for key in ("home", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(owner=owner, name="Home", key=key)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("x" * (LONGEST_TAG + 1), f"A tag has up to {LONGEST_TAG} characters"),
        (
            ",".join(map(str, range(MOST_TAGS + 1))),
            f"A note has up to {MOST_TAGS} tags, these are {MOST_TAGS + 1}.",
        ),
        ("x," * 2000, "at most"),
    ],
)
def test_too_much_is_refused_at_the_field_and_nothing_is_lost(
    signed_in: Client, typed: str, words: str
) -> None:
    answer = signed_in.post("/notes/new/", {"title": "Garden", "body": "Long text", "tags": typed})
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["tags"])
    assert "Long text" in answer.text
    assert typed in answer.text
    assert not Note.objects.exists()


def test_the_most_and_longest_are_taken(signed_in: Client) -> None:
    names = [f"{number:02}".ljust(LONGEST_TAG, "ß") for number in range(MOST_TAGS)]
    signed_in.post("/notes/new/", {"title": "Garden", "body": "", "tags": ",\r\n".join(names)})
    assert Note.objects.get().tag_names == names


def test_unused_tags_are_gone(signed_in: Client, owner: User, stranger: User) -> None:
    note, other = tagged(owner, "home", "both"), tagged(owner, "both")
    tagged(stranger, "home")
    tagging.tag(note, ["both"])
    assert [tag.name for tag in Tag.objects.visible_to(owner)] == ["both"]
    for each in (note, other):
        signed_in.post(f"/notes/{each.pk}/delete/")
    assert not Tag.objects.visible_to(owner).exists()
    assert Tag.objects.visible_to(stranger).exists()


def test_notes_are_chosen_by_tag(signed_in: Client, owner: User, stranger: User) -> None:
    tagged(owner, "Home & garden", title="one").pin()
    tagged(owner, "other", title="two")
    tagged(owner, "home & garden", title="put away").archive()
    tagged(stranger, "home & garden", title="theirs")
    assert titles(signed_in, "?tag=HOME+%26+garden") == ["one"]
    assert titles(signed_in, "?tag=home+%26+garden&archived=1") == ["put away"]
    assert titles(signed_in, "?tag=nothing") == []
    assert "No note has this tag" in signed_in.get("/notes/?tag=nothing").text


def test_pages_of_a_tag_follow_one_another(signed_in: Client, owner: User) -> None:
    for number in range(31):
        tagged(owner, "home", title=str(number))
        tagged(owner, "other", title="other")
    page = signed_in.get("/notes/?tag=home").context["page"]
    assert (len(page.notes), titles(signed_in, page.next)) == (30, ["0"])


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_tags_counts_notes_at_the_same_cost(signed_in: Client, owner: User, count: int) -> None:
    for number in range(count):
        tagged(owner, "all", f"tag {number}")
    signed_in.get("/notes/tags/")
    with CaptureQueriesContext(connection) as queries:
        page = signed_in.get("/notes/tags/")
    assert len(queries) == 4
    assert [(tag.name, tag.note_count) for tag in page.context["tags"]] == [
        ("all", count),
        *((f"tag {number}", 1) for number in range(count)),
    ]


def test_without_tags_the_list_says_how_to_make_one(signed_in: Client) -> None:
    assert "No tags yet" in signed_in.get("/notes/tags/").text


def test_a_tag_is_renamed_on_all_notes(signed_in: Client, owner: User) -> None:
    note = tagged(owner, "hoem")
    signed_in.post(f"/notes/tags/{Tag.objects.get().pk}/", {"name": " Home "})
    assert Note.objects.get(pk=note.pk).tag_names == ["Home"]
    assert titles(signed_in, "?tag=home") == ["Minutes"]


def test_a_tag_may_be_renamed_in_case_alone(signed_in: Client, owner: User) -> None:
    tagged(owner, "home")
    signed_in.post(f"/notes/tags/{Tag.objects.get().pk}/", {"name": "HOME"})
    assert Tag.objects.get().name == "HOME"


@pytest.mark.parametrize("name", ["", " ", "#", "Work", "a,b", "x" * (LONGEST_TAG + 1)])
def test_a_name_that_is_none_or_taken_is_refused(signed_in: Client, owner: User, name: str) -> None:
    tagged(owner, "home", "work")
    tag = Tag.objects.get(name="home")
    answer = signed_in.post(f"/notes/tags/{tag.pk}/", {"name": name})
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"]
    assert Tag.objects.get(pk=tag.pk).name == "home"


def test_a_deleted_tag_is_on_no_note_and_the_notes_stay(signed_in: Client, owner: User) -> None:
    tagged(owner, "home", "work")
    address = f"/notes/tags/{Tag.objects.get(name='home').pk}/delete/"
    assert "is taken off 1 note." in signed_in.get(address).text
    signed_in.post(address)
    assert Note.objects.get().tag_names == ["work"]


def test_ones_own_tags_are_suggested(signed_in: Client, owner: User, stranger: User) -> None:
    tagged(owner, "Home", "home improvement", "new home", "work")
    tagged(stranger, "homeless")
    answer = signed_in.get("/notes/tags/suggestions/?q=HO").json()
    assert [each["value"] for each in answer["suggestions"]] == ["Home", "home improvement", "new home"]
    assert len(signed_in.get("/notes/tags/suggestions/?q=").json()["suggestions"]) == 4
    assert signed_in.get("/notes/tags/suggestions/?q=%00%25").json() == {"suggestions": []}


def test_a_tag_is_text_and_nothing_else(signed_in: Client, owner: User) -> None:
    note = tagged(owner, "<script>alert(1)</script>")
    tag = Tag.objects.get()
    for path in (f"{note.pk}/", f"{note.pk}/edit/", "", "tags/", f"tags/{tag.pk}/", f"tags/{tag.pk}/delete/"):
        assert "<script>alert" not in signed_in.get(f"/notes/{path}").text


def test_programs_write_and_read_tags(program: APIClient) -> None:
    note = program.post("/api/notes/", {"title": "Garden", "tags": ["home", "HOME"]}, format="json").json()
    assert note["tags"] == ["home"]
    changed = program.patch(note["url"], {"tags": ["Work", "home"]}, format="json").json()
    assert changed["tags"] == ["home", "Work"]
    assert program.patch(note["url"], {"title": "New"}, format="json").json()["tags"] == ["home", "Work"]
    for query, count in {"tag=WORK": 1, "tag=none": 0, "tag=home&search=new": 1}.items():
        assert len(program.get(f"/api/notes/?{query}").json()["results"]) == count
    assert program.get("/api/notes/").json()["results"][0]["tags"] == ["home", "Work"]


@pytest.mark.parametrize(
    "tags",
    ["home", [1, {}], ["x" * (LONGEST_TAG + 1)], list(map(str, range(MOST_TAGS + 1))), ["a,b"], None, [""]],
)
def test_what_is_no_list_of_tags_is_refused(program: APIClient, tags: Any) -> None:
    answer = program.post("/api/notes/", {"title": "Garden", "tags": tags}, format="json")
    assert answer.status_code == 422
    assert {error["field"].partition(".")[0] for error in answer.json()["errors"]} == {"tags"}
    assert not Note.objects.exists()


def test_programs_list_rename_and_delete_tags(program: APIClient, owner: User) -> None:
    tagged(owner, "home", "work")
    tagged(owner, "home")
    listed = program.get("/api/tags/").json()["results"]
    assert {tag["name"]: tag["notes"] for tag in listed} == {"home": 2, "work": 1}
    [home] = [tag for tag in listed if tag["name"] == "home"]
    taken = program.patch(home["url"], {"name": "WORK"}, format="json")
    assert (taken.status_code, taken.json()["errors"][0]["code"]) == (422, "unique")
    assert program.patch(home["url"], {"name": "House"}, format="json").json() == {**home, "name": "House"}
    assert program.delete(home["url"]).status_code == 204
    assert [tag.name for tag in Tag.objects.all()] == ["work"]


def test_a_name_with_a_comma_is_two(owner: User) -> None:
    with pytest.raises(ValidationError):
        tagging.distinct(["a,b"])
    assert tagging.split("a,b") == ["a", "b"]
