"""Who reads what is logged of requests learns no address that opens something."""

from io import StringIO

import pytest
from daphne import cli
from django.test import Client

import clock_work.asgi  # noqa: F401 - what Daphne loads before it opens its log


def logged(method: str, path: str) -> str:
    """What Daphne writes of a request."""
    stream = StringIO()
    log = cli.AccessLogGenerator(stream)
    details = {"client": "127.0.0.1:1", "method": method, "path": path, "status": 200, "size": 10}
    log("http", "complete", details)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/reminders/calendar.ics?key=JqfJc9L5z-{'U' * 33}", "/reminders/calendar.ics?key=***"),
        ("/reminders/links/17.1vNqZ0.mO9lJ0Y2x1ZbKq3nVtq8o1f9S0aBcD/", "/reminders/links/***/"),
        ("/accounts/password/reset/key/2-cyx4wz-9b6c7ff3cc9c0a2c1bf3/", "/accounts/password/reset/key/***/"),
        ("/accounts/confirm-email/MTk:1vNqZ0:mO9lJ0Y2x1ZbKq3nVtq8o1f9S0/", "/accounts/confirm-email/***/"),
    ],
)
def test_keys_are_blotted_out(path: str, shown: str) -> None:
    assert f'"GET {shown}" 200 10' in logged("GET", path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/notes/?q=milk&page=2",
        "/reminders/occurrences/123/acknowledgement/",
        "/static/js/recipient-field.0123456789ab.js",
    ],
)
def test_everything_else_is_told(path: str) -> None:
    assert f'"POST {path}" 200 10' in logged("POST", path)


def test_so_it_is_for_sockets() -> None:
    stream = StringIO()
    log = cli.AccessLogGenerator(stream)
    log("websocket", "connected", {"client": "127.0.0.1:1", "path": f"/ws/?ticket={'a' * 40}"})
    assert '"WSCONNECT /ws/?ticket=***"' in stream.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "line"),
    [
        (
            "delete",
            "/reminders/links/17.1vNqZ0.mO9lJ0Y2x1ZbKq3nVtq8o1f9S0aBcD/",
            "Method Not Allowed (DELETE): /reminders/links/***/",
        ),
        (
            "get",
            "/mail/refuse/WzEsMl0:mO9lJ0Y2x1ZbKq3nVtq8o1f9S0/",
            "Not Found: /mail/refuse/***/",
        ),
        (
            "post",
            "/accounts/confirm-email/MTk:1vNqZ0:mO9lJ0Y2x1ZbKq3nVtq8o1f9S0/",
            "Forbidden (CSRF cookie not set.): /accounts/confirm-email/***/",
        ),
        ("get", "/no-such-page/", "Not Found: /no-such-page/"),
        (
            "get",
            "/static/js/no-such.0123456789ab.js",
            "Not Found: /static/js/no-such.0123456789ab.js",
        ),
    ],
)
def test_so_it_is_for_what_was_answered_with_an_error(
    caplog: pytest.LogCaptureFixture, method: str, path: str, line: str
) -> None:
    getattr(Client(enforce_csrf_checks=True), method)(path)
    assert caplog.messages == [line]
