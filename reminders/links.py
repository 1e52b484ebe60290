"""The links in our e-mails by which who was reminded says what is to become of it, signed in or not.

Each is for one purpose: the key its signature is made with is that purpose's, and no other's.
"""

from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from reminders.models import Occurrence

DONE, SNOOZE, UNSUBSCRIBE = "done", "snooze", "unsubscribe"
SECONDS = 30 * 86_400
_signers = {
    purpose: TimestampSigner(salt=f"reminders.links.{purpose}", sep=".")
    for purpose in (DONE, SNOOZE, UNSUBSCRIBE)
}


class Link(NamedTuple):
    purpose: str
    occurrence: int


def link_for(purpose: str, occurrence: Occurrence) -> str:
    token = _signers[purpose].sign(str(occurrence.pk))
    return settings.SITE_URL + reverse("reminders:link", args=[token])


def read(token: str) -> Link:
    """Raises SignatureExpired for a link that is too old, BadSignature for what was never one of ours."""
    for purpose, signer in _signers.items():
        try:
            return Link(purpose, int(signer.unsign(token, max_age=SECONDS)))
        except SignatureExpired:
            raise
        except BadSignature:
            continue
    raise BadSignature("none of our links")
