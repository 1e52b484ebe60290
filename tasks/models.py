"""Task: what a user asked for. Run: one execution of it. Attempt: one worker's try at a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.functional import cached_property

from tasks.clock import WallClockField, database_now, in_seconds
from tasks.recurrence import Schedule
from tasks.signals import run_finished, run_progressed, run_retried, schedule_changed
from tasks.words import describe

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from tasks.kinds import Kind


OVER = "That time has passed."
LONGEST_DESCRIPTION = 2000
DOUBLE_PRESS = timedelta(seconds=5)
LEAST_BESIDE_SCHEDULE = 1000  # microseconds after a whole second
UNDER_WAY = ("pending", "running")
STATUSES = ("paused", *UNDER_WAY, "scheduled", "completed", "failed", "cancelled", "expired")
SCHEDULE_FIELDS = ("time_zone", "starts", "rrule", "crontab", "ends_at", "max_runs")


def _background_kinds() -> list[str]:
    from tasks.kinds import names_of_background_kinds  # noqa: PLC0415 - kinds are typed by models

    return names_of_background_kinds()


@cache
def _of_last_run(column: str) -> models.Subquery:
    return models.Subquery(Run.objects.filter(task=OuterRef("pk")).order_by("-pk").values(column)[:1])


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(owner=user.pk).exclude(kind_name__in=_background_kinds())

    def about(self, thing: models.Model) -> Self:
        """Those that are about `thing`, an instance of any app's model."""
        return self.filter(about_type=ContentType.objects.get_for_model(thing), about_id=thing.pk)

    def scheduled(self) -> Self:
        """Those that will fire, the next one first."""
        return self.filter(next_run_at__isnull=False).order_by("next_run_at", "pk")

    def paused(self) -> Self:
        return self.filter(paused_at__isnull=False).order_by("-paused_at", "-pk")

    def with_status(self, status: str) -> Self:
        """Those whose `Task.status` it is."""
        if status == "paused":
            return self.filter(paused_at__isnull=False)
        found = self.filter(paused_at=None).alias(last_state=_of_last_run("state"))
        if status in UNDER_WAY:
            return found.filter(last_state=status)
        if status == "scheduled":
            return found.filter(Q(last_state=None) | ~Q(last_state__in=UNDER_WAY), next_run_at__isnull=False)
        return found.filter(last_state=status or None, next_run_at=None)

    def search(self, text: str) -> Self:
        """Those that hold every word of `text` in title or description, in any case."""
        found = self
        for word in text.split():
            found = found.filter(Q(title__icontains=word) | Q(description__icontains=word))
        return found

    def with_last_run(self) -> Self:
        """Newest first, each with its `last_run`; two queries however many there are."""
        runs = models.Prefetch("runs", queryset=Run.objects.newest_of_each_task(), to_attr="newest_runs")
        return self.order_by("-pk").prefetch_related(runs)

    def with_last_state(self) -> Self:
        """Newest first, each with the key and the state of its last run, which cost less than the run."""
        last = {"last_run_id": _of_last_run("pk"), "last_run_state": _of_last_run("state")}
        return self.order_by("-pk").annotate(**last)


