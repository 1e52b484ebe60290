"""People's pictures: uploaded, shown to everybody who is signed in, replaced, removed; and their files."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import avatars
from accounts.forms import AvatarForm
from accounts.models import User
from accounts.tasks import clean_up_avatars
from tests.accounts.pictures import BLUE, GREEN, bomb, is_near, opened, plain
from tests.factories import make_user
from tests.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("private_files")]


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def upload(client: Client, content: bytes, name: str = "me.png") -> Any:
    return client.post("/accounts/avatar/", {"picture": SimpleUploadedFile(name, content)})


def address_of(user: User) -> str:
    user.refresh_from_db()
    return f"/accounts/avatars/{avatars.key_of(user)}/"


def stored() -> set[str]:
    """The names of all pictures in the private storage."""
    storage = storages["private"]
    try:
        days, _ = storage.listdir("avatars")
    except FileNotFoundError:
        return set()
    return {f"avatars/{day}/{name}" for day in days for name in storage.listdir(f"avatars/{day}")[1]}


def test_an_uploaded_picture_is_shown_in_the_header_and_on_the_profile(
    signed_in: Client, owner: User
) -> None:
    assert '<span class="avatar avatar--colour-' in signed_in.get("/about/").content.decode()
    assert upload(signed_in, plain())["Location"] == "/accounts/profile/"
    image = f'<img class="avatar" src="{address_of(owner)}"'
    assert image in signed_in.get("/about/").content.decode()
    profile = signed_in.get("/accounts/profile/").content.decode()
    assert profile.count(address_of(owner)) == 2
    assert "Remove it" in profile


def test_it_is_handed_out_so_that_it_is_a_picture_and_kept_by_this_browser(
    signed_in: Client, owner: User
) -> None:
    upload(signed_in, plain("GIF", colour=GREEN) + b"<script>alert(1)</script>", "me.html")
    answer = signed_in.get(address_of(owner))
    assert answer.status_code == 200
    assert is_near(opened(answer.content).convert("RGB").getpixel((9, 9)), GREEN)
    assert b"script" not in answer.content
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Expires" not in answer
    again = signed_in.get(address_of(owner), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_everybody_who_is_signed_in_sees_it_and_nobody_else(
    signed_in: Client, owner: User, stranger: User
) -> None:
    upload(signed_in, plain())
    address = address_of(owner)
    signed_in.logout()
    for method in (signed_in.get, signed_in.head, signed_in.post):
        assert method(address)["Location"] == f"/accounts/login/?next={address}"
    signed_in.force_login(stranger)
    assert signed_in.get(address).status_code == 200
    assert signed_in.post(address).status_code == 405


@pytest.mark.parametrize("key", ["x", "2026-11-30-x", "2026-11-30-" + "0" * 40, "-", "a" * 500])
def test_what_nobody_has_is_not_found(signed_in: Client, key: str) -> None:
    storages["private"].save("avatars/2026-11-30/x.webp", ContentFile(b"somebody's before"))
    assert signed_in.get(f"/accounts/avatars/{key}/").status_code == 404


def test_another_picture_has_another_address_and_the_file_of_the_first_goes(
    signed_in: Client, owner: User
) -> None:
    upload(signed_in, plain())
    before = address_of(owner)
    upload(signed_in, plain(colour=BLUE))
    after = address_of(owner)
    assert signed_in.get(before).status_code == 404
    assert is_near(opened(signed_in.get(after).content).convert("RGB").getpixel((9, 9)), BLUE)
    assert stored() == {owner.avatar}


def test_it_is_removed_with_its_file(signed_in: Client, owner: User) -> None:
    upload(signed_in, plain())
    for _ in range(2):
        assert signed_in.post("/accounts/avatar/delete/")["Location"] == "/accounts/profile/"
    owner.refresh_from_db()
    assert (owner.avatar, stored()) == ("", set())
    assert "<img" not in signed_in.get("/about/").content.decode()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (lambda: b"", "This file is empty."),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture that we can read"),
        (lambda: b"<script>alert(1)</script>", "no picture that we can read"),
        (lambda: plain("JPEG")[:300], "no picture that we can read"),
        (lambda: bomb(30_000, 30_000), "This picture has more than 25 million pixels."),
        (lambda: bytes(AvatarForm.LARGEST + 1), "This file is larger than 10 MB."),
    ],
    ids=["empty", "svg", "html", "half", "bomb", "huge"],
)
def test_what_is_wrong_is_said_at_the_field_and_the_picture_stays(
    signed_in: Client, owner: User, content: Callable[[], bytes], error: str
) -> None:
    upload(signed_in, plain())
    before = address_of(owner)
    answer = upload(signed_in, content())
    assert answer.status_code == 422
    page = answer.content.decode()
    assert error in page.split('id="id_picture_error"')[1].split("</div>")[0]
    assert 'aria-invalid="true"' in page
    assert '<input type="text" name="username" value="owner"' in page
    assert address_of(owner) == before


def test_no_file_is_said_at_the_field(signed_in: Client) -> None:
    for form in ({}, {"picture": "no file"}):
        answer = signed_in.post("/accounts/avatar/", form)
        assert (answer.status_code, answer.context["avatar_form"].errors) == (
            422,
            {"picture": ["Choose a picture."]},
        )


def test_a_form_of_another_site_changes_nothing(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert upload(client, plain()).status_code == 403
    assert client.post("/accounts/avatar/delete/").status_code == 403
    assert not stored()


def test_of_two_at_once_one_stays_and_no_file_is_left_over(owner: User) -> None:
    def replace(colour: Any) -> None:
        client = Client()
        client.force_login(User.objects.get(pk=owner.pk))
        upload(client, plain(colour=colour))

    together(lambda: replace(BLUE), lambda: replace(GREEN))
    owner.refresh_from_db()
    assert stored() == {owner.avatar}


def test_who_is_saved_as_they_were_before_keeps_the_picture_they_have(signed_in: Client, owner: User) -> None:
    upload(signed_in, plain())
    before = User.objects.get(pk=owner.pk)
    upload(signed_in, plain(colour=BLUE))
    before.name = "Ada"
    before.save()
    owner.refresh_from_db()
    assert owner.name == "Ada"
    assert stored() == {owner.avatar} != {before.avatar}


def test_with_the_account_goes_the_file_once_that_is_committed(
    signed_in: Client, owner: User, friend: User
) -> None:
    upload(signed_in, plain())
    owner.refresh_from_db()
    avatars.put(friend, plain("WEBP"))
    with transaction.atomic():
        owner.delete()
        assert len(stored()) == 2
        transaction.set_rollback(True)
    assert len(stored()) == 2
    User.objects.filter(username="owner").delete()
    assert stored() == {friend.avatar}


def test_a_process_that_is_killed_leaves_no_name_without_a_file(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(avatars, "_replace", die)
    with pytest.raises(Killed):
        avatars.put(owner, plain("WEBP"))
    monkeypatch.undo()
    owner.refresh_from_db()
    assert owner.avatar == ""
    assert len(stored()) == 1
    clean_up_avatars()
    assert len(stored()) == 1, "its name might still be written"
    monkeypatch.setattr("accounts.private_files.SETTLED", timedelta(0))
    clean_up_avatars()
    assert not stored()


def test_the_daily_job_leaves_what_is_somebodys(owner: User, settings: Settings) -> None:
    avatars.put(owner, plain("WEBP"))
    day = timezone.now().date() - timedelta(days=3)
    mine = storages["private"].save(f"avatars/{day}/mine.webp", ContentFile(b"WebP"))
    storages["private"].save(f"avatars/{day}/orphan.webp", ContentFile(b"WebP"))
    make_user("another", avatar=mine)
    clean_up_avatars()
    assert stored() == {owner.avatar, mine}
    [entry] = [job for job in settings.CELERY_BEAT_SCHEDULE.values() if job["task"] == clean_up_avatars.name]
    assert entry["schedule"] == 24 * 3600


def test_who_is_gone_meanwhile_leaves_no_file(owner: User) -> None:
    User.objects.filter(pk=owner.pk).delete()
    with pytest.raises(User.DoesNotExist):
        avatars.put(owner, plain("WEBP"))
    assert not stored()


def test_while_the_storage_is_away_that_is_said_and_pages_go_on(
    signed_in: Client, owner: User, private_files: Path
) -> None:
    upload(signed_in, plain())
    private_files.rename(private_files.with_name("elsewhere"))
    private_files.write_text("where a folder should be")
    answer = signed_in.post(
        "/accounts/avatar/", {"picture": SimpleUploadedFile("me.png", plain())}, follow=True
    )
    assert "The picture cannot be stored just now." in answer.content.decode()
    assert signed_in.get(address_of(owner)).status_code == 503
    signed_in.post("/accounts/avatar/delete/")
    owner.refresh_from_db()
    assert owner.avatar == ""


def test_who_has_none_has_a_letter_in_a_colour_of_their_own(client: Client) -> None:
    colours = set()
    for number in range(8):
        client.force_login(make_user(f"person{number}"))
        found = re.search(r"avatar--colour-(\d)", client.get("/about/").content.decode())
        assert found
        colours.add(found[1])
    assert len(colours) == 8


def test_it_costs_pages_nothing(signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for content in (plain(), b""):
        upload(signed_in, content) if content else signed_in.post("/accounts/avatar/delete/")
        signed_in.get("/about/")  # what is told once
        cache.clear()  # the session is then read from the database, whether Redis is there or not
        with django_assert_num_queries(4):  # session, user, inbox's version, unread
            signed_in.get("/about/")
