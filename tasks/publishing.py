"""Telling workers that runs are due. The broker is a hint: a message lost is made good by the sweep."""

import logging
from collections.abc import Iterable, Iterator

from django.db import transaction

from accounts import publishing
from tasks.models import Run

logger = logging.getLogger(__name__)

IDS_PER_MESSAGE = 100


def publish(runs: Iterable[Run]) -> bool:
    """Publish runs that are marked as published; takes the mark off those the broker did not take.

    Stops at the first error. Gives whether all were taken.
    """
    return publish_ids((run.task.kind.queue, run.pk) for run in runs)


def publish_ids(addressed: Iterable[tuple[str, int]]) -> bool:
    """The same for those of whom no more is known than their queue and id: objects made for 10,000 of them
    take longer than telling the broker."""
    messages = list(_messages(addressed))
    for index, (queue, run_ids) in enumerate(messages):
        if not publishing.broker.send("tasks.execute", [run_ids], queue=queue):
            unsent = [run_id for _, ids in messages[index:] for run_id in ids]
            Run.objects.filter(pk__in=unsent).update(published_at=None)
            logger.warning("the sweep will publish %s runs", len(unsent))
            return False
    return True


def publish_on_commit(run: Run) -> None:
    transaction.on_commit(lambda: publish([run]), robust=True)


def _messages(addressed: Iterable[tuple[str, int]]) -> Iterator[tuple[str, list[int]]]:
    """Many ids to a message on the short queue; long runs travel alone, to stand in front of nobody."""
    short: list[int] = []
    for queue, run_id in addressed:
        if queue == "long":
            yield queue, [run_id]
        else:
            short.append(run_id)
    for start in range(0, len(short), IDS_PER_MESSAGE):
        yield "short", short[start : start + IDS_PER_MESSAGE]