class Task(models.Model):
    """What somebody asked for. Without a schedule it is done once, at once."""

    class Missed(models.TextChoices):
        LATEST = "latest", "Run once for all of them"
        SKIP = "skip", "Leave them out"
        ALL = "all", "Run for each of them"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tasks")
    kind_name = models.CharField("kind", max_length=60)
    title = models.CharField(max_length=200)
    description = models.TextField(
        blank=True,
        default="",
        db_default="",
        validators=[MaxLengthValidator(LONGEST_DESCRIPTION)],
        help_text="What its owner wrote about it.",
    )
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    about_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.SET_NULL)
    about_id = models.BigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    time_zone = models.CharField(
        max_length=64,
        blank=True,
        help_text="The schedule follows the clock of this zone; empty: no schedule.",
    )
    starts = WallClockField(null=True, blank=True, help_text="By the clock of the zone.")
    rrule = models.CharField("rule", max_length=200, blank=True, help_text="An RRULE of RFC 5545.")
    crontab = models.CharField(max_length=200, blank=True, help_text="Minute, hour, day, month, weekday.")
    ends_at = models.DateTimeField(null=True, blank=True)
    max_runs = models.PositiveIntegerField(null=True, blank=True)
    missed = models.CharField(
        max_length=6,
        choices=Missed.choices,
        default=Missed.LATEST,
        help_text="What becomes of firings that came while nothing ran.",
    )
    expires_after = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Seconds after which it is too late to begin a run.",
    )
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_run_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()
    newest_runs: list[Run]  # filled by with_last_run()
    last_run_id: int | None  # filled by with_last_state()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="task_of_owner"),
            models.Index(fields=["about_type", "about_id"], name="task_about"),
            models.Index(fields=["next_run_at"], name="task_due", condition=Q(next_run_at__isnull=False)),
            models.Index(
                fields=["owner", "next_run_at"],
                name="task_upcoming",
                condition=Q(next_run_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:detail", args=[self.pk])

    @property
    def kind(self) -> Kind[Any]:
        from tasks.kinds import kind_named  # noqa: PLC0415 - kinds are typed by models

        return kind_named(self.kind_name)

    @property
    def last_run(self) -> Run | None:
        return self.newest_runs[0] if self.newest_runs else None

    @cached_property
    def last_run_state(self) -> str | None:
        """Filled by with_last_state(); else it needs with_last_run()."""
        return self.last_run.state if self.last_run else None

    @property
    def status(self) -> str:
        """In one word; needs with_last_run() or with_last_state(). Empty for a task that never ran and never
        will."""
        if self.paused_at:
            return "paused"
        if self.last_run_state in UNDER_WAY:
            return self.last_run_state
        return "scheduled" if self.next_run_at else self.last_run_state or ""

    @property
    def schedule(self) -> Schedule | None:
        if not self.time_zone:
            return None
        return Schedule(self.time_zone, self.starts, self.rrule, self.crontab, self.ends_at, self.max_runs)

    @schedule.setter
    def schedule(self, schedule: Schedule) -> None:
        self.time_zone, self.starts = schedule.time_zone, schedule.starts
        self.rrule, self.crontab = schedule.rrule, schedule.crontab
        self.ends_at, self.max_runs = schedule.ends_at, schedule.max_runs

    @property
    def schedule_in_words(self) -> str:
        return describe(self.schedule) if self.schedule else ""

    def reschedule(self, schedule: Schedule) -> None:
        """Fire by `schedule`, which is settled, from now on; a paused task stays paused.

        What the old schedule had due and has not fired yet is dropped. Raises ValidationError({"starts": …})
        for a schedule that is over.
        """
        with self._changing():
            self.schedule = schedule
            if not self.paused_at:
                self.next_run_at = self._next_or_refuse(schedule)
            self.save(update_fields=[*SCHEDULE_FIELDS, "next_run_at"])

    def pause(self) -> None:
        """Fire no more until it is resumed. Runs that have begun go on.

        Raises ValidationError({"starts": …}) when its time has passed: then nothing could ever be resumed.
        """
        with self._changing():
            if self.paused_at is None and self.next_run_at is None:
                raise ValidationError({"starts": [OVER]})
            self.paused_at, self.next_run_at = self.paused_at or database_now(), None
            self.save(update_fields=["paused_at", "next_run_at"])

    def resume(self) -> None:
        """Fire again, from now on. Raises ValidationError({"starts": …}) when its time has passed."""
        with self._changing():
            if self.paused_at and self.schedule:
                self.next_run_at = self._next_or_refuse(self.schedule)
                self.paused_at = None
                self.save(update_fields=["paused_at", "next_run_at"])

    def unschedule(self) -> None:
        """Take its schedule away: it fires no more, and cannot be resumed. Its runs are kept."""
        with self._changing():
            self.schedule = Schedule(time_zone="")
            self.paused_at = self.next_run_at = None
            self.save(update_fields=[*SCHEDULE_FIELDS, "paused_at", "next_run_at"])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it with its runs, once those who are just writing more of them have finished."""
        with self._locked():
            list(self.runs.select_for_update().values_list("pk", flat=True))
            schedule_changed.send(Task, task=self)
            return super().delete(*args, **kwargs)

    def run_now(self) -> Run:
        """Run once more, at once and beside its schedule.

        Gives the run that was asked for before, while that is under way or was just done: a button that is
        pressed twice means it once.
        """
        from tasks.publishing import publish_on_commit  # noqa: PLC0415 - publishing needs this model

        with self._locked():
            now = database_now()
            if asked_for := self._run_asked_for(now):
                return asked_for
            run = Run.objects.create(
                task=self,
                due_at=max(now, now.replace(microsecond=LEAST_BESIDE_SCHEDULE)),
                tries_left=self.kind.retry.limit,
                published_at=Now(),
            )
            run.refresh_from_db(fields=["next_attempt_at"])
            publish_on_commit(run)
        return run

    def _run_asked_for(self, now: datetime) -> Run | None:
        under_way = Q(state__in=[Run.State.PENDING, Run.State.RUNNING], cancel_requested_at=None)
        just_done = Q(state=Run.State.COMPLETED, due_at__gt=now - DOUBLE_PRESS)
        runs = self.runs.filter(under_way | just_done).order_by("-pk")
        return next((run for run in runs if run.is_beside_schedule), None)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """A transaction that holds this row, read anew: whoever is firing it has finished."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Task.objects.select_for_update())
            yield

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """The same for a change of when it fires, of which the listeners are told."""
        with self._locked():
            yield
            schedule_changed.send(Task, task=self)

    def _next_or_refuse(self, schedule: Schedule) -> datetime:
        moment = schedule.after(database_now())
        if moment is None:
            raise ValidationError({"starts": [OVER]})
        return moment


TOO_LATE = Q(expires_at__isnull=False, expires_at__lte=Now(), attempts_made=0)


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(task__owner=user.pk).exclude(task__kind_name__in=_background_kinds())

    def newest_of_each_task(self) -> Self:
        newer = Run.objects.filter(task=OuterRef("task"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(newer))

    def unfinished(self) -> Self:
        return self.filter(state__in=[Run.State.PENDING, Run.State.RUNNING])

    def come(self) -> Self:
        """Not those that are put off until a time that has not come, and were never tried."""
        return self.exclude(state=Run.State.PENDING, attempts_made=0, next_attempt_at__gt=Now())

    def abandoned(self) -> Self:
        """Running, but the worker has not renewed its lease."""
        return self.filter(state=Run.State.RUNNING, claimed_until__lt=Now())

    def claimable(self) -> Self:
        pending = Q(state=Run.State.PENDING, next_attempt_at__lte=Now()) & ~TOO_LATE
        abandoned = Q(state=Run.State.RUNNING, claimed_until__lt=Now())
        return self.filter(pending | abandoned, tries_left__gt=0)

    def too_late(self) -> Self:
        """Not begun, and not worth beginning any more."""
        return self.filter(TOO_LATE, state=Run.State.PENDING)

    def waiting(self) -> Self:
        """Pending and on no message: of the future, put off, or never taken by the broker."""
        return self.filter(state=Run.State.PENDING, published_at=None).order_by("next_attempt_at")


class Run(models.Model):
    class State(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="runs", db_index=False)
    due_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    next_attempt_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts_made = models.PositiveIntegerField(default=0)
    tries_left = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    summary = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "due_at"], name="run_once_per_firing")
        ]
        indexes: ClassVar = [
            models.Index(fields=["task", "-id"], name="run_of_task"),
            models.Index(fields=["next_attempt_at"], name="run_pending", condition=Q(state="pending")),
            models.Index(
                fields=["next_attempt_at"],
                name="run_waiting",
                condition=Q(state="pending", published_at=None),
            ),
            models.Index(fields=["claimed_until"], name="run_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.task}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:run", args=[self.pk])

    @property
    def is_final(self) -> bool:
        return self.state not in {self.State.PENDING, self.State.RUNNING}

    @property
    def is_beside_schedule(self) -> bool:
        """Whether somebody asked for it to be done at once. Schedules fire at whole seconds, and what else
        comes at a time, such as what was snoozed, comes within a thousandth after one."""
        return self.due_at.microsecond >= LEAST_BESIDE_SCHEDULE

    @property
    def is_being_cancelled(self) -> bool:
        return self.cancel_requested_at is not None and not self.is_final

    @property
    def can_be_retried(self) -> bool:
        return self.state in {self.State.FAILED, self.State.CANCELLED, self.State.EXPIRED}

    @property
    def waits_to_try_again(self) -> bool:
        return self.state == self.State.PENDING and bool(self.error)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def finish(self, state: State, *, where: Q, summary: str = "", error: str = "", **progress: int) -> bool:
        """End the run with `state` if it is unfinished and still matches `where`, and tell the listeners.

        `progress` may give the last `done` and `total`.

        Gives False, and changes nothing, when another process was first.
        """
        with transaction.atomic():
            changed = (
                Run.objects.filter(where, pk=self.pk)
                .unfinished()
                .update(
                    state=state,
                    claim=None,
                    claimed_until=None,
                    finished_at=Now(),
                    summary=summary[:300],
                    error=error,
                    **progress,
                )
            )
            if changed:
                self.refresh_from_db()
                run_finished.send(Run, run=self)
        return bool(changed)

    def cancel(self) -> bool:
        """Cancel now if no worker has it, else ask its worker to stop before the next step.

        Gives False when the run had ended already.
        """
        with transaction.atomic():
            changed = Run.objects.filter(pk=self.pk).unfinished().update(cancel_requested_at=Now())
            waiting = Run.objects.filter(pk=self.pk, state=self.State.PENDING).update(
                state=self.State.CANCELLED, finished_at=Now(), error=""
            )
            self.refresh_from_db()
            if waiting:
                run_finished.send(Run, run=self)
        if changed and not waiting:
            run_progressed.send(Run, run=self)
        return bool(changed)

    def retry(self) -> bool:
        """Put an ended, incomplete run back in line with fresh tries; what is done stays done.

        Gives False when it can't be retried (any more), as when somebody else just did.
        """
        from tasks.publishing import publish_on_commit  # noqa: PLC0415 - publishing needs this model

        with transaction.atomic():
            ended = Run.objects.filter(
                pk=self.pk, state__in=[self.State.FAILED, self.State.CANCELLED, self.State.EXPIRED]
            )
            changed = ended.update(
                state=self.State.PENDING, next_attempt_at=Now(), published_at=Now(), cancel_requested_at=None,
                finished_at=None, expires_at=None, summary="", error="",
                tries_left=self.task.kind.retry.limit,
            )  # fmt: skip
            if changed:
                self.refresh_from_db()
                run_retried.send(Run, run=self)
                publish_on_commit(self)
        return bool(changed)


class Attempt(models.Model):
    """One worker's try at a run: what an owner sees of why it took longer."""

    class Outcome(models.TextChoices):
        WORKING = "working"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"
        HANDED_BACK = "handed back"
        TRY_AGAIN = "try again"
        LOST = "lost"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.WORKING)
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="attempt_number")]

    def __str__(self) -> str:
        return f"attempt {self.number} of run {self.run_id}"


class Submission(models.Model):
    """A form that was submitted: the key it carried, and the task it made. See `tasks.submissions`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(editable=False)
    task = models.ForeignKey(Task, null=True, editable=False, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"submission of task {self.task_id}"


class Heartbeat(models.Model):
    """When a part of the house that has to look regularly last did."""

    name = models.CharField(max_length=30, unique=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str, *, within: float) -> bool:
        """Record that `name` looked just now; gives whether it last did at most `within` seconds ago."""
        lately = cls.objects.filter(name=name, at__gte=in_seconds(-within)).update(at=Now())
        if not lately:
            cls.objects.update_or_create(name=name, defaults={"at": Now()})
        return bool(lately)
