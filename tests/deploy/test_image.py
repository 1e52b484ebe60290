"""The Dockerfile makes an image that serves, as a user without rights."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.deploy.image import IMAGE, Buildah, CannotBuildError, why_not
from tests.servers import free_port, valkey_server, wait_until

pytestmark = [
    pytest.mark.image,
    pytest.mark.skipif(bool(why_not()), reason=f"the image cannot be built here: {why_not()}"),
]


@pytest.fixture(scope="module")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Buildah:
    """With the image built."""
    found = Buildah(tmp_path_factory.mktemp("image"))
    try:
        found.make_base()
    except CannotBuildError as reason:
        pytest.skip(f"the image cannot be built here: {reason}")
    found.build()
    return found


@pytest.fixture(scope="module")
def container(buildah: Buildah) -> Iterator[str]:
    """One with all that a start needs; it shares the loopback interface with this machine."""
    with valkey_server() as valkey:
        environment = {
            "SECRET_KEY": "long-enough-and-of-many-different-characters-0123456789",
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": "sqlite:////tmp/clock_work.sqlite3",
            "REDIS_URL": valkey.url,
            "EMAIL_HOST": "localhost",
            "PORT": str(free_port()),
        }
        with buildah.container(**environment) as name:
            buildah(*buildah.command(name, "python", "manage.py", "migrate", "--noinput")[1:])
            yield name


def run(buildah: Buildah, container: str, *command: str) -> subprocess.CompletedProcess[str]:
    return buildah.ask(*buildah.command(container, *command)[1:])


@contextmanager
def started(buildah: Buildah, container: str, *command: str) -> Iterator[None]:
    """A command that goes on in the container while inside."""
    process = subprocess.Popen(
        buildah.command(container, *command),
        env=buildah.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_it_says_how_it_is_run(buildah: Buildah) -> None:
    image: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", IMAGE))["Docker"]["config"]
    assert image["User"] == "10001"
    assert image["Healthcheck"]["Test"] == ["CMD", "python", "-m", "bin.healthcheck"]
    assert "daphne" in image["Cmd"][-1]


def test_it_runs_as_a_user_who_can_change_none_of_it(buildah: Buildah, container: str) -> None:
    assert run(buildah, container, "id", "-u").stdout.strip() == "10001"
    writable = "find / -xdev -writable -type d ! -path '/proc/*' ! -path '/sys/*' ! -path '/dev*' 2>/dev/null"
    found = run(buildah, container, "sh", "-c", writable).stdout.split()
    ours = ("/tmp", "/var/tmp", "/var/lock", "/run/lock", "/home/clock-work", "/var/lib/clock-work")
    assert [path for path in found if not path.startswith(ours)] == []
    assert "/var/lib/clock-work/secret" in found
    assert "/var/lib/clock-work/journal" in found


def test_what_is_private_or_for_tests_is_not_in_it(buildah: Buildah, container: str) -> None:
    there = set(run(buildah, container, "ls", "-A", "/app").stdout.split())
    assert {"manage.py", "staticfiles", "clock_work"} <= there
    assert not {".git", ".env", ".venv", "var", "tests", "Dockerfile"} & there


def test_django_has_nothing_against_it(buildah: Buildah, container: str) -> None:
    checked = run(buildah, container, "python", "manage.py", "check")
    assert "no issues" in checked.stdout, checked.stderr


def test_a_missing_setting_is_one_clear_error(buildah: Buildah) -> None:
    with buildah.container() as bare:
        started = run(buildah, bare, "python", "manage.py", "check")
    assert "ImproperlyConfigured: SECRET_KEY is not set." in started.stderr


def test_it_serves_and_its_health_check_sees_that(buildah: Buildah, container: str) -> None:
    def is_healthy() -> bool:
        return run(buildah, container, "python", "-m", "bin.healthcheck").returncode == 0

    assert not is_healthy()
    web = 'exec daphne -b 127.0.0.1 -p "$PORT" clock_work.asgi:application'
    with started(buildah, container, "sh", "-c", web):
        wait_until(is_healthy, 60)
    assert not is_healthy()


def test_its_worker_answers_as_the_compose_file_asks(buildah: Buildah, container: str) -> None:
    celery = ("celery", "-A", "clock_work")

    def answers() -> bool:
        asked = run(buildah, container, *celery, "inspect", "ping", "--timeout", "5", "-d", "celery@here")
        return asked.returncode == 0

    with started(buildah, container, *celery, "worker", "-Q", "short,long", "-n", "celery@here"):
        wait_until(answers, 60)
