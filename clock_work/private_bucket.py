"""Private files on S3, MinIO or whatever else speaks like them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

LARGEST_PUT = 5 * 1024**3  # the most that S3 takes at once


@contextmanager
def told_as_by_a_disk() -> Iterator[None]:
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise OSError(f"the bucket: {error}") from error


class PrivateBucket(S3Storage):  # type: ignore[misc]
    """Raises OSError when its server is away, as a disk does, and does not wait long for it.

    Its addresses are signed and short-lived. `public_url`: where browsers reach the server that
    `endpoint_url` names, when that is elsewhere.
    """

    public_url = ""

    def __init__(self, **options: Any) -> None:
        self.public_url = options.pop("public_url", "")
        client = Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": 2},
            signature_version="s3v4",
            s3={"addressing_style": "path" if options.get("endpoint_url") else "virtual"},
            request_checksum_calculation="when_required",  # others than S3 do not all know of these
            response_checksum_validation="when_required",
        )
        # In one piece: of an upload in parts that is killed, parts stay that no listing shows.
        whole = TransferConfig(multipart_threshold=LARGEST_PUT)
        super().__init__(
            **options, client_config=client, transfer_config=whole, default_acl=None, querystring_auth=True
        )

    @cached_property
    def _for_browsers(self) -> PrivateBucket:
        elsewhere = copy(self)
        elsewhere.endpoint_url, elsewhere.public_url = self.public_url, ""
        return elsewhere

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        if self.public_url:
            return self._for_browsers.url(name, *args, **kwargs)
        with told_as_by_a_disk():
            return str(super().url(name, *args, **kwargs))

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with told_as_by_a_disk():
            opened: File[bytes] = super()._open(name, mode)
            if mode == "rb":
                opened.file  # noqa: B018 - fetches it, so that what goes wrong with that is told here
        return opened

    def _save(self, name: str, content: File[bytes]) -> str:
        with told_as_by_a_disk():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with told_as_by_a_disk():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with told_as_by_a_disk():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with told_as_by_a_disk():
            folders, files = super().listdir(path)
        return folders, files

    def size(self, name: str) -> int:
        with told_as_by_a_disk():
            return int(super().size(name))
