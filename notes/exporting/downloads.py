"""Handing an export out: from the disk piece by piece, from a bucket by a link that soon ends."""

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import content_disposition_header

from notes.models import Export

TYPE = "application/zip"
LINK_SECONDS = 60


class StreamedFile(FileResponse):
    """Read piece by piece also by an ASGI server, for which Django would read it whole."""

    block_size = 256 * 1024

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        read = sync_to_async(lambda: next(pieces, b""), thread_sensitive=False)
        while piece := await read():
            yield piece


def download(export: Export) -> HttpResponseBase:
    """Raises FileNotFoundError when the file is gone, and OSError when the storage is away."""
    storage, name = storages["private"], export.file_name
    if isinstance(storage, FileSystemStorage):
        file = storage.open(name)
        return StreamedFile(file, as_attachment=True, filename=file_name(export), content_type=TYPE)
    if not storage.exists(name):
        raise FileNotFoundError(name)
    answer = {
        "ResponseContentDisposition": content_disposition_header(True, file_name(export)),
        "ResponseContentType": TYPE,
        "ResponseCacheControl": "no-store",
    }
    return HttpResponseRedirect(storage.url(name, answer, LINK_SECONDS))  # type: ignore[call-arg]


def file_name(export: Export) -> str:
    """With the day it was made on, by the clock of whoever asks."""
    return f"clock-work-notes-{timezone.localdate(export.created_at).isoformat()}.zip"
