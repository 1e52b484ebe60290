"""The key of browser push: made by a command, and an ill-formed one is one clear error at start."""

import pytest

from tests.deploy.test_missing_settings import COMPLETE, check, manage


def printed() -> dict[str, str]:
    name, _, key = manage("web_push_key", **COMPLETE).stdout.strip().partition("=")
    return {name: key}


def test_the_command_prints_a_line_for_the_environment() -> None:
    key = printed()
    assert list(key) == ["WEB_PUSH_PRIVATE_KEY"]
    assert len(key["WEB_PUSH_PRIVATE_KEY"]) == 43
    assert key != printed()
    assert check(**COMPLETE, **key).returncode == 0


@pytest.mark.parametrize("key", ["short", "A" * 43, "_" * 43, "ä" * 43, "+" * 43, "A" * 60])
def test_an_ill_formed_one_is_one_clear_error(key: str) -> None:
    answer = check(**COMPLETE, WEB_PUSH_PRIVATE_KEY=key)
    assert answer.returncode != 0
    last = answer.stderr.strip().splitlines()[-1]
    assert last.startswith(
        "django.core.exceptions.ImproperlyConfigured: WEB_PUSH_PRIVATE_KEY is not a private"
    )


def test_so_is_a_subject_that_reaches_nobody() -> None:
    answer = check(**COMPLETE, **printed(), WEB_PUSH_SUBJECT="me@clock-work.example")
    assert answer.returncode != 0
    last = answer.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: WEB_PUSH_SUBJECT is no address")
