"""What is sent to the service workers of browsers; `static/js/push-worker.js` takes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import Truncator

from notifications.models import Notification

DAY = 24 * 3600  # what is older is not worth it any more
LONGEST_BODY = 300
MOST_REPLACED = 20
MOST_WITHDRAWN, MOST_SUMMARIES = 180, 15  # what fits; no system shows more of one site


@dataclass(frozen=True)
class PushMessage:
    """`topic` names what a message replaces that still waits at the push service."""

    content: dict[str, Any]
    topic: str = ""
    urgency: str = "normal"

    def encode(self) -> bytes:
        return json.dumps(self.content, separators=(",", ":"), ensure_ascii=False).encode()

    def headers(self, age: float) -> dict[str, str]:
        """For a message that has waited here for `age` seconds."""
        topic = {"Topic": self.topic} if self.topic else {}
        return {"TTL": str(max(0, int(DAY - age))), "Urgency": self.urgency, **topic}


def tag_of(pk: int) -> str:
    """By which browsers know what they show. It is nobody else's who uses the same browser, either."""
    return f"notification-{pk}"


def tag_of_summary(digest: int) -> str:
    return f"summary-{digest}"


def showing(notification: Notification, replaced: Sequence[int]) -> PushMessage:
    """Show it, in the place of those that it says together with itself."""
    is_urgent = notification.level == Notification.Level.ERROR
    shown = _shown(
        tag_of(notification.pk), notification.heading, notification.body, notification.get_absolute_url()
    )
    return PushMessage(
        {
            "show": {
                **shown,
                "about": notification.url,
                "timestamp": int(notification.created_at.timestamp() * 1000),
                "urgent": is_urgent,
            },
            "withdraw": list(replaced[:MOST_REPLACED]),
        },
        topic=tag_of(notification.pk),
        urgency="high" if is_urgent else "normal",
    )


def withdrawal(pks: Sequence[int], digests: Sequence[int] = ()) -> PushMessage:
    """Show none of these, and no summary of these digests, any more; the only one also where it still waits
    to be shown."""
    tags = [tag_of_summary(digest) for digest in digests] or [tag_of(pk) for pk in pks]
    content = {"withdraw": list(pks), **({"summaries": list(digests)} if digests else {})}
    return PushMessage(content, topic=tags[0] if len(tags) == 1 else "")


def summary(digest: int, news: Sequence[Notification]) -> PushMessage:
    """One message for all that is news of a digest."""
    title = f"{len(news)} notification{'s' if len(news) > 1 else ''} while it was quiet"
    tag = tag_of_summary(digest)
    return PushMessage({"show": _shown(tag, title, news[0].title, reverse("notifications:inbox"))}, topic=tag)


def _shown(tag: str, title: str, body: str, url: str) -> dict[str, Any]:
    return {
        "tag": tag,
        "title": title,
        "body": Truncator(body).chars(LONGEST_BODY),
        "url": url or reverse("notifications:inbox"),
        "icon": static("img/notification.png"),
    }
