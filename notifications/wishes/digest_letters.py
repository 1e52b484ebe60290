"""The e-mail of a digest: what of it is still news, sorted by what it is about, each with its way there."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from mail.door import Message
from mail.messages import laid_out
from notifications.door import one_line
from notifications.events import Email, Event, event_named
from notifications.models import Digest, Held, Notification, NotificationQuerySet
from notifications.wishes import unsubscribing
from notifications.wishes.choosing import offered
from notifications.wishes.chosen import Wishes

MOST_SHOWN = 100


@dataclass(frozen=True)
class Line:
    """A notification, or the newest of several of a thread, which is shown in the place of all."""

    newest: Notification
    count: int

    @property
    def event(self) -> Event:
        return event_named(self.newest.event)

    @property
    def heading(self) -> str:
        if self.count == 1:
            return self.newest.title
        return self.newest.together.replace("{count}", str(self.count))

    @property
    def body(self) -> str:
        return self.newest.body

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.newest.get_absolute_url()


def still_news(digest: Digest) -> list[Notification]:
    """What the user has not read, put away or deleted meanwhile, and still wants e-mail of; newest first."""
    visible: NotificationQuerySet = Notification.objects.visible_to(digest.user)
    held = visible.filter(held__digest=digest, held__channel=Held.Channel.EMAIL)
    return Wishes(digest.user).still_wanted(
        held.still_news().newest_first(), lambda channels: channels.email != Email.OFF
    )


def message_of(digest: Digest, notifications: list[Notification]) -> Message:
    lines = _lines(notifications)
    shown = lines[:MOST_SHOWN]
    by_event = [(event, [line for line in shown if line.event == event]) for event in offered()]
    context = {
        "sections": [(event.title, its_lines) for event, its_lines in by_event if its_lines],
        "more": len(lines) - len(shown),
        "zone": digest.user.time_zone,
    }
    with timezone.override(digest.user.zone):
        text = render_to_string("notifications/digest.txt", context).strip() + "\n"
        html = render_to_string("notifications/digest.html", context)
    return laid_out(
        _subject(digest, lines, len(notifications)),
        text,
        html,
        automatic=True,
        unsubscribe=unsubscribing.link_for_digests(digest.user),
        context={
            "action": "Open the inbox",
            "action_url": settings.SITE_URL + reverse("notifications:inbox"),
        },
    )


def _lines(notifications: list[Notification]) -> list[Line]:
    """Newest first, as they come."""
    threads: dict[str, list[Notification]] = {}
    for each in notifications:
        threads.setdefault(each.thread if each.together else f"number {each.number}", []).append(each)
    return [Line(some[0], len(some)) for some in threads.values()]


def _subject(digest: Digest, lines: list[Line], count: int) -> str:
    if len(lines) == 1:
        return one_line(lines[0].heading)
    if digest.held.filter(reason=Held.Reason.DAILY).exists():
        return f"Your digest: {count} notifications"
    return f"{count} notifications while it was quiet"
