"""Usercodes: short, unique, easy to say aloud."""

from itertools import chain, repeat

import pytest
from django.db import IntegrityError

from accounts import usercodes
from accounts.models import User
from tests.factories import make_user

LOOK_ALIKES = ["0OQD", "1IL7", "2Z", "5S", "8B", "UV", "6G", "CG"]


def test_it_is_six_characters_of_the_alphabet() -> None:
    for _ in range(100):
        code = usercodes.generate()
        assert len(code) == 6
        assert set(code) <= set(usercodes.SPOKEN)


@pytest.mark.parametrize("group", LOOK_ALIKES)
def test_of_what_looks_alike_at_most_one_is_used(group: str) -> None:
    assert len(set(group) & set(usercodes.SPOKEN)) <= 1


def test_every_character_has_a_word() -> None:
    assert usercodes.spoken("K7M3RD") == "Kilo seven Mike, three Romeo Delta"
    assert len(set(usercodes.SPOKEN.values())) == len(usercodes.SPOKEN)


@pytest.mark.django_db
def test_somebody_new_has_one(owner: User, friend: User) -> None:
    assert len({owner.usercode, friend.usercode}) == 2
    assert owner.usercode_grouped == f"{owner.usercode[:3]}-{owner.usercode[3:]}"


@pytest.mark.django_db
def test_a_taken_one_is_drawn_again(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = chain([owner.usercode, owner.usercode], repeat("K7M3RD"))
    monkeypatch.setattr(usercodes, "generate", lambda: next(drawn))
    newcomer = User(username="newcomer", email="newcomer@example.com", usercode=owner.usercode)
    newcomer.save()
    assert newcomer.usercode == "K7M3RD"


@pytest.mark.django_db
def test_another_clash_is_not_mistaken_for_it(owner: User) -> None:
    with pytest.raises(IntegrityError):
        make_user("owner", email="other@example.com")


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["K7M3RD", "k7m-3rd", " k7m 3rd ", "K7M–3RD"])
def test_it_is_found_however_it_was_written_down(typed: str) -> None:
    ada = make_user("ada", usercode="K7M3RD")
    assert User.objects.with_usercode(typed).get() == ada
    assert not User.objects.with_usercode("").exists()


@pytest.mark.django_db
def test_whoever_left_is_not_found() -> None:
    make_user("ada", usercode="K7M3RD", is_active=False)
    assert not User.objects.with_usercode("K7M3RD").exists()
