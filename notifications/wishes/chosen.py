"""How somebody is to be told of one event: what they chose, or its defaults."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from notifications.events import Email, Event, event_named
from notifications.models import Mute, Preference, Settings


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

    def shows_toast(self, channels: Channels) -> bool:
        """Whether pages that are open show it at once."""
        return channels.in_app and self.settings.toasts
