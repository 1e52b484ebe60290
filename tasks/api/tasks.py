"""The tasks of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, cast

from django.core.exceptions import ValidationError
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.problems import Conflict
from api.schema import changes, creates, ends, lists, refuses, shows
from api.views import ApiView
from tasks.api.examples import TASK_EXAMPLES
from tasks.api.outputs import RunDetailSerializer, RunSerializer, TaskDetailSerializer, TaskSerializer
from tasks.api.runs import run_address, runs_visible_to
from tasks.api.schedules import in_its_fields
from tasks.api.serializers import TaskChange, TaskInput, TaskQuery, under_params
from tasks.asking import Order, ask
from tasks.changes import Changes, ImpossibleError, change
from tasks.models import Run, Task, TaskQuerySet

FILTERS = {
    "kind": "kind_name",
    "created_after": "created_at__gte",
    "created_before": "created_at__lt",
    "next_run_after": "next_run_at__gte",
    "next_run_before": "next_run_at__lt",
}
NOT_BESIDE = "It has no schedule beside which it could run: ask for a new one."


def tasks_visible_to(user: Any) -> TaskQuerySet:
    return Task.objects.visible_to(user).with_last_state()


class Tasks(ApiView):
    resource = "tasks"

    @lists(TaskSerializer, query=TaskQuery)
    def get(self, request: Request) -> Response:
        """Your tasks, the newest first."""
        asked = self.query(TaskQuery)
        found = tasks_visible_to(self.user).defer("params")
        found = found.filter(**{column: asked[name] for name, column in FILTERS.items() if name in asked})
        if "status" in asked:
            found = found.with_status(asked["status"])
        return self.page(found.search(asked.get("search", "")), TaskSerializer)

    @creates(TaskInput, TaskDetailSerializer, examples=TASK_EXAMPLES)
    def post(self, request: Request) -> Response:
        """Ask for something to be done: now, at a moment (`run_at`), or again and again (`crontab`, `rrule`).

        What is accepted is done, also if your connection, a worker or the whole house fails meanwhile.
        """
        return self.created(self._asked_for, TaskDetailSerializer)

    def _asked_for(self) -> tuple[Task, str]:
        order = Order(owner=self.user, **self.content(TaskInput))
        self.needs(order.kind.resource)
        with _in_the_body(order):
            task = ask(order)
        made = tasks_visible_to(self.user).get(pk=task.pk)
        return made, reverse("api_task", args=[task.pk], request=self.request)


class OneTask(ApiView):
    resource = "tasks"

    @shows(TaskDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One task, with its parameters."""
        return self.shown(self.own(tasks_visible_to, pk), TaskDetailSerializer)

    @changes(
        TaskChange,
        TaskDetailSerializer,
        responses=refuses(HTTPStatus.CONFLICT, "It has no schedule, or its time has passed."),
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change what you name: all of it, or nothing if some of it cannot be.

        The schedule is changed as a whole: name all that belongs to it. What the old one had due and has not
        begun is dropped. A run that has begun goes on as it was begun.
        """
        task = self.own(tasks_visible_to, pk)
        wished = cast("Changes", self.content(TaskChange, partial=True))
        new = wished.get("schedule")
        try:
            with in_its_fields(is_once=new is not None and new.is_once):
                change(task, wished)
        except ImpossibleError as error:
            raise Conflict(str(error)) from error
        return self.shown(self.own(tasks_visible_to, pk), TaskDetailSerializer)

    @ends("It is gone, with its runs.")
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it with its runs. What works at the moment stops before its next step."""
        self.own(Task.objects.visible_to, pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class TaskRuns(ApiView):
    resource = "tasks"

    @lists(RunSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The runs of a task, the newest first."""
        task = self.own(Task.objects.visible_to, pk)
        return self.page(runs_visible_to(self.user).filter(task=task.pk), RunSerializer)

    @creates(None, RunDetailSerializer, responses=refuses(HTTPStatus.CONFLICT, "It has no schedule."))
    def post(self, request: Request, pk: int) -> Response:
        """Run it now, beside its schedule.

        Asked for again while that run waits or works, or within seconds, it is the same run that you get.
        """
        return self.created(lambda: self._begun(pk), RunDetailSerializer)

    def _begun(self, pk: int) -> tuple[Run, str]:
        task = self.own(Task.objects.visible_to, pk)
        if task.schedule is None:
            raise Conflict(NOT_BESIDE)
        run = task.run_now()
        return run, run_address(run, self.request)


@contextmanager
def _in_the_body(order: Order[Any]) -> Iterator[None]:
    """What is wrong with an order, under the names of the body."""
    try:
        with in_its_fields(is_once=order.schedule is None or order.schedule.is_once):
            yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        messages = error.message_dict
        params = {name: messages.pop(name) for name in order.kind.params.model_fields if name in messages}
        raise ValidationError({**messages, **under_params(params)}) from error
