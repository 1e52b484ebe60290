"""What becomes of the engine's signals: frames while a run goes on, and word for its owner when it ends."""

from typing import Any

from django.dispatch import receiver

from notifications.door import notify, push
from notifications.models import Notification
from tasks.door import start
from tasks.models import Run
from tasks.signals import run_finished, run_progressed, run_retried

LEVELS = {
    Run.State.COMPLETED: Notification.Level.SUCCESS,
    Run.State.FAILED: Notification.Level.ERROR,
    Run.State.EXPIRED: Notification.Level.ERROR,
}
WORDS = {Run.State.COMPLETED: "finished", Run.State.FAILED: "failed", Run.State.EXPIRED: "came too late"}


@receiver([run_progressed, run_retried, run_finished])
def push_news(run: Run, **_: Any) -> None:
    owner = [run.task.owner_id]
    push(owner, {"topic": f"run:{run.pk}"})
    push(owner, {"topic": "runs"})


@receiver(run_finished)
def tell_owner(run: Run, **_: Any) -> None:
    """Write the entry, and the e-mail about a failure, in the transaction that ends the run.

    Who cancelled it knows that.
    """
    state = Run.State(run.state)
    if state == Run.State.CANCELLED or state.value not in run.task.kind.tells:
        return
    notification = notify(
        run.task.owner,
        title=_title(run, state),
        body=run.error,
        level=LEVELS[state],
        url=run.get_absolute_url(),
    )
    if state == Run.State.FAILED:
        start("notification.email", owner=run.task.owner, params={"notification": notification.pk})


def _title(run: Run, state: Run.State) -> str:
    return f"{run.task.title} {WORDS[state]}" + (f": {run.summary}" if run.summary else "")
