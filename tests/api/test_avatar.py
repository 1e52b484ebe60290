"""Programs give people a picture and take it away, by the rules of the profile page."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries

from accounts import avatars
from accounts.forms import AvatarForm
from accounts.models import User
from tests.accounts.pictures import BLUE, RED, bomb, is_near, opened, plain
from tests.accounts.test_avatar import stored
from tests.api.clients import program_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("private_files")]
ADDRESS = "/api/me/avatar/"


def put(user: User, content: bytes, media_type: str = "image/png") -> Any:
    return program_of(user).generic("PUT", ADDRESS, content, media_type)  # type: ignore[arg-type]


def put_form(user: User, content: bytes) -> Any:
    form = {"picture": SimpleUploadedFile("me.jpg", content)}
    return program_of(user).put(ADDRESS, form, format="multipart")


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP", "GIF"])
def test_the_picture_is_the_body(owner: User, sort: str) -> None:
    answer = put(owner, plain(sort), f"image/{sort.lower()}")
    assert answer.status_code == 200
    address = answer.json()["avatar_url"]
    assert address.startswith("http://testserver/api/avatars/")
    shown = program_of(owner).get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    assert is_near(opened(shown.content).convert("RGB").getpixel((9, 9)), RED)


def test_or_it_is_in_a_form(owner: User) -> None:
    first = put(owner, plain()).json()["avatar_url"]
    second = put_form(owner, plain("JPEG", colour=BLUE)).json()["avatar_url"]
    assert first != second
    assert program_of(owner).get(first).status_code == 404
    assert is_near(opened(program_of(owner).get(second).content).convert("RGB").getpixel((9, 9)), BLUE)
    owner.refresh_from_db()
    assert stored() == {owner.avatar}


def test_it_is_what_others_see(owner: User, friend: User) -> None:
    address = put(owner, plain()).json()["avatar_url"]
    answer = program_of(friend, resources=["presence"], can_write=False).get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert program_of(friend).get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_it_is_removed(owner: User) -> None:
    put(owner, plain())
    program = program_of(owner)
    assert [program.delete(ADDRESS).status_code for _ in range(2)] == [204, 204]
    assert program.get("/api/me/").json()["avatar_url"] is None
    assert not stored()


@pytest.mark.parametrize(
    ("content", "error", "code"),
    [
        (b"", "Choose a picture.", "required"),
        (b"<svg/>", "This is no picture that we can read: a PNG, JPEG, WebP or GIF, whole.", "no_picture"),
        (bomb(30_000, 30_000), "This picture has more than 25 million pixels.", "too_large"),
        (bytes(AvatarForm.LARGEST + 1), "This file is larger than 10 MB.", "too_large"),
    ],
    ids=["empty", "svg", "bomb", "huge"],
)
def test_what_is_wrong_is_said_of_its_field(owner: User, content: bytes, error: str, code: str) -> None:
    answer = put(owner, content)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "picture", "detail": error, "code": code}]
    assert put_form(owner, content or b"<html>").status_code == 422
    assert not stored()


def test_what_is_far_too_large_is_not_read(owner: User) -> None:
    for content_type in ("image/png", "multipart/form-data; boundary=x"):
        answer = put(owner, bytes(AvatarForm.LARGEST + 100_000), content_type)
        assert (answer.status_code, answer.json()["detail"]) == (413, "A picture holds up to 10 MB.")


@pytest.mark.parametrize("media_type", ["application/json", "text/html", "image/svg+xml", "video/mp4", ""])
def test_what_says_that_it_is_something_else_is_refused(owner: User, media_type: str) -> None:
    assert put(owner, plain(), media_type).status_code == 415


@pytest.mark.parametrize(
    "form", [b"", b"--x", b"--x\r\nContent-Disposition: form-data; name=picture\r\n\r\n1"]
)
def test_a_form_that_is_broken_or_holds_no_file_is_refused(owner: User, form: bytes) -> None:
    assert put(owner, form, "multipart/form-data; boundary=x").status_code in {400, 422}
    assert put(owner, b"abc", "multipart/form-data").status_code == 400


def test_a_name_is_given_and_checked_as_on_the_page(owner: User) -> None:
    program = program_of(owner)
    assert program.patch("/api/me/", {"name": " Ada L. "}, format="json").json()["name"] == "Ada L."
    answer = program.patch("/api/me/", {"name": "two\nlines"}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name")
    assert program.patch("/api/me/", {"username": "Owner"}, format="json").json()["name"] == "Ada L."


def test_what_it_costs(owner: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    put(owner, plain())
    owner.refresh_from_db()
    program, address = program_of(owner), f"/api/avatars/{avatars.key_of(owner)}/"
    with django_assert_num_queries(2):  # the token with its user, whether somebody has this picture
        program.get(address)
