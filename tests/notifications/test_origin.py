"""Which pages may open the WebSocket: our own, by the rule of Django's CSRF protection."""

import pytest
from pytest_django import Settings

from notifications.live.origin import is_ours


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["clock.example", ".clocks.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://clock.example"]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://clock.example", "clock.example"),
        ("http://clock.example:8000", "clock.example:8000"),
        ("https://my.clocks.example", "my.clocks.example"),
        ("https://CLOCK.example", "clock.EXAMPLE"),
        ("https://clock.example", "behind-a-proxy:8000"),
    ],
)
def test_our_own(origin: str, host: str) -> None:
    assert is_ours(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("", "clock.example"),
        ("null", "clock.example"),
        ("https://evil.example", "clock.example"),
        ("https://clock.example.evil.example", "clock.example"),
        ("http://clock.example:9000", "clock.example:8000"),
        ("https://evil.example", "evil.example"),
        ("https://user@my.clocks.example", "my.clocks.example"),
        ("", ""),
    ],
)
def test_not_ours(origin: str, host: str) -> None:
    assert not is_ours(origin, host)


def test_a_site_that_serves_every_host_still_wants_an_origin(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert is_ours("https://any.example", "any.example")
    assert not is_ours("", "any.example")
    assert not is_ours("https://evil.example", "any.example")


def test_a_page_that_came_unencrypted_is_not_one_of_an_encrypted_site(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert is_ours("https://my.clocks.example", "my.clocks.example")
    assert not is_ours("http://my.clocks.example", "my.clocks.example")
