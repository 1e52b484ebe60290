"""Switching a second factor on and off, and logging in with it."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.accounts.letters import link_in
from tests.accounts.second_factors import add_passkey, code_now, give_recovery_codes, switch_on_app
from tests.factories import PASSWORD
from tests.together import together

pytestmark = pytest.mark.django_db

ON = "/accounts/2fa/totp/activate/"
OFF = "/accounts/2fa/totp/deactivate/"
STEP = "/accounts/2fa/authenticate/"
SECRET = re.compile(r'<code class="secret__text">(\w+)</code>')
ODD = [
    "",
    "x",
    "null",
    "0",
    "false",
    "[]",
    "{}",
    '{"id": 1}',
    '{"response": []}',
    '{"response": {"userHandle": 7}}',
]
ODD += [
    f'{{"id": "AA", "rawId": "AA", "type": "public-key", "response": {response}}}'
    for response in (
        "{}",
        '"x"',
        '{"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"}',
        '{"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "////"}',
        '{"clientDataJSON": "e30", "attestationObject": "oA"}',
        '{"clientDataJSON": "!", "attestationObject": "!"}',
    )
]


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    """Somebody who has just typed their password again."""
    client.force_login(owner)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def type_password(client: Client, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": "owner", "password": PASSWORD} | more)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def secret_on(client: Client) -> str:
    """The secret that the page shows to type into the app."""
    found = SECRET.search(client.get(ON).content.decode())
    assert found
    return found[1]


def test_it_asks_for_the_password_first(client: Client, owner: User) -> None:
    switch_on_app(owner)
    give_recovery_codes(owner)
    passkey = add_passkey(owner)
    client.force_login(owner)
    pages = [OFF, "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/"]
    pages += ["/accounts/2fa/recovery-codes/download/", "/accounts/2fa/webauthn/add/"]
    pages += [f"/accounts/2fa/webauthn/keys/{passkey.pk}/{act}/" for act in ("edit", "remove")]
    for page in pages:
        assert client.get(page)["Location"].startswith("/accounts/reauthenticate/?next="), page


@pytest.mark.django_db(transaction=True)
def test_the_app_is_switched_on_by_its_first_code(
    signed_in: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    page = signed_in.get(ON).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = secret_on(signed_in)
    answer = signed_in.post(ON, {"code": code_now(secret)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/recovery-codes/"
    assert "The app is switched on." in answer.content.decode()
    assert len(re.findall(r"<li>\d{8}</li>", answer.content.decode())) == 10
    assert '<span class="badge badge--ok">on</span>' in signed_in.get("/accounts/2fa/").content.decode()
    [letter] = mailoutbox
    assert letter.subject == "The app for your second factor is switched on"
    assert str(letter.body).startswith("Hello owner,\n\nthe app for your second factor was switched on")


def test_a_wrong_code_switches_nothing_on_and_keeps_the_secret(signed_in: Client, owner: User) -> None:
    secret = secret_on(signed_in)
    answer = signed_in.post(ON, {"code": "wrong"})
    assert "That is not right" in answer.content.decode()
    assert secret in answer.content.decode()
    assert not Authenticator.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_it_is_switched_on_once(signed_in: Client, owner: User) -> None:
    code = code_now(secret_on(signed_in))
    second = Client()
    second.cookies = signed_in.cookies
    answers = together(*[lambda tab=tab: tab.post(ON, {"code": code}) for tab in (signed_in, second)])
    assert [answer.status_code for answer in answers] == [302, 302]  # type: ignore[attr-defined]
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1


def test_logging_in_takes_a_code_after_the_password(client: Client, owner: User) -> None:
    secret = switch_on_app(owner)
    assert type_password(client)["Location"] == STEP
    assert not is_in(client)
    assert client.get("/accounts/profile/").status_code == 302
    page = client.get(STEP).content.decode()
    assert "Code of your app" in page
    assert "passkey" not in page
    answer = client.post(STEP, {"code": "000"})
    assert "That is not right, or it was used already." in answer.content.decode()
    assert not is_in(client)
    client.post(STEP, {"code": code_now(secret)})
    assert is_in(client)


def test_it_leads_on_to_where_one_wanted_to_go(client: Client, owner: User) -> None:
    secret = switch_on_app(owner)
    type_password(client, next="/accounts/profile/")
    assert client.post(STEP, {"code": code_now(secret)})["Location"] == "/accounts/profile/"


def test_nobody_gets_to_the_step_without_a_password(client: Client) -> None:
    assert client.get(STEP)["Location"] == "/accounts/login/"
    assert client.post(STEP, {"code": "123456"})["Location"] == "/accounts/login/"


@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_a_code_logs_in_once(owner: User, kind: str) -> None:
    secret, codes = switch_on_app(owner), give_recovery_codes(owner)
    code = code_now(secret) if kind == "app" else codes[0]
    came_in = []
    for browser in (Client(), Client()):
        type_password(browser)
        browser.post(STEP, {"code": code})
        came_in.append(is_in(browser))
    assert came_in == [True, False]


def test_after_five_wrong_codes_the_right_one_waits(client: Client, owner: User) -> None:
    secret = switch_on_app(owner)
    type_password(client)
    for _ in range(5):
        client.post(STEP, {"code": "wrong"})
    answer = client.post(STEP, {"code": code_now(secret)})
    assert "Too many failed login attempts. Try again later." in answer.content.decode()
    assert not is_in(client)


def test_one_can_turn_back_from_the_step(client: Client, owner: User) -> None:
    switch_on_app(owner)
    type_password(client)
    client.post("/accounts/logout/", {"next": "/accounts/login/"})
    assert client.get(STEP)["Location"] == "/accounts/login/"


def test_the_code_confirms_that_it_is_you(client: Client, owner: User) -> None:
    secret = switch_on_app(owner)
    client.force_login(owner)
    page = client.get(OFF, follow=True).content.decode()
    assert "Type a code instead" in page
    assert "Use a passkey instead" not in page
    page = client.get(f"/accounts/2fa/reauthenticate/?next={OFF}").content.decode()
    assert "Type your password instead" in page
    answer = client.post("/accounts/2fa/reauthenticate/", {"code": code_now(secret), "next": OFF})
    assert answer["Location"] == OFF
    assert client.get(OFF).status_code == 200


def test_switched_off_the_password_is_enough_again(
    signed_in: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    switch_on_app(owner)
    give_recovery_codes(owner)
    assert signed_in.get(OFF).status_code == 200
    assert signed_in.post(OFF)["Location"] == "/accounts/2fa/"
    assert not Authenticator.objects.exists()
    assert [letter.subject for letter in mailoutbox] == ["The app for your second factor is switched off"]
    other = Client()
    type_password(other)
    assert is_in(other)


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_replace_the_old(
    signed_in: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    switch_on_app(owner)
    old = give_recovery_codes(owner)
    assert "10 that you have" in signed_in.get("/accounts/2fa/recovery-codes/generate/").content.decode()
    signed_in.post("/accounts/2fa/recovery-codes/generate/")
    page = signed_in.get("/accounts/2fa/recovery-codes/").content.decode()
    assert not [code for code in old if code in page]
    file = signed_in.get("/accounts/2fa/recovery-codes/download/")
    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert [code in page for code in re.findall(r"^\d{8}$", file.content.decode(), re.MULTILINE)] == [
        True
    ] * 10
    assert [letter.subject for letter in mailoutbox] == ["New recovery codes"]


def test_there_are_none_without_a_factor_that_they_stand_in_for(signed_in: Client) -> None:
    page = signed_in.post("/accounts/2fa/recovery-codes/generate/").content.decode()
    assert "Switch on a second factor first" in page
    assert signed_in.get("/accounts/2fa/recovery-codes/").status_code == 404


def test_a_passkey_is_renamed_and_removed(
    signed_in: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    passkey = add_passkey(owner, "Telephone")
    page = f"/accounts/2fa/webauthn/keys/{passkey.pk}"
    assert 'value="Telephone"' in signed_in.get(f"{page}/edit/").content.decode()
    assert "at most 50" in signed_in.post(f"{page}/edit/", {"name": "x" * 51}).content.decode()
    signed_in.post(f"{page}/edit/", {"name": "Old <b>telephone"})
    assert "Old &lt;b&gt;telephone" in signed_in.get("/accounts/2fa/webauthn/").content.decode()
    assert "Remove this passkey?" in signed_in.get(f"{page}/remove/").content.decode()
    signed_in.post(f"{page}/remove/")
    assert not Authenticator.objects.exists()
    assert [letter.subject for letter in mailoutbox] == ["A passkey was removed"]


@pytest.mark.parametrize("credential", ODD)
def test_what_is_no_passkey_is_refused_and_breaks_nothing(owner: User, credential: str) -> None:
    add_passkey(owner)
    client, visitor, half = Client(), Client(), Client()
    client.force_login(owner)
    assert refuses(client, "/accounts/2fa/webauthn/reauthenticate/", credential)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert refuses(client, "/accounts/2fa/webauthn/add/", credential)
    visitor.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    answer = visitor.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert answer["Location"] == "/accounts/login/"
    type_password(half)
    assert refuses(half, STEP, credential)
    assert not is_in(visitor)
    assert not is_in(half)
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1


def refuses(client: Client, path: str, credential: str) -> bool:
    client.get(path)  # which asks for one
    answer = client.post(path, {"credential": credential})
    return answer.status_code == 200 and bool(re.search(r'role="alert">\s*<svg', answer.content.decode()))


def test_the_address_can_be_changed_with_one_on(
    signed_in: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    switch_on_app(owner)
    signed_in.post("/accounts/email/", {"action_add": "", "email": "new@example.com"})
    elsewhere = Client()
    elsewhere.post(link_in(mailoutbox[0]))
    assert not is_in(elsewhere), "the link alone does not log in"
    assert User.objects.get(pk=owner.pk).email == "new@example.com"
    letter = mailoutbox[1]
    assert (letter.to, letter.subject) == (["owner@example.com"], "Your e-mail address was changed")


def test_a_new_password_by_mail_does_not_go_around_it(
    client: Client, owner: User, mailoutbox: list[EmailMessage]
) -> None:
    switch_on_app(owner)
    client.post("/accounts/password/reset/", {"email": "owner@example.com"})
    form_page = client.get(link_in(mailoutbox[0]))["Location"]
    client.post(form_page, dict.fromkeys(["password1", "password2"], "a quite different sentence"))
    assert [letter.subject for letter in mailoutbox[1:]] == ["Your password was changed"]
    assert not is_in(client)


def test_the_overview_says_how_many_recovery_codes_are_left(signed_in: Client, owner: User) -> None:
    assert "Recovery codes" not in signed_in.get("/accounts/2fa/").content.decode()
    switch_on_app(owner)
    code = give_recovery_codes(owner)[0]
    signed_in.post("/accounts/2fa/reauthenticate/", {"code": code})
    assert "9 left" in signed_in.get("/accounts/2fa/").content.decode()
