"""The broker's URL alone decides how Celery talks to it."""

import contextlib
import shutil
import socket
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.utils.imports import symbol_by_name
from celery.utils.quorum_queues import detect_quorum_queues
from celery.worker.consumer import Consumer

from clock_work.broker import broker_settings


def configured(url: str) -> Celery:
    app = Celery("clock_work", set_as_current=False)
    app.conf.update(task_default_queue="short", **broker_settings(url, patience=1))
    return app


def queue_types(app: Celery) -> set[Any]:
    arguments = [app.amqp.queues[name].queue_arguments or {} for name in ("short", "long")]
    return {each.get("x-queue-type") for each in arguments}


@pytest.mark.parametrize("url", ["amqp://user:password@host//", "amqps://user:password@host/our-host"])
def test_with_rabbitmq_both_queues_are_quorum_queues_and_messages_are_confirmed(url: str) -> None:
    app = configured(url)
    assert queue_types(app) == {"quorum"}
    assert detect_quorum_queues(app, app.connection_for_write().transport.driver_type)[0]
    options = app.connection_for_write().transport_options
    assert options == {"confirm_publish": True, "read_timeout": 1, "write_timeout": 1}
    assert app.connection_for_write().connect_timeout == 1


def make_certificate(folder: Path, name: str) -> Path:
    """One for `name`, signed by itself, with its key in the same file."""
    key, certificate = folder / "key", folder / "certificate"
    command = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=broker"]
    command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-addext", f"subjectAltName={name}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    certificate.write_text(key.read_text() + certificate.read_text())
    return certificate


def first_words(server: socket.socket, certificate: Path) -> bytes:
    """What the next client says, nothing when it does not like the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    client, _ = server.accept()
    with client, contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as encrypted:
        return encrypted.recv(8)
    return b""


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
@pytest.mark.parametrize(
    ("name", "is_trusted", "said"),
    [
        ("IP:127.0.0.1", True, b"AMQP\x00\x00\x09\x01"),
        ("IP:127.0.0.1", False, b""),
        ("DNS:other.example", True, b""),
    ],
)
def test_by_tls_it_talks_to_nobody_but_the_host_of_the_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_trusted: bool, said: bytes
) -> None:
    certificate = make_certificate(tmp_path, name)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor() as threads:
        heard = threads.submit(first_words, server, certificate)
        app = configured(f"amqps://user:password@127.0.0.1:{server.getsockname()[1]}//")
        with pytest.raises(OSError):  # noqa: PT011 - it is a server of one word
            app.connection_for_write().transport.establish_connection()
        assert heard.result(10) == said


def test_workers_of_rabbitmq_leave_out_delayed_delivery_and_nothing_else() -> None:
    ours = symbol_by_name(configured("amqp://host//").conf.worker_consumer).Blueprint.default_steps
    celerys = Consumer.Blueprint.default_steps
    assert [step for step in celerys if step not in ours] == [
        "celery.worker.consumer.delayed_delivery:DelayedDelivery"
    ]
    assert set(ours) < set(celerys)


@pytest.mark.parametrize("url", ["redis://:password@host:6379/0", "rediss://:password@host:6379/0"])
def test_with_redis_nothing_is_fetched_in_advance_and_no_answer_is_waited_for_long(url: str) -> None:
    settings = broker_settings(url, patience=1)
    assert settings["worker_disable_prefetch"]
    assert settings["broker_transport_options"]["socket_timeout"] == 1
    assert settings["task_publish_retry_policy"] == {"max_retries": 0}
    assert "task_default_queue_type" not in settings
