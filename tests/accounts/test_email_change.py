"""Another e-mail address replaces the one before once it is verified."""

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.accounts.letters import link_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    """Somebody who has just typed their password again."""
    client.force_login(owner)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def ask_for(client: Client, email: str) -> None:
    client.post("/accounts/email/", {"action_add": "", "email": email})


def address_of(user: User) -> str:
    return User.objects.get(pk=user.pk).email


def test_the_link_in_the_letter_replaces_the_old_one(
    signed_in: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    ask_for(signed_in, "New@example.com")
    assert address_of(owner) == "owner@example.com"
    assert "not verified yet" in signed_in.get("/accounts/email/").content.decode()
    assert mailoutbox[0].to == ["new@example.com"]
    signed_in.post(link_in(mailoutbox[0]))
    assert address_of(owner) == "new@example.com"
    assert list(EmailAddress.objects.values_list("email", "primary", "verified")) == [
        ("new@example.com", True, True)
    ]


def test_the_change_can_be_dropped(signed_in: Client, owner: User) -> None:
    ask_for(signed_in, "new@example.com")
    assert EmailAddress.objects.filter(user=owner).count() == 2
    signed_in.post("/accounts/email/", {"action_remove": "", "email": "new@example.com"})
    assert EmailAddress.objects.get().email == "owner@example.com"


def test_nobody_is_left_without_an_address(signed_in: Client, owner: User) -> None:
    answer = signed_in.post(
        "/accounts/email/", {"action_remove": "", "email": "owner@example.com"}, follow=True
    )
    assert "cannot be removed" in answer.content.decode()
    assert EmailAddress.objects.get().email == address_of(owner) == "owner@example.com"


def test_somebody_elses_address_cannot_be_taken_over(
    signed_in: Client, owner: User, friend: User, mailoutbox: list[EmailMessage]
) -> None:
    ask_for(signed_in, "FRIEND@example.com")
    for browser in (signed_in, Client()):
        for letter in mailoutbox:
            browser.post(link_in(letter))
    assert address_of(owner) == "owner@example.com"
    assert EmailAddress.objects.get(email="friend@example.com", verified=True).user == friend


def test_an_address_that_somebody_signs_up_with_meanwhile_stays_theirs(
    signed_in: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    """Their account is not verified yet, so that no verified address stands in the way."""
    ask_for(signed_in, "new@example.com")
    User.objects.create_user("newcomer", "new@example.com")
    answer = signed_in.post(link_in(mailoutbox[0]), follow=True)
    assert "This address could not be confirmed" in answer.content.decode()
    assert address_of(owner) == "owner@example.com"


def test_it_asks_for_the_password_first_and_then_goes_on(client: Client, owner: User) -> None:
    client.force_login(owner)
    answer = client.post("/accounts/email/", {"action_add": "", "email": "new@example.com"})
    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
    form = client.get(answer["Location"])
    assert "Confirm that it is you" in form.content.decode()
    client.post(answer["Location"], {"password": "wrong", "next": "/accounts/email/"})
    assert not EmailAddress.objects.filter(email="new@example.com").exists()
    client.post(answer["Location"], {"password": PASSWORD, "next": "/accounts/email/"})
    assert EmailAddress.objects.filter(email="new@example.com", verified=False).exists()
