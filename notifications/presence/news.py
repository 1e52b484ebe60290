"""Passing on that somebody came or went, to the hubs of all web processes."""

import logging
from collections.abc import Collection

from channels.db import database_sync_to_async
from django.db import Error

from notifications.live.coalesced import Coalesced
from notifications.live.frames import PRESENCE
from notifications.live.publisher import publisher
from notifications.presence.people import is_anybody_shown

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_NEWS = 1.0


class PresenceNews:
    """One message a second at most, however many come and go, and none for those who do not show it: a frame
    after which nobody is there who was not there before would tell of them."""

    def __init__(self) -> None:
        self._changed: set[int] = set()
        self._message = Coalesced(self._send, rest=lambda: SECONDS_BETWEEN_NEWS)

    def spread(self, users: Collection[int]) -> None:
        self._changed.update(users)
        self._message.ask()

    async def _send(self) -> None:
        users, self._changed = self._changed, set()
        try:
            is_news = await database_sync_to_async(is_anybody_shown)(users)
        except Error as error:
            logger.warning("who watches cannot be told who came or went, trying again: %r", error)
            self.spread(users)
        else:
            if is_news:
                publisher.put(None, PRESENCE)
