"""People's pictures: kept in the private storage, reached under a key that changes with the picture."""

from functools import partial
from io import BytesIO

from django.core.files.storage import storages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from accounts import pictures
from accounts.models import User
from accounts.private_files import PrivateFiles

FOLDER = "avatars"
TYPE = pictures.TYPE
A_YEAR = 365 * 24 * 3600
_files = PrivateFiles(FOLDER, pictures.ENDING, User._meta.get_field("avatar"))
discard = _files.discard
discard_orphans = _files.discard_orphans


def put(user: User, picture: bytes) -> None:
    """Give the user this small picture in the place of another; raises OSError when the storage is away.

    The file comes first: of a process that is killed in between a file stays that nobody names, which is
    cleaned up, and never a name without a file.
    """
    name = _files.store(BytesIO(picture))
    try:
        _replace(user, name)
    except User.DoesNotExist:
        discard(name)
        raise


def remove(user: User) -> None:
    _replace(user, "")


@transaction.atomic
def _replace(user: User, name: str) -> None:
    """Of two at once the row's lock puts one after the other; each deletes the file that it finds named."""
    stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    User.objects.filter(pk=user.pk).update(avatar=name)
    if stored.avatar:
        transaction.on_commit(partial(discard, stored.avatar), robust=True)
    user.avatar = name


def key_of(user: User) -> str:
    """What names their picture in addresses; empty if there is none."""
    return user.avatar.removeprefix(f"{FOLDER}/").removesuffix(pictures.ENDING).replace("/", "-")


def read(key: str) -> bytes:
    """The picture with this key. Raises FileNotFoundError if it is nobody's (any more), and OSError when the
    storage is away."""
    day, _, secret = key.rpartition("-")
    name = f"{FOLDER}/{day}/{secret}{pictures.ENDING}"
    if not User.objects.filter(avatar=name).exists():
        raise FileNotFoundError(name)
    with storages["private"].open(name) as file:
        picture: bytes = file.read()
    return picture


def answer(request: HttpRequest, key: str) -> HttpResponse:
    """The answer with it: handed out by us from wherever it lies, so that pages name no other site, and kept
    by the browser for good, since another picture has another key. Raises what `read` does."""
    found = HttpResponse(read(key), content_type=TYPE)
    found.headers["ETag"] = f'"{key}"'
    found.headers["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    found.headers["Content-Disposition"] = "inline"
    return get_conditional_response(request, etag=found.headers["ETag"], response=found) or found
