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


OTHERS = ["SECRET_KEY_FILE", "REDISCLOUD_URL", "WEB_PUSH_PRIVATE_KEY"]
OTHERS += ["MAIL_JET_API_KEY", "MAIL_JET_API_SECRET", "MAIL_JET_API_URL", "MAIL_JET_SANDBOX"]


def check(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `manage.py check` answers when the environment holds this and nothing else."""
    return manage("check", *options, **environment)


def manage(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    blank = dict.fromkeys([*COMPLETE, *OTHERS], "")
    return subprocess.run(
        [sys.executable, "manage.py", *command],
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


MAILJET = {"EMAIL_HOST": "", "MAIL_JET_API_KEY": "key", "MAIL_JET_API_SECRET": "secret"}


def test_the_keys_of_mailjet_stand_for_a_mail_server() -> None:
    assert check(**COMPLETE | MAILJET).returncode == 0


@pytest.mark.parametrize("missing", ["MAIL_JET_API_KEY", "MAIL_JET_API_SECRET"])
@pytest.mark.parametrize("debug", ["true", "false"])
def test_one_key_of_mailjet_is_not_enough(missing: str, debug: str) -> None:
    answer = check(**COMPLETE | MAILJET | {missing: "", "DEBUG": debug})

    assert answer.returncode != 0
    assert f"ImproperlyConfigured: {missing} is not set. It goes with" in answer.stderr


@pytest.mark.parametrize("url", ["http://api.mailjet.com", "https://mailjet.example", "api.mailjet.com"])
def test_mailjet_is_called_where_it_is_and_by_https(url: str) -> None:
    answer = check(**COMPLETE | MAILJET | {"MAIL_JET_API_URL": url})

    assert answer.returncode != 0
    assert "(mail.E001) Mailjet cannot be called with these settings" in answer.stderr


def test_a_site_whose_mail_does_not_leave_is_told_so() -> None:
    assert "mail.W001" in check("--deploy", **COMPLETE | MAILJET | {"MAIL_JET_SANDBOX": "true"}).stderr
    assert "mail.W001" not in check("--deploy", **COMPLETE | MAILJET).stderr


def test_development_needs_none_of_them() -> None:
    assert check(DEBUG="true").returncode == 0


def test_the_secret_key_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(COMPLETE["SECRET_KEY"] + "\n")

    assert check(**COMPLETE | {"SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "key")}).returncode == 0


def test_the_names_that_add_ons_set_will_do() -> None:
    named_otherwise = {"REDIS_URL": "", "REDISCLOUD_URL": "redis://localhost:6379/0"}

    assert check(**COMPLETE | named_otherwise).returncode == 0
