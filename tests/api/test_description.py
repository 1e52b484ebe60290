"""The OpenAPI description: valid, complete, with examples that are true, and made once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import description
from tests.api.described import described, operations, resolved

NOT_DESCRIBED = {
    "api/schema/": "it is the description",
    "api/docs/": "a page for people",
    "api/(?P<path>.*)": "answers that there is nothing here",
}
KEY = re.compile("<(int|str):pk>")
SLUG = re.compile(r"<slug:(\w+)>")
JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def errors_of(schema: dict[str, Any], value: Any) -> list[str]:
    whole = {"$schema": JSON_SCHEMA, "components": described()["components"], **schema}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(value)]


def test_it_is_valid_openapi() -> None:
    assert described()["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(described()).iter_errors()] == []


def test_every_address_of_the_api_is_described_or_says_why_not() -> None:
    found = {route for route in routes(get_resolver()) if route.startswith("api/")}
    paths = {path.removeprefix("/") for path in described()["paths"]}
    known = {SLUG.sub(r"{\1}", KEY.sub("{id}", route)) for route in found - set(NOT_DESCRIBED)}
    assert known == paths
    assert set(NOT_DESCRIBED) <= found


def test_every_operation_says_what_it_does_and_who_may_ask_for_it() -> None:
    for name, operation in operations():
        assert operation["summary"], name
        assert "security" in operation, name
        assert "\n" not in operation["summary"], name
    names = [operation["operationId"] for _, operation in operations()]
    assert len(set(names)) == len(names)


def test_every_answer_says_what_it_means_and_every_error_is_a_problem() -> None:
    for name, operation in operations():
        assert any(code < "300" for code in operation["responses"]), name
        for code, answer in operation["responses"].items():
            response = resolved(answer)
            assert response["description"], (name, code)
            assert {"RateLimit", "RateLimit-Policy"} <= set(response["headers"]), (name, code)
            if code >= "400":
                assert list(response["content"]) == ["application/problem+json"], (name, code)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("GET /api/me/", {"200", "401", "403", "429"}),
        ("GET /api/notes/", {"200", "400", "401", "403", "429"}),
        ("POST /api/notes/", {"201", "400", "401", "403", "413", "415", "422", "429"}),
        ("DELETE /api/notes/{id}/", {"204", "401", "403", "404", "412", "429"}),
    ],
)
def test_the_errors_that_all_have_are_there(what: str, expected: set[str]) -> None:
    assert set(dict(operations())[what]["responses"]) == expected


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Each with where it stands and the schema that it is of."""
    for name, operation in operations():
        for parameter in operation.get("parameters", []):
            for value in values_of(parameter):
                yield f"{name} {parameter['name']}", parameter["schema"], value
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for body in [*bodies, *map(resolved, operation["responses"].values())]:
            for media in body.get("content", {}).values():
                for value in values_of(media):
                    yield name, media["schema"], value


def values_of(part: dict[str, Any]) -> list[Any]:
    return [example["value"] for example in part.get("examples", {}).values()]


def test_every_example_is_valid() -> None:
    assert {name: errors for name, schema, value in examples() if (errors := errors_of(schema, value))} == {}
    assert len(list(examples())) >= 6


def test_an_example_that_is_wrong_would_be_found() -> None:
    _, schema, value = next(each for each in examples() if each[0] == "POST /api/notes/")
    assert errors_of(schema, {**value, "title": 1})
    assert errors_of(schema, {})


def test_it_is_made_once_and_sent_again_only_when_it_changed(client: Client) -> None:
    first = client.get("/api/schema/")
    assert first.headers["Content-Type"] == "application/vnd.oai.openapi+json"
    made = description.description.cache_info().misses
    again = client.get("/api/schema/", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/schema/").content == first.content
    assert description.description.cache_info().misses == made


def test_its_page_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert 'data-description="/api/schema/"' in page.text
    assert "https://" not in page.text
