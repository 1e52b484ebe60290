"""Pictures in a bucket: handed out by us, so that pages name no other site."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from pytest_django import Settings

from accounts import avatars
from accounts.models import User
from accounts.tasks import clean_up_avatars
from tests.accounts.pictures import BLUE, plain
from tests.accounts.test_avatar import address_of, stored, upload
from tests.notes.test_export_bucket import keep_in
from tests.servers import free_port

pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(client: Client, owner: User, bucket: Any) -> Client:
    client.force_login(owner)
    return client


def test_it_is_put_there_shown_by_us_replaced_and_removed(
    signed_in: Client,
    owner: User,
    bucket: Any,
) -> None:
    upload(signed_in, plain())
    answer = signed_in.get(address_of(owner))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer.content == bucket.Object(owner.avatar).get()["Body"].read()
    upload(signed_in, plain(colour=BLUE))
    owner.refresh_from_db()
    assert stored() == {owner.avatar}
    signed_in.post("/accounts/avatar/delete/")
    assert not stored()


def test_nobody_is_given_access_but_the_buckets_owner(signed_in: Client, owner: User, bucket: Any) -> None:
    upload(signed_in, plain())
    owner.refresh_from_db()
    assert {grant["Grantee"].get("URI") for grant in bucket.Object(owner.avatar).Acl().grants} == {None}


def test_with_the_account_goes_the_file(signed_in: Client, owner: User) -> None:
    upload(signed_in, plain())
    User.objects.filter(pk=owner.pk).delete()
    assert not stored()


def test_files_that_are_nobodys_are_found(
    signed_in: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(signed_in, plain())
    owner.refresh_from_db()
    storages["private"].save("avatars/2020-02-02/orphan.webp", ContentFile(b"WebP"))
    monkeypatch.setattr("accounts.private_files.SETTLED", timedelta(0))
    clean_up_avatars()
    assert stored() == {owner.avatar}


def test_one_whose_file_is_gone_is_not_found(signed_in: Client, owner: User) -> None:
    upload(signed_in, plain())
    address = address_of(owner)
    storages["private"].delete(owner.avatar)
    assert signed_in.get(address).status_code == 404


def test_while_the_server_is_away_that_is_said(
    signed_in: Client,
    owner: User,
    bucket: Any,
    settings: Settings,
) -> None:
    upload(signed_in, plain())
    address = address_of(owner)
    keep_in(settings, bucket_name=bucket.name, endpoint_url=f"http://127.0.0.1:{free_port()}")
    assert signed_in.get(address).status_code == 503
    with pytest.raises(OSError, match="the bucket"):
        avatars.put(owner, plain("WEBP"))
    assert address_of(owner) == address
