"""The admin: log-in goes the way of everybody else's, and every model can be looked at."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, make_user
from tests.pages.runs import make_run

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make_user("operator", is_staff=True, is_superuser=True))
    return client


def url_of(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_log_in_goes_through_ours(client: Client) -> None:
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=%2Fadmin%2F"


def test_its_own_form_is_not_a_way_around(client: Client, operator: Client) -> None:
    visitor = Client()
    answer = visitor.post("/admin/login/", {"username": "operator", "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in visitor.session


def test_whoever_is_not_staff_is_refused(client: Client, owner: User) -> None:
    client.force_login(owner)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "This is not for you" in answer.content.decode()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_listed_and_searched(operator: Client, model: type[Model]) -> None:
    assert operator.get(url_of(model, "changelist")).status_code == 200
    assert operator.get(url_of(model, "changelist"), {"q": "nothing"}).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_says_what_may_be_added(operator: Client, model: type[Model]) -> None:
    assert operator.get(url_of(model, "add")).status_code in {200, 403}


def test_tasks_and_runs_are_looked_at(operator: Client, owner: User) -> None:
    run = make_run(owner, "Minutes")
    for thing in (run, run.task):
        answer = operator.get(url_of(type(thing), "change", thing.pk))
        assert answer.status_code == 200
        assert "Minutes" in answer.content.decode()


def test_somebody_is_added_with_an_address(operator: Client) -> None:
    fields = {"username": "ada", "email": "ada@example.com", "password1": PASSWORD, "password2": PASSWORD}
    operator.post(url_of(User, "add"), fields | {"usable_password": "true"})
    assert User.objects.get(username="ada").check_password(PASSWORD)


def test_a_taken_address_is_a_clear_error_there_too(operator: Client, owner: User) -> None:
    fields = {"username": "ada", "email": "OWNER@example.com", "password1": PASSWORD, "password2": PASSWORD}
    answer = operator.post(url_of(User, "add"), fields | {"usable_password": "true"})
    assert "An account with this e-mail address exists already." in answer.content.decode()


def test_the_usercode_is_seen_and_found_but_not_edited(operator: Client, owner: User) -> None:
    assert owner.username in operator.get(url_of(User, "changelist"), {"q": owner.usercode}).content.decode()
    page = operator.get(url_of(User, "change", owner.pk)).content.decode()
    assert owner.usercode in page
    assert 'name="usercode"' not in page
