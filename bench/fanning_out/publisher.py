"""A process that publishes, as a worker does. The orders come on its standard input, one a line.

It answers each with the moments at which it began and had handed over the last frame.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django
from channels.layers import get_channel_layer
from django.conf import settings
from redis import Redis

from bench.fanning_out.names import EVERYBODY
from notifications.live.frames import encode
from notifications.live.publisher import publisher

Frame = Mapping[str, Any]


class Publisher:
    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._redis = Redis.from_url(settings.REDIS_URL)

    def ours(self, frame: Frame) -> None:
        publisher.put(None, encode(frame))

    def stock(self, frame: Frame) -> None:
        """At its best: with `async_to_sync` each would open a connection of its own."""
        message = {"type": "tell", "frame": frame}
        self._runner.run(get_channel_layer("stock").group_send(EVERYBODY, message))

    def floor(self, frame: Frame) -> None:
        self._redis.publish(EVERYBODY, encode(frame))


def spread(publish: Callable[[Frame], None], frames: Sequence[Frame], seconds: float) -> tuple[float, float]:
    """Evenly over the seconds, as far as it goes that fast; the moments of the begin and of the end."""
    begun = time.monotonic()
    for number, frame in enumerate(frames):
        time.sleep(max(0, begun + seconds * number / len(frames) - time.monotonic()))
        publish(frame)
    return begun, time.monotonic()


def main() -> None:
    django.setup()
    with asyncio.Runner() as runner:
        publisher = Publisher(runner)
        for line in sys.stdin:
            way, frames, seconds = json.loads(line)
            moments = spread(getattr(publisher, way), frames, seconds)
            print(json.dumps(moments), flush=True)


if __name__ == "__main__":
    main()
