"""The e-mail about a notification, for what somebody should hear of when no page of ours is open."""

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from accounts.models import User
from mail.door import Message, Recipient, deliver
from mail.messages import laid_out
from notifications.models import Notification
from tasks.active import ActiveRun
from tasks.kinds import Params, kind


class NotificationEmail(Params):
    notification: int

    def accept(self, owner: User) -> Self:
        if not Notification.objects.visible_to(owner).filter(pk=self.notification).exists():
            raise ValidationError({"notification": "There is no such notification."})
        return self


@kind(
    "notification.email",
    title="E-mail about a notification",
    params=NotificationEmail,
    tells=frozenset(),
    background=True,
)
def email_notification(run: ActiveRun[NotificationEmail]) -> str:
    """Send it to the one it is for; what was deleted meanwhile is not worth a mail."""
    notification = Notification.objects.visible_to(run.owner).filter(pk=run.params.notification).first()
    if notification is None:
        return "deleted meanwhile, not sent"
    message = message_about(notification)
    return deliver(run, [Recipient(user_id=run.owner.pk)], lambda delivery: message)


def message_about(notification: Notification) -> Message:
    context = {"notification": notification}
    return laid_out(
        notification.title,
        render_to_string("notifications/email.txt", context).strip() + "\n",
        render_to_string("notifications/email.html", context),
        automatic=True,
        context={"action": "See more", "action_url": settings.SITE_URL + notification.get_absolute_url()},
    )
