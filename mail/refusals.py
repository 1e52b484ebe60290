"""The links by which people say that they do not want to be written to."""

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User
from mail.models import Refusal

PLACE = "place-of-the-token"
_signer = signing.Signer(salt="mail.refusals")


class Mailing(NamedTuple):
    """What a link is about: who wrote to whom. It goes on working when the delivery is gone."""

    address: str
    sender: int


def link_for(address: str, sender_id: int) -> str:
    """Where the person behind `address` says that they want no more mail from this sender."""
    token = _signer.sign_object([address, sender_id])
    return f"{settings.SITE_URL}{_path().replace(PLACE, token)}"


@lru_cache(maxsize=1)
def _path() -> str:
    """Asked for once: it is needed for every message."""
    return reverse("mail:refusal", args=[PLACE])


def read(token: str) -> Mailing:
    """Raises BadSignature for what is not ours."""
    address, sender = _signer.unsign_object(token)
    return Mailing(address, sender)


def refuse(address: str, sender: User | None) -> None:
    """Remember that `address` wants no mail from `sender`, or from anybody here (None); once is enough."""
    Refusal.objects.bulk_create([Refusal(address=address, sender=sender)], ignore_conflicts=True)
