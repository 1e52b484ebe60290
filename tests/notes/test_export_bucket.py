"""Exports in a bucket: put there whole, fetched by a signed link that soon ends."""

import hashlib
import hmac
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit
from uuid import uuid4

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from accounts.models import User
from notes.exporting import files
from tests.notes.exports import ask, carried_out, export_of, exported, read_zip, stored, texts_in
from tests.notes.factories import make_note
from tests.servers import free_port

pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]
KEY, SECRET = "clock-work", "a secret of the tests"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def keep_in(settings: Settings, **options: Any) -> None:
    """Have private files kept in a bucket."""
    bucket = {"BACKEND": "clock_work.private_bucket.PrivateBucket"}
    keys = {"access_key": KEY, "secret_key": SECRET, "region_name": "eu-central-1"}
    settings.STORAGES = {**settings.STORAGES, "private": {**bucket, "OPTIONS": {**keys, **options}}}


@pytest.fixture
def bucket(server: str, settings: Settings) -> Any:
    """An empty one, for the length of a test."""
    name = f"bucket-{uuid4()}"
    session = boto3.Session(KEY, SECRET, region_name="eu-central-1")
    made = session.resource("s3", endpoint_url=server).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    keep_in(settings, bucket_name=name, endpoint_url=server, querystring_expire=60)
    return made


def link_to(export_pk: int, client: Client) -> str:
    answer = client.get(reverse("notes:export", args=[export_pk]))
    assert answer.status_code == 302, answer.content
    assert "no-store" in answer["Cache-Control"]
    return str(answer["Location"])


def signature_of(link: str, secret: str) -> str:
    """What the link's signature should be, by the rules of AWS Signature Version 4."""
    parts = urlsplit(link)
    query = sorted((name, value) for name, value in parse_qsl(parts.query) if name != "X-Amz-Signature")
    told = dict(query)
    scope = told["X-Amz-Credential"].split("/", 1)[1]
    canonical = [
        "GET",
        quote(parts.path),
        urlencode(query, quote_via=quote, safe="-_.~"),
        f"host:{parts.netloc}\n",
        "host",
        "UNSIGNED-PAYLOAD",
    ]
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = "\n".join(["AWS4-HMAC-SHA256", told["X-Amz-Date"], scope, digest])
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def test_the_link_leads_to_the_zip_and_gives_it_a_name(bucket: Any, owner: User, signed_in: Client) -> None:
    make_note(owner, "Minutes")
    run = exported(owner).run
    with urllib.request.urlopen(link_to(run.pk, signed_in), timeout=10) as answer:
        assert set(read_zip(answer.read())) == {"Minutes.md"}
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="clock-work-notes-')


def test_the_link_is_signed_with_our_key_for_a_minute(bucket: Any, owner: User, signed_in: Client) -> None:
    link = link_to(exported(owner).run.pk, signed_in)
    told = parse_qs(urlsplit(link).query)
    assert told["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert told["X-Amz-Expires"] == ["60"]
    assert told["X-Amz-Signature"] == [signature_of(link, SECRET)]
    assert told["X-Amz-Signature"] != [signature_of(link, "another")]
    assert SECRET not in link


def test_browsers_are_sent_where_they_reach_the_server(
    bucket: Any, server: str, owner: User, signed_in: Client, settings: Settings
) -> None:
    outside = "https://files.clock-work.example"
    keep_in(settings, bucket_name=bucket.name, endpoint_url=server, public_url=outside)
    link = link_to(exported(owner).run.pk, signed_in)
    assert link.startswith(f"{outside}/{bucket.name}/exports/")
    told = parse_qs(urlsplit(link).query)
    assert told["X-Amz-Signature"] == [signature_of(link, SECRET)], "it is signed for that host"


def test_nobody_is_given_access_but_the_buckets_owner(bucket: Any, owner: User) -> None:
    grants = bucket.Object(exported(owner).file_name).Acl().grants
    assert {grant["Grantee"].get("URI") for grant in grants} == {None}


def test_it_is_put_there_in_one_piece(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name = storages["private"].save("exports/big.zip", ContentFile(bytes(20 * 1024 * 1024)))
    assert "-" not in bucket.Object(name).e_tag, "which names the number of parts"


def test_it_goes_with_its_task(bucket: Any, owner: User) -> None:
    export = exported(owner)
    assert stored() == {export.file_name}
    export.run.task.delete()
    assert not stored()


def test_files_whose_rows_are_gone_are_found(bucket: Any, owner: User) -> None:
    kept = exported(owner)
    storages["private"].save("exports/2020-02-02/orphan.zip", ContentFile(b"zip"))
    assert files.discard_orphans() == 1
    assert stored() == {kept.file_name}


def test_a_file_that_is_gone_is_told_before_a_link_leads_nowhere(
    bucket: Any, owner: User, signed_in: Client
) -> None:
    export = exported(owner)
    storages["private"].delete(export.file_name)
    assert signed_in.get(reverse("notes:export", args=[export.run_id])).status_code == 410


def test_while_the_server_is_away_the_run_is_tried_again_and_nobody_waits_long(
    bucket: Any, server: str, owner: User, signed_in: Client, settings: Settings
) -> None:
    keep_in(settings, bucket_name=bucket.name, endpoint_url=f"http://127.0.0.1:{free_port()}")
    begun = time.monotonic()
    run = carried_out(ask(owner))
    assert (run.state, run.error) == ("pending", "The file could not be stored.")
    assert time.monotonic() - begun < 30
    keep_in(settings, bucket_name=bucket.name, endpoint_url=server)
    type(run).objects.update(next_attempt_at=run.due_at)
    assert carried_out(run).state == "completed"
    assert texts_in(export_of(run)) == {}
    keep_in(settings, bucket_name=bucket.name, endpoint_url=f"http://127.0.0.1:{free_port()}")
    assert signed_in.get(reverse("notes:export", args=[run.pk])).status_code == 503
    run.task.delete()


def test_a_server_that_never_answers_is_given_up(settings: Settings) -> None:
    keep_in(settings, bucket_name="clock-work", endpoint_url="http://127.0.0.1:1")
    config = storages["private"].bucket.meta.client.meta.config  # type: ignore[attr-defined]
    assert (config.connect_timeout, config.read_timeout) == (3, 20)
    assert config.retries["total_max_attempts"] == 2


def test_a_bucket_that_is_not_there_is_a_reason_to_try_again(
    bucket: Any, server: str, owner: User, settings: Settings
) -> None:
    keep_in(settings, bucket_name="no-such-bucket", endpoint_url=server)
    assert carried_out(ask(owner)).error == "The file could not be stored."
