"""A request with an Idempotency-Key is carried out once, however often it arrives."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.models import IdempotentRequest
from api.problems import Unprocessable

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST_KEY = 255
KEPT_FOR = timedelta(hours=24)


class KeyReused(Unprocessable):
    default_code = "idempotency_key_reused"
    default_detail = f"This {HEADER} came with another request before. Take a new key for a new request."


def once(request: Request, make: Callable[[], Response], *, caller: str = "") -> Response:
    """The answer that `make` gives, or gave when the same key arrived within 24 hours.

    What is made, and that it was made for this key, is one transaction: of several requests at once, one
    makes it and the others wait for its answer; after a kill there is both or neither. A refused request
    leaves no trace, so that it can be mended and sent again. `caller`: whose keys these are, when that is not
    the user who asks. Raises KeyReused for another request with that key, and what `make` raises.
    """
    key = _key(request)
    with transaction.atomic():
        if key is None:
            return make()
        user = request.user if isinstance(request.user, User) else None
        asked = {"caller": caller or f"user:{request.user.pk}", "key": key}
        IdempotentRequest.objects.filter(**asked, created_at__lte=Now() - KEPT_FOR).delete()
        entry, is_first = IdempotentRequest.objects.get_or_create(
            **asked, defaults={"fingerprint": _fingerprint(request), "user": user}
        )
        if is_first:
            return _kept(entry, make())
    return _again(entry, request)


def forget_old_ones() -> int:
    """Delete those that are answered no more; gives how many."""
    return IdempotentRequest.objects.filter(created_at__lte=Now() - KEPT_FOR).delete()[0]


def _key(request: Request) -> str | None:
    key: str | None = request.headers.get(HEADER)
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise ParseError(f"An {HEADER} has 1 to {LONGEST_KEY} printable ASCII characters.")
    return key


def _fingerprint(request: Request) -> str:
    """Of what is asked for: the same content may be written with other spaces. Keyed, since there may be a
    password in it, which must not be guessed from what is kept."""
    asked = json.dumps([request.method, request.path, request.data], sort_keys=True)
    return salted_hmac(
        "api.idempotency", asked.encode(errors="surrogatepass"), algorithm="sha256"
    ).hexdigest()


def _kept(entry: IdempotentRequest, response: Response) -> Response:
    entry.status, entry.body = response.status_code, response.data
    entry.location = response.headers.get("Location", "")
    entry.save(update_fields=["status", "body", "location"])
    return response


def _again(entry: IdempotentRequest, request: Request) -> Response:
    if entry.fingerprint != _fingerprint(request):
        raise KeyReused
    headers = {REPLAYED: "true", **({"Location": entry.location} if entry.location else {})}
    return Response(entry.body, status=entry.status, headers=headers)
