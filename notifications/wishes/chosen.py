"""How somebody is to be told of one event: what they chose, or its defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from notifications.events import Email, Event, event_named
from notifications.models import Mute, Notification, Preference, Settings


@dataclass(frozen=True)
class Channels:
    """On which ways an event reaches somebody, and whether also in quiet hours."""

    in_app: bool
    email: Email
    push: bool
    in_quiet_hours: bool

    @classmethod
    def of(cls, wish: Preference | Event) -> Channels:
        return cls(wish.in_app, Email(wish.email), wish.push, wish.in_quiet_hours)


MUTED = Channels(in_app=False, email=Email.OFF, push=False, in_quiet_hours=False)


class Wishes:
    """What `user` wishes, read when asked for."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def settings(self) -> Settings:
        return Settings.objects.filter(user=self.user).first() or Settings(user=self.user)

    def channels(self, event: str, thread: str = "") -> Channels:
        if thread and Mute.objects.filter(user=self.user, thread=thread).exists():
            return MUTED
        chosen = Preference.objects.filter(user=self.user, event=event).first() or event_named(event)
        return Channels.of(chosen)

    def still_wanted(
        self, notifications: Iterable[Notification], on: Callable[[Channels], bool]
    ) -> list[Notification]:
        """Those of a thread that is not muted, and of an event whose channels satisfy `on`."""
        muted = set(Mute.objects.visible_to(self.user).values_list("thread", flat=True))
        unmuted = [each for each in notifications if each.thread not in muted]
        wanted = {event for event in {each.event for each in unmuted} if on(self.channels(event))}
        return [each for each in unmuted if each.event in wanted]

    def shows_toast(self, channels: Channels) -> bool:
        """Whether pages that are open show it at once."""
        return channels.in_app and self.settings.toasts
