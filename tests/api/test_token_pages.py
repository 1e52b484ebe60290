"""The pages about API tokens and programs that are logged in."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from api.credentials import ALL
from api.models import IdempotentRequest, LogIn, Token
from tests.api.clients import make_log_in, make_token
from tests.api.log_ins import lets_in, pair_of, post
from tests.factories import PASSWORD
from tests.together import together

pytestmark = pytest.mark.django_db

PAGE = "/accounts/tokens/"
NEW = "/accounts/tokens/new/"
SECRET = re.compile(r"cw_[\w-]{43}")


@pytest.fixture
def member(client: Client, owner: User) -> Client:
    """Somebody who has just typed their password again."""
    return confirmed(client, owner)


def confirmed(client: Client, user: User) -> Client:
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def ask(client: Client, **changes: Any) -> Any:
    fields = {
        "key": str(uuid4()),
        "name": "Backups",
        "access": "read",
        "resources": ["notes"],
        "expires": "90",
    }
    return client.post(NEW, fields | changes)


def secret_in(answer: Any) -> str:
    found = SECRET.search(answer.content.decode())
    assert found, answer.content.decode()
    return found[0]


def status_with(secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return APIClient().get("/api/me/", headers=headers).status_code


def test_its_secret_is_shown_this_once_and_lets_in(member: Client, owner: User) -> None:
    answer = ask(member, resources=sorted(ALL))
    assert answer.status_code == 200
    secret = secret_in(answer)
    assert status_with(secret) == 200
    assert not SECRET.search(member.get(PAGE).content.decode())


def test_the_answer_that_shows_it_is_kept_by_nobody(member: Client) -> None:
    answer = ask(member)
    secret = secret_in(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies or secret not in str(answer.cookies)
    assert secret not in str(dict(member.session))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert secret not in str(cursor.fetchall()), table


def test_loading_that_answer_anew_makes_no_second_one(member: Client) -> None:
    key = str(uuid4())
    ask(member, key=key)
    again = ask(member, key=key)
    assert (again.status_code, again["Location"]) == (302, PAGE)
    assert "This token was made already." in member.get(PAGE).content.decode()
    assert Token.objects.count() == 1


def test_nor_does_it_bring_back_one_that_was_revoked(member: Client) -> None:
    key = str(uuid4())
    ask(member, key=key)
    Token.objects.all().delete()
    assert ask(member, key=key).status_code == 302
    assert not Token.objects.exists()


def test_going_back_and_changing_the_form_makes_another_one(member: Client) -> None:
    key = str(uuid4())
    ask(member, key=key)
    assert secret_in(ask(member, key=key, name="Another"))
    assert Token.objects.count() == 2


def test_it_may_do_what_was_chosen(member: Client, owner: User) -> None:
    ask(member, access="write", resources=["notes", "tasks"])
    token = Token.objects.get()
    assert (token.user, token.can_write, token.resources) == (owner, True, ["notes", "tasks"])
    ask(member, name="Reader")
    assert not Token.objects.get(name="Reader").can_write


def test_its_form_offers_everything_to_read_for_90_days(member: Client) -> None:
    form = member.get(NEW).context["form"]
    initial = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
    assert (initial["access"], initial["expires"]) == ("read", "90")
    assert set(initial["resources"]) == ALL


@pytest.mark.parametrize(("expires", "days"), [("7", 7), ("30", 30), ("90", 90), ("365", 365)])
def test_it_expires_after_so_many_days(member: Client, expires: str, days: int) -> None:
    before = timezone.now()
    ask(member, expires=expires, last_day="not looked at")
    at = Token.objects.get().expires_at
    assert at is not None
    assert before <= at - timedelta(days=days) <= timezone.now()


def test_or_never(member: Client) -> None:
    ask(member, expires="never")
    assert Token.objects.get().expires_at is None


def test_or_at_the_end_of_a_day_where_its_owner_lives(member: Client, owner: User) -> None:
    User.objects.update(time_zone="Asia/Tokyo")
    day = timezone.localdate() + timedelta(days=30)
    ask(member, expires="date", last_day=day.isoformat())
    assert Token.objects.get().expires_at == datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "x" * 101}, "name", "Ensure this value has at most 100 characters (it has 101)."),
        ({"name": "\0"}, "name", "Null characters are not allowed."),
        ({"resources": []}, "resources", "Choose what it reaches."),
        ({"access": "admin"}, "access", "Select a valid choice. admin is not one of the available choices."),
        ({"expires": "date"}, "last_day", "Choose the last day on which it lets in."),
        ({"expires": "date", "last_day": "2020-02-02"}, "last_day", "This day is over."),
        ({"expires": "date", "last_day": "2020-02-31"}, "last_day", "There is no such date."),
        (
            {"expires": "date", "last_day": "9999-12-31"},
            "last_day",
            "Choose a day of the next ten years, or let it never expire.",
        ),
        ({"key": "x"}, "key", "Enter a valid UUID."),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    member: Client, changes: dict[str, Any], field: str, error: str
) -> None:
    answer = ask(member, **changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [error]
    assert not Token.objects.exists()


def test_one_has_fifty_at_most(member: Client, owner: User) -> None:
    for number in range(50):
        make_token(owner, f"Number {number}")
    answer = ask(member)
    assert answer.status_code == 422
    assert "You have 50 tokens" in answer.content.decode()
    assert not IdempotentRequest.objects.exists(), "the form can be sent again once there is room"
    Token.objects.filter(name="Number 7").delete()
    assert secret_in(ask(member))


@pytest.mark.django_db(transaction=True)
def test_nor_do_several_at_once_make_more(client: Client, owner: User) -> None:
    for number in range(48):
        make_token(owner, f"Number {number}")
    cookies = confirmed(client, owner).cookies

    def ask_elsewhere() -> Any:
        other = Client()
        other.cookies.update(cookies)
        return ask(other).status_code

    assert sorted(together(*[ask_elsewhere] * 4), key=str) == [200, 200, 422, 422]
    assert Token.objects.count() == 50


def test_making_one_asks_for_the_password_once_more(client: Client, owner: User) -> None:
    client.force_login(owner)
    for answer in (client.get(NEW), ask(client)):
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not Token.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert secret_in(ask(client))


def test_its_owner_hears_of_it(member: Client, settings: Settings, mailoutbox: list[EmailMessage]) -> None:
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    secret = secret_in(ask(member, name="R&D <script>"))
    [letter] = mailoutbox
    assert letter.subject == "A new API token: R&D <script>"
    assert "“R&D <script>” was made" in str(letter.body)
    assert "http://localhost:8000/accounts/tokens/" in str(letter.body)
    assert secret not in str(letter.message())


def test_the_list_says_what_each_may_do_and_when_it_was_used(member: Client, owner: User) -> None:
    now = timezone.now()
    make_token(owner, "Everything", used_at=now)
    make_token(owner, "Little", can_write=False, resources=["notes", "tasks"])
    make_token(owner, "Old", expires_at=now - timedelta(days=1))
    page = " ".join(re.sub("<[^>]+>", " ", member.get(PAGE).content.decode()).split())
    assert "Everything Reads and writes Everything Never expires cw_" in page
    assert "Little Only reads Notes, Tasks and their runs Never expires cw_" in page
    assert page.count("Not used yet") == 2
    assert page.count("Last used now") == 1
    assert "expired cw_" in page


def test_the_list_costs_the_same_however_many_there_are(member: Client, owner: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert member.get(PAGE).status_code == 200
        return len(queries)

    make_token(owner)
    make_log_in(owner)
    cost()
    few = cost()
    for _ in range(29):
        make_token(owner)
        make_log_in(owner)
    assert cost() == few


def test_revoking_asks_first_and_ends_it_at_once(member: Client, owner: User) -> None:
    token, secret = make_token(owner)
    asked = member.get(f"{PAGE}{token.pk}/delete/")
    assert "Revoke this token?" in asked.content.decode()
    assert status_with(secret) == 200
    assert member.post(f"{PAGE}{token.pk}/delete/")["Location"] == PAGE
    assert status_with(secret) == 401
    assert member.post(f"{PAGE}{token.pk}/delete/").status_code == 404


def test_neither_tokens_nor_log_ins_of_others_are_shown(member: Client, friend: User) -> None:
    make_token(friend, "Private")
    make_log_in(friend)
    page = member.get(PAGE).content.decode()
    assert "Private" not in page
    assert "No program is logged in." in page


def test_a_new_password_does_not_end_it(member: Client, owner: User) -> None:
    _, secret = make_token(owner)
    owner.set_password("another battery staple")
    owner.save()
    assert status_with(secret) == 200


def test_a_program_that_is_logged_in_is_shown_and_logged_out(member: Client, owner: User) -> None:
    pair, other = pair_of(owner), pair_of(owner)
    assert member.get(PAGE).content.decode().count("Logged in on") == 2
    key = LogIn.objects.order_by("created_at")[0].pk
    assert member.post(f"{PAGE}log-ins/{key}/delete/")["Location"] == PAGE
    assert not lets_in(pair)
    assert post("token/refresh", {"refresh": pair["refresh"]}).status_code == 401
    assert lets_in(other)


def test_all_are_logged_out_at_once_and_nobody_elses(member: Client, owner: User, friend: User) -> None:
    pairs, other = [pair_of(owner), pair_of(owner)], pair_of(friend)
    assert member.post(f"{PAGE}log-ins/delete/")["Location"] == PAGE
    assert not any(lets_in(pair) for pair in pairs)
    assert lets_in(other)


def test_those_that_a_new_password_ended_are_not_shown(member: Client, owner: User) -> None:
    make_log_in(owner)
    LogIn.objects.update(auth_hash="that of the old one")
    assert "No program is logged in." in member.get(PAGE).content.decode()


def test_other_sites_cannot_have_one_made(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert ask(client).status_code == 403
