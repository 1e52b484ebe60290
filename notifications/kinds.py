"""The e-mail about a notification, for what somebody should hear of when no page of ours is open."""

from tasks.active import ActiveRun
from tasks.kinds import Params, kind


class NotificationEmail(Params):
    notification: int


@kind("notification.email", title="E-mail about a notification", params=NotificationEmail, tells=frozenset())
def email_notification(run: ActiveRun[NotificationEmail]) -> str:
    """Send it to its user alone; one that they deleted meanwhile is not worth a mail."""
    raise NotImplementedError
