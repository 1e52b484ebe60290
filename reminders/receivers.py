"""What reminders do when something happens elsewhere."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse

from accounts.deletion import is_going
from accounts.models import User
from accounts.signals import zone_changed
from notifications.door import withdraw
from reminders.models import KIND, Occurrence, Reminder, Ring
from reminders.moving import ask
from tasks.models import Task
from tasks.signals import schedule_changed


@receiver(zone_changed)
def ask_what_becomes_of_schedules(sender: type[User], user: User, old: str, **kwargs: Any) -> str | None:
    """Where they are asked, if anything follows the clock of a zone that they left."""
    return reverse("reminders:zone") if ask(user, old) else None


@receiver(schedule_changed)
def stop_nagging(sender: type[Task], task: Task, **kwargs: Any) -> None:
    """Who pauses a reminder hears no more of it but what they snooze. Resuming brings no nag back."""
    if task.paused_at:
        for occurrence in Occurrence.objects.open().filter(task=task.pk):
            occurrence.cancel_waiting_rings(cause=Ring.Cause.NAG)


@receiver(post_delete, sender=Reminder)
@receiver(post_delete, sender=Task)
def withdraw_its_notifications(instance: Task, **kwargs: Any) -> None:
    """However it was deleted: also as a task, or with several others. With the account, they go, too."""
    if instance.kind_name == KIND and not is_going(instance.owner_id):
        withdraw(instance.owner_id, Reminder(pk=instance.pk).get_absolute_url())
