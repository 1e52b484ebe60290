"""What becomes of the engine's signals: frames while a run goes on, and word for its owner when it ends.

And of signals about people: who signed out hears nothing any more.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import session_ended, zone_changed
from api.models import LogIn, Token
from notifications.door import notify, push
from notifications.events import SCHEDULE_FAILED, SCHEDULED_FINISHED, TASK_FAILED, TASK_FINISHED
from notifications.live.frames import SESSION_MAY_HAVE_ENDED
from notifications.models import Notification, PushSubscription
from notifications.wishes.holding import rearrange
from tasks.models import Run, Task
from tasks.signals import (
    run_finished,
    run_progressed,
    run_retried,
    schedule_changed,
    schedule_failed,
    task_described,
)

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
    """Write the entry, and what else they wish, in the transaction that ends the run.

    Who cancelled it knows that.
    """
    state = Run.State(run.state)
    if state == Run.State.CANCELLED or state.value not in run.task.kind.tells:
        return
    notify(
        run.task.owner,
        event=_event(run, state),
        title=_title(run, state),
        body=run.error,
        level=LEVELS[state],
        url=run.get_absolute_url(),
        thread=f"task:{run.task_id}:{state}",
        together=f"{{count}} runs of {run.task.title} {WORDS[state]}",
    )


def _event(run: Run, state: Run.State) -> str:
    if state != Run.State.COMPLETED:
        return TASK_FAILED
    return SCHEDULED_FINISHED if run.task.time_zone and not run.is_beside_schedule else TASK_FINISHED


def _title(run: Run, state: Run.State) -> str:
    return f"{run.task.title} {WORDS[state]}" + (f": {run.summary}" if run.summary else "")


@receiver([schedule_changed, schedule_failed, task_described])
def push_news_of_task(task: Task, **_: Any) -> None:
    push([task.owner_id], {"topic": "runs"})


@receiver(schedule_failed)
def tell_of_schedule(task: Task, **_: Any) -> None:
    """Beat had to pause it, which nobody would notice before the next time passes in silence."""
    notify(
        task.owner,
        event=SCHEDULE_FAILED,
        title=f"{task.title} was paused",
        body="Its schedule could not be followed. Give it another one, then resume it.",
        level=Notification.Level.ERROR,
        url=task.get_absolute_url(),
    )


@receiver(zone_changed)
def keep_quiet_by_the_new_clock(user: User, **_: Any) -> None:
    rearrange(user.pk)


@receiver(session_ended)
def hang_up(user_id: int, **_: Any) -> None:
    push([user_id], SESSION_MAY_HAVE_ENDED)


@receiver(session_ended)
def forget_browser(key: str, **_: Any) -> None:
    PushSubscription.objects.filter(session_key=key).delete()


@receiver(post_save, sender=User)
def hang_up_after_change(
    instance: User, created: bool, update_fields: frozenset[str] | None, **_: Any
) -> None:
    """A new password ends log-ins of programs, too, and a disabled account whatever lets in."""
    if not created and (update_fields is None or update_fields & {"password", "is_active"}):
        push([instance.pk], SESSION_MAY_HAVE_ENDED)


@receiver(post_delete, sender=User)
def hang_up_after_deletion(instance: User, **_: Any) -> None:
    push([instance.pk], SESSION_MAY_HAVE_ENDED)


@receiver([post_save, post_delete], sender=Token)
@receiver(post_delete, sender=LogIn)
def hang_up_on_programs(instance: Token | LogIn, created: bool = False, **_: Any) -> None:
    """An API token that is revoked, or reaches less, and a log-in that ends take their sockets along."""
    if not created:
        push([instance.user_id], SESSION_MAY_HAVE_ENDED)
