"""What reaches the broker, and when: a thread takes each message off the queue the moment it is there."""

import base64
import json
import time
from threading import Event, Thread
from typing import Any, Self

from redis import Redis

QUEUE = "short"


class Arrivals:
    """Of one Celery task, whose argument is a list of ids; other messages, like the sweep's, are dropped."""

    def __init__(self, broker_url: str, task: str) -> None:
        self.moments: dict[int, float] = {}  # when each id came first
        self._broker = Redis.from_url(broker_url)
        self._task = task
        self._over = Event()
        self._thread = Thread(target=self._take, daemon=True)

    def __enter__(self) -> Self:
        self._broker.delete(QUEUE)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._broker.close()

    def wait_for(self, count: int, *, until: float) -> None:
        """Until so many ids have come, or that moment has."""
        while len(self.moments) < count and time.time() < until:
            time.sleep(0.05)

    def _take(self) -> None:
        while not self._over.is_set():
            taken = self._broker.brpop([QUEUE], timeout=0.2)
            if taken:
                self._keep(time.time(), json.loads(taken[1]))

    def _keep(self, moment: float, message: dict[str, Any]) -> None:
        if message["headers"]["task"] == self._task:
            (ids,), _, _ = json.loads(base64.b64decode(message["body"]))
            for one in ids:
                self.moments.setdefault(one, moment)
