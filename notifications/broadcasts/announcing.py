"""The kind of task that broadcasts: it writes down what is announced, once, and lets it be shown."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from notifications.broadcasts.access import may
from notifications.broadcasts.reach import recipients_of
from notifications.broadcasts.showing import show
from notifications.models import Announcement, AnnouncementCounter, Broadcast
from notifications.models.broadcasts import WORDS
from notifications.presence.online import PresenceUnknown
from tasks.active import ActiveRun
from tasks.clock import in_seconds
from tasks.errors import PermanentError, TemporaryError
from tasks.kinds import Params, kind

KIND = "broadcast"
TO_ASK = ("add", "change")


class BroadcastParams(Params):
    """The key of a broadcast that has no task yet."""

    broadcast: int

    def accept(self, owner: User) -> Self:
        waits = Broadcast.objects.filter(pk=self.broadcast, task=None).exists()
        if not waits or not may(owner, *TO_ASK):
            raise ValidationError({"broadcast": ["There is no such broadcast."]})
        return self


@kind(
    KIND,
    title="Broadcast",
    params=BroadcastParams,
    tells=frozenset({"failed"}),
    page="notifications:broadcast_of_task",
)
def announce(run: ActiveRun[BroadcastParams]) -> str:
    """Announce what the broadcast says at this moment; carried out again, a run announces nothing more."""
    try:
        with Broadcast(pk=run.params.broadcast).held() as broadcast:
            run.save()  # the last moment at which it can be cancelled
            if broadcast.retracted_at:
                return "retracted, not shown"
            announcement = Announcement.objects.filter(run=run.pk).first() or _announced(run, broadcast)
            show(announcement)
    except Broadcast.DoesNotExist:
        return "deleted meanwhile, not shown"
    except PresenceUnknown as error:
        raise TemporaryError("Who is online cannot be told just now.") from error
    except IntegrityError as error:
        raise TemporaryError("An account was deleted at the same moment.") from error
    return f"shown to: {announcement.get_audience_display().lower()}"


def _announced(run: ActiveRun[BroadcastParams], broadcast: Broadcast) -> Announcement:
    """As it is from now on, whatever becomes of the broadcast."""
    if not may(run.owner, *TO_ASK):
        raise PermanentError(
            f"{run.owner} may not broadcast any more. Somebody who may has to save it again."
        )
    seconds = broadcast.expires_after
    announcement = Announcement.objects.create(
        **{name: getattr(broadcast, name) for name in WORDS},
        broadcast=broadcast,
        run=run.row,
        number=AnnouncementCounter.objects.take_number(),
        expires_at=None if seconds is None else in_seconds(seconds),
    )
    announcement.recipients.add(*recipients_of(broadcast))
    announcement.refresh_from_db()
    return announcement
