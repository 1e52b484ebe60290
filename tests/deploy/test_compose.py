"""`docker-compose.yml` is valid and names only what is there."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tasks.kinds import registry
from tests.deploy.conftest import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
PORTS = {"PORT", "MAIL_PAGE_PORT", "FILES_PORT", "RABBITMQ_PAGE_PORT", "FLOWER_PORT"}
OF_COMPOSE_ITSELF = PORTS | {"POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "FLOWER_BASIC_AUTH"}
# Settings that make no sense in here: names that add-ons of platforms set, and where files lie that become
# mails, objects in the bucket, or part of the image.
NOT_PASSED_ON = {
    "CLOUDAMQP_URL",
    "EMAIL_FILE_PATH",
    "EMAIL_FILE_SECONDS",
    "FILES_DIR",
    "REDISCLOUD_URL",
    "STATIC_ROOT",
}
ONCE = {"release", "bucket"}
PROFILES = {"worker-short": "queues", "rabbitmq": "rabbitmq", "flower": "flower"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_it_fits_the_compose_specification() -> None:
    checker = str(Path(sys.executable).with_name("check-jsonschema"))
    command = [checker, "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_it_runs_every_process_and_what_they_need() -> None:
    needed = {"postgres", "redis", "files", "mail"}
    assert set(SERVICES) - set(PROFILES) == {"web", "worker", "beat"} | needed | ONCE


def test_what_not_everybody_needs_is_started_by_a_profile() -> None:
    profiles = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}
    assert profiles == {name: [profile] for name, profile in PROFILES.items()}
    for profile in PROFILES.values():
        assert re.search(rf"^#   {profile} ", TEXT, re.MULTILINE), f"the head says nothing of {profile}"


def test_nothing_needs_what_only_a_profile_starts() -> None:
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            assert (needed in PROFILES) == (how.get("required") is False), f"{name} needs {needed}"


def test_the_other_broker_is_the_one_that_the_head_names(setting_names: frozenset[str]) -> None:
    [named] = re.findall(r"CELERY_BROKER_URL=(amqp://\S+)", TEXT)
    broker, rabbitmq = urlsplit(named), SERVICES["rabbitmq"]["environment"]
    assert broker.hostname in SERVICES
    assert broker.username == rabbitmq["RABBITMQ_DEFAULT_USER"]
    assert rabbitmq["RABBITMQ_DEFAULT_PASS"] == f"${{RABBITMQ_PASSWORD:-{broker.password}}}"
    for name in ("web", "worker", "beat"):
        assert "CELERY_BROKER_URL" in OURS[name]["environment"]


def test_flower_looks_at_the_broker_that_the_workers_have() -> None:
    assert SERVICES["flower"]["environment"]["CELERY_BROKER_URL"] == (
        f"${{CELERY_BROKER_URL:-{OURS['worker']['environment']['REDIS_URL']}}}"
    )


def test_ours_write_only_where_something_is_mounted_and_may_do_nothing_else() -> None:
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_each_queue_has_a_worker() -> None:
    queues = {name: OURS[name]["command"][-1].split(",") for name in OURS if name.startswith("worker")}
    assert queues == {"worker": ["short", "long"], "worker-short": ["short"]}
    assert {kind.queue for kind in registry.values()} <= set(queues["worker"])


@pytest.mark.parametrize("name", sorted(OURS))
def test_its_commands_name_what_is_there(name: str) -> None:
    words = OURS[name].get("command", [])
    script = words[-1] if "-ec" in words else " ".join(words)
    for program in re.findall(r"^(?:exec )?(python|celery)\b", script, re.MULTILINE):
        assert Path(sys.executable).with_name(program).exists()
    assert not re.search(r"\bpython (?!-c|manage\.py)", script)
    for app in re.findall(r"celery -A (\w+)", script + str(OURS[name].get("healthcheck", ""))):
        assert (ROOT / app / "celery.py").exists()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_its_health_checks_ask_where_something_listens(name: str) -> None:
    service = SERVICES[name]
    listens = {port.rpartition(":")[2] for port in service.get("ports", [])}
    asked = re.findall(r"localhost:(\d+)", str(service.get("healthcheck", "")))
    assert set(asked) <= listens
    assert service.get("command", [])[-1:] != ["--port=5555"] or "5555" in listens


def test_every_service_has_an_image_a_health_check_and_what_it_waits_for() -> None:
    for name, service in SERVICES.items():
        assert re.fullmatch(
            r"clock-work|[a-z/]+:(v?[0-9][a-z0-9.-]*|RELEASE\.[0-9TZ-]+)", service["image"]
        ), name
        for needed, how in service.get("depends_on", {}).items():
            once = how["condition"] == "service_completed_successfully"
            assert once or "test" in SERVICES[needed]["healthcheck"], needed
        if name not in ONCE | {"web"}:
            assert service["healthcheck"]["test"], name
    assert "HEALTHCHECK" in DOCKERFILE  # web's


def test_migrations_run_once_and_before_everything_else() -> None:
    assert [name for name, service in OURS.items() if "migrate" in str(service.get("command"))] == ["release"]
    for name in set(OURS) - {"release"}:
        assert OURS[name]["depends_on"]["release"] == {"condition": "service_completed_successfully"}


def test_the_bucket_is_there_before_anything_wants_to_put_files_into_it() -> None:
    assert SERVICES["bucket"]["depends_on"]["files"] == {"condition": "service_healthy"}
    assert "mc mb --ignore-existing" in SERVICES["bucket"]["entrypoint"][-1]
    for name in set(OURS) - ONCE:
        assert OURS[name]["depends_on"]["bucket"] == {"condition": "service_completed_successfully"}
        keys = SERVICES["files"]["environment"]
        assert OURS[name]["environment"]["S3_ACCESS_KEY"] == keys["MINIO_ROOT_USER"]
        assert OURS[name]["environment"]["S3_SECRET_KEY"] == keys["MINIO_ROOT_PASSWORD"]
        assert OURS[name]["environment"]["S3_BUCKET"] == SERVICES["bucket"]["environment"]["BUCKET"]


def test_links_to_files_lead_to_the_port_that_is_published() -> None:
    assert SERVICES["files"]["ports"] == ["127.0.0.1:${FILES_PORT:-9000}:9000"]
    assert "http://localhost:${FILES_PORT:-9000}" in OURS["web"]["environment"]["S3_PUBLIC_URL"]


def test_it_passes_every_setting_on_or_says_why_not(setting_names: frozenset[str]) -> None:
    for service in OURS.values():
        assert set(service["environment"]) == setting_names - NOT_PASSED_ON


def test_what_it_takes_from_its_surroundings_is_a_setting_and_has_a_default(
    setting_names: frozenset[str],
) -> None:
    taken = re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)(:-)?", TEXT)
    assert {default for _, default in taken} == {":-"}
    assert {name for name, _ in taken} <= setting_names | OF_COMPOSE_ITSELF


def test_the_hosts_it_names_are_its_services() -> None:
    environment = OURS["web"]["environment"]
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_HOST", "S3_ENDPOINT_URL"):
        host = re.sub(r"^.*(?:@|//|:-(?!http))|[:/}].*$", "", environment[name])
        assert host in SERVICES, name


def test_its_volumes_are_declared_and_used() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_our_volumes_are_mounted_on_folders_that_the_image_gives_to_its_user() -> None:
    for volume in OURS["worker"]["volumes"]:
        assert f" {volume.split(':')[1]}" in DOCKERFILE
    assert re.search(r"^USER (?!0|root)", DOCKERFILE, re.MULTILINE)


def test_ports_are_published_on_loopback_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    published = [re.fullmatch(r"127\.0\.0\.1:\$\{(\w+):-(\d+)\}:\d+", port) for port in ports]
    assert all(published), ports
    assert {match[1] for match in published if match} == PORTS
    assert len({match[2] for match in published if match}) == len(ports)


def test_worker_and_beat_start_as_the_procfile_says() -> None:
    procfile = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert " ".join(OURS["worker"]["command"]) == procfile["worker"]
    assert " ".join(OURS["beat"]["command"]).startswith(procfile["beat"])
    assert procfile["release"] in OURS["release"]["command"][-1]
    assert procfile["web"] in DOCKERFILE.replace('\\"$PORT\\"', "$PORT")


@pytest.mark.parametrize("never", [".*", "var", "tests"])
def test_what_is_private_stays_out_of_the_image(never: str) -> None:
    assert never in (ROOT / ".dockerignore").read_text().splitlines()


def test_the_release_step_makes_the_secret_key_once_and_migrates(tmp_path: Path) -> None:
    key = tmp_path / "key"
    shell, flags, script = OURS["release"]["command"]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DEBUG": "false",
        "SECRET_KEY": "",
        "SECRET_KEY_FILE": str(key),
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "REDIS_URL": "redis://localhost:1/0",
        "EMAIL_HOST": "localhost",
    }
    here = script.replace("$$", "$").replace("/var/lib/clock-work/secret/key", str(key))
    made = []
    for _ in range(2):
        subprocess.run([shell, flags, here], cwd=ROOT, env=environment, check=True, capture_output=True)
        made.append(key.read_text())

    assert len(made[0]) > 50
    assert made[0] == made[1]
    assert key.stat().st_mode & 0o077 == 0
    assert (tmp_path / "db.sqlite3").exists()
