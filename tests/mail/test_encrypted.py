"""Mail goes out encrypted where the settings say so, and only to the server that was meant."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from tasks.models import Run
from tests.mail.kinds import carried_out, mailing, seen_through
from tests.smtp_sink import Sink

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate"),
]

PEOPLE = ["anna@example.org", "rcpt-421-1.x@example.org", "rcpt-450-1.y@example.org", "bert@example.org"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for `localhost`, signed by itself."""
    folder = tmp_path_factory.mktemp("certificate")
    key, certificate, both = folder / "key", folder / "certificate", folder / "both"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_text(key.read_text() + certificate.read_text())
    return both


@pytest.fixture(params=["starttls", "implicit"])
def encrypted(request: pytest.FixtureRequest, certificate: Path, settings: Settings) -> Iterator[Sink]:
    with Sink(certificate=certificate, tls=request.param) as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", sink.port
        settings.EMAIL_USE_TLS = request.param == "starttls"
        settings.EMAIL_USE_SSL = request.param == "implicit"
        settings.EMAIL_TIMEOUT = 5.0
        yield sink


def test_encrypted_mail_arrives_whatever_the_server_says(
    encrypted: Sink, owner: User, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert seen_through(mailing(owner, *PEOPLE)).summary == "4 sent"
    assert sorted(encrypted.recipients()) == sorted(PEOPLE)


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(encrypted: Sink, owner: User) -> None:
    run = carried_out(mailing(owner, *PEOPLE))
    assert (run.state, run.error) == (Run.State.PENDING, "The mail server could not be reached.")
    assert encrypted.messages() == []


def test_a_server_that_does_not_encrypt_gets_nothing(sink: Sink, owner: User, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    run = carried_out(mailing(owner, *PEOPLE))
    assert run.state == Run.State.PENDING
    assert "does not" in run.error
    assert sink.messages() == []
