"""Without DEBUG, what a site cannot do without is asked for by name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.conftest import ROOT

COMPLETE = {
    "SECRET_KEY": "long-enough-and-of-many-different-characters-0123456789",
    "ALLOWED_HOSTS": "clock-work.example",
    "DATABASE_URL": "sqlite:////tmp/clock-work-never-made.sqlite3",
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_HOST": "localhost",
}


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    """What `manage.py check` answers when the environment holds this and nothing else."""
    return manage("check", **environment)


def manage(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    blank = dict.fromkeys(
        [*COMPLETE, "SECRET_KEY_FILE", "REDISCLOUD_URL", "MAIL_JET_API_KEY", "WEB_PUSH_PRIVATE_KEY"], ""
    )
    return subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DEBUG": "false", **blank, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_a_missing_setting_is_one_clear_error(missing: str) -> None:
    answer = check(**{name: value for name, value in COMPLETE.items() if name != missing})

    assert answer.returncode != 0
    assert (
        answer.stderr.strip()
        .splitlines()[-1]
        .startswith(f"django.core.exceptions.ImproperlyConfigured: {missing} is not set.")
    )


def test_with_all_of_them_it_starts() -> None:
    assert check(**COMPLETE).returncode == 0


def test_development_needs_none_of_them() -> None:
    assert check(DEBUG="true").returncode == 0


def test_the_secret_key_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(COMPLETE["SECRET_KEY"] + "\n")

    assert check(**COMPLETE | {"SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "key")}).returncode == 0


def test_the_names_that_add_ons_set_will_do() -> None:
    named_otherwise = {"REDIS_URL": "", "REDISCLOUD_URL": "redis://localhost:6379/0"}

    assert check(**COMPLETE | named_otherwise).returncode == 0
