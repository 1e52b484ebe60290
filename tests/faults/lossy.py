"""Settings of processes whose pushes get lost: 3 in 100, by a dice that falls the same way every time."""

import logging
from random import Random
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from clock_work.settings import *  # noqa: F403
from clock_work.settings import CHANNEL_LAYERS as RELIABLE

SHARE = 0.03
DROPPED = "a push was dropped on purpose"
logger = logging.getLogger(__name__)


class LossyChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    dice = Random(3)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if "frames" in message:
            frames = [frame for frame in message["frames"] if self.dice.random() >= SHARE]
            for _ in range(len(message["frames"]) - len(frames)):
                logger.warning(DROPPED)
            message = {**message, "frames": frames}
        await self._get_layer().group_send(group, message)


CHANNEL_LAYERS = {"default": {**RELIABLE["default"], "BACKEND": f"{__name__}.LossyChannelLayer"}}
