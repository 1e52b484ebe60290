"""Choosing how one is told of what; only what differs from an event's defaults is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from accounts.models import User
from notifications.events import OTHER, Event, event_named, registry
from notifications.models import Preference
from notifications.web_push.vapid import is_configured
from notifications.wishes.chosen import Channels


def offered() -> list[Event]:
    """The events people can choose for, what has no line of its own last."""
    return sorted(registry.values(), key=lambda event: event.name == OTHER)


def chosen(user: User) -> dict[str, Channels]:
    """For each event on offer."""
    stored = {each.event: each for each in Preference.objects.filter(user=user)}
    return {event.name: Channels.of(stored.get(event.name, event)) for event in offered()}


def not_for_choosing(event: Event) -> dict[str, str]:
    """What of an event has no choice, with the words that stand in its place, if there are any."""
    return {**dict(event.fixed), **({} if is_configured() else {"push": ""})}


def choose(user_id: int, event: str, **changes: Any) -> None:
    """Tell them of the event otherwise, in what `changes` names, and as before in the rest."""
    stored = Preference.objects.filter(user=user_id, event=event)
    defaults = Channels.of(event_named(event))
    wish = replace(Channels.of(stored.first() or event_named(event)), **changes)
    if wish == defaults:
        stored.delete()
    else:
        Preference.objects.update_or_create(user_id=user_id, event=event, defaults=vars(wish))
