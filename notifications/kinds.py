"""E-mails about notifications, for what somebody should hear of when no page of ours is open."""

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from mail.door import Message, Recipient, deliver, is_unsent
from mail.messages import laid_out
from mail.models import Delivery
from notifications.broadcasts import announcing  # noqa: F401 - registers its own
from notifications.door import one_line
from notifications.models import Digest, Held, Inbox, Notification
from notifications.web_push import kinds as web_push  # noqa: F401 - registers its own
from notifications.wishes import digest_letters, holding, unsubscribing
from notifications.wishes.hours import wait_while_quiet
from tasks.active import ActiveRun
from tasks.clock import database_now
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
    if _put_off(run, notification):
        return holding.PUT_OFF
    message = message_about(notification)
    return deliver(run, [Recipient(user_id=run.owner.pk)], lambda delivery: message)


def _put_off(run: ActiveRun[NotificationEmail], notification: Notification) -> bool:
    """Leave it to a digest if it is quiet by now, and did so before; what may have been sent goes its way."""
    held = Held.objects.filter(
        notification=notification, channel=Held.Channel.EMAIL, reason=Held.Reason.QUIET_HOURS
    )
    with transaction.atomic():
        if not is_unsent(run):
            return False
        Inbox.objects.lock(notification.user_id)
        if not held.exists() and not holding.put_off(notification, Held.Channel.EMAIL):
            return False
        waiting = Delivery.objects.filter(run=run.pk).pending()
        waiting.update(state=Delivery.State.CANCELLED, error="It is quiet.")
    return True


def message_about(notification: Notification) -> Message:
    context = {"notification": notification}
    return laid_out(
        one_line(notification.title),
        render_to_string("notifications/email.txt", context).strip() + "\n",
        render_to_string("notifications/email.html", context),
        automatic=True,
        unsubscribe=unsubscribing.link_for_event(notification.user, notification.event),
        context={"action": "See more", "action_url": settings.SITE_URL + notification.get_absolute_url()},
    )


class DigestParams(Params):
    digest: int


@kind(
    holding.KIND,
    title="What was held back",
    params=DigestParams,
    tells=frozenset(),
    background=True,
)
def release_digest(run: ActiveRun[DigestParams]) -> str:
    return holding.release(run.params.digest, run.owner)


@kind(
    holding.EMAIL_KIND,
    title="E-mail of a digest",
    params=DigestParams,
    tells=frozenset(),
    background=True,
)
def email_digest(run: ActiveRun[DigestParams]) -> str:
    """Send what is still news. A run is made with the digest's end, and so there is one for each."""
    wait_while_quiet(run.owner.pk, database_now())
    digest = Digest.objects.select_related("user").get(pk=run.params.digest, user=run.owner)
    news = digest_letters.still_news(digest)
    written = Delivery.objects.filter(run=run.pk)
    if not news:
        written.pending().update(state=Delivery.State.CANCELLED, error="Read before it was sent.")
        if not written.exists():
            return "read meanwhile, not sent"
    recipients = [Recipient(user_id=run.owner.pk)] if news else []
    return deliver(run, recipients, lambda delivery: digest_letters.message_of(digest, news))
