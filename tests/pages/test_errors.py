"""Error pages look like ours and have their real status codes."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from clock_work import urls


def bad(request: HttpRequest) -> HttpResponse:
    raise BadRequest


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret detail")


urlpatterns = [*urls.urlpatterns, path("400", bad), path("403", forbidden), path("500", broken)]


@pytest.fixture(autouse=True)
def broken_pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/400", 400, "That request made no sense"),
        ("/403", 403, "This is not for you"),
        ("/nowhere", 404, "There is nothing here"),
        ("/500", 500, "Something broke"),
    ],
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_each_has_its_page(
    visitor: Client, owner: User, url: str, status: int, words: str, signed_in: bool
) -> None:
    if signed_in:
        visitor.force_login(owner)
    answer = visitor.get(url)
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert "a secret detail" not in page
    assert 'href="/static/css/main' in page


def test_a_form_without_its_token_is_refused_with_a_way_out() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "owner"})
    assert answer.status_code == 403
    assert "The page was too old" in answer.content.decode()


def test_an_unknown_host_is_a_bad_request(visitor: Client) -> None:
    answer = visitor.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "That request made no sense" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_the_worst_ones_need_neither_request_nor_database(
    template: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert "Clock Work" in render_to_string(template)
