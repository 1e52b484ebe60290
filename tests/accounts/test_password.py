"""Changing a password, and getting over one that is forgotten."""

import pytest
from allauth.account.signals import password_changed
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.accounts.letters import link_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "a quite different sentence"


def test_the_link_in_the_letter_sets_a_new_one_once(
    client: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "owner@example.com"}, follow=True)
    assert "Check your mail" in answer.content.decode()
    [letter] = mailoutbox
    assert letter.subject == "Choose a new password"
    link = link_in(letter)
    form_page = client.get(link)["Location"]
    assert "Choose a new password" in client.get(form_page).content.decode()
    client.post(form_page, {"password1": NEW, "password2": NEW})
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert "This link does not work" in Client().get(link, follow=True).content.decode()


def test_an_unknown_address_looks_the_same_and_gets_no_letter(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.com"}, follow=True)
    assert "Check your mail" in answer.content.decode()
    assert mailoutbox == []


def test_it_is_changed_by_whoever_knows_the_old_one(client: Client, owner: User) -> None:
    client.force_login(owner)
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    )
    assert answer.context["form"].errors["oldpassword"] == ["Please type your current password."]
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    owner.refresh_from_db()
    assert owner.check_password(NEW)


def test_changing_it_ends_the_sessions_elsewhere(client: Client, owner: User) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(owner)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert client.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302


def test_it_is_changed_with_all_that_follows_or_not_at_all(client: Client, owner: User) -> None:
    """What follows comes before the commit, upon which other tabs ask by a session that is over."""

    def fail(**_: object) -> None:
        raise RuntimeError

    client.force_login(owner)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    password_changed.connect(fail)  # sent last of all
    try:
        with pytest.raises(RuntimeError):
            client.post("/accounts/password/change/", fields)
    finally:
        password_changed.disconnect(fail)
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
