"""What reminders do when something happens elsewhere."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from accounts.models import User
from accounts.signals import zone_changed
from reminders.moving import ask


@receiver(zone_changed)
def ask_what_becomes_of_schedules(sender: type[User], user: User, old: str, **kwargs: Any) -> str | None:
    """Where they are asked, if anything follows the clock of a zone that they left."""
    return reverse("reminders:zone") if ask(user, old) else None
