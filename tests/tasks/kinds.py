"""Kinds whose handlers the tests give, to see the engine at work without mail or notes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tasks.active import ActiveRun
from tasks.kinds import Kind, Params, Retry, registry

NAME = "test.steps"


class Steps(Params):
    steps: int = 3


@contextmanager
def handled_by(handler: Callable[[ActiveRun[Steps]], str | None], **options: Any) -> Iterator[None]:
    """While inside, runs of the kind `NAME` are carried out by `handler`."""
    before = registry.get(NAME)
    registry[NAME] = Kind(NAME, "Steps", Steps, handler, **{"retry": Retry(limit=3), **options})
    try:
        yield
    finally:
        del registry[NAME]
        if before:
            registry[NAME] = before
