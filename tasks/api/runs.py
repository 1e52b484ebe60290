"""The runs of somebody's tasks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.problems import Conflict
from api.schema import creates, lists, refuses, shows
from api.views import ApiView
from tasks.api.outputs import RunDetailSerializer, RunSerializer
from tasks.api.serializers import RunQuery
from tasks.models import Run, RunQuerySet

ENDED = "It had ended already."
NO_OTHER_TRY = "It needs no other try: it is under way, or it is done."


def runs_visible_to(user: Any) -> RunQuerySet:
    """With what is shown of their tasks."""
    runs = Run.objects.visible_to(user).select_related("task")
    return runs.defer("task__params", "task__description")


def run_address(run: Run, request: Request) -> str:
    return reverse("api_run", args=[run.pk], request=request)


class Runs(ApiView):
    resource = "tasks"

    @lists(RunSerializer, query=RunQuery)
    def get(self, request: Request) -> Response:
        """The runs of all your tasks, the newest first."""
        return self.page(runs_visible_to(self.user).filter(**self.query(RunQuery)), RunSerializer)


class OneRun(ApiView):
    resource = "tasks"

    @shows(RunDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One run: how far it is, what became of it, and each try at it."""
        return self.shown(self.own(runs_visible_to, pk), RunDetailSerializer)


class Cancellation(ApiView):
    resource = "tasks"

    @creates(None, RunDetailSerializer, responses=refuses(HTTPStatus.CONFLICT, "It had ended already."))
    def post(self, request: Request, pk: int) -> Response:
        """Cancel a run: at once while it waits; before its next step while it works."""
        return self.created(lambda: self._cancelled(pk), RunDetailSerializer)

    def _cancelled(self, pk: int) -> tuple[Run, str]:
        run = self.own(runs_visible_to, pk)
        if not run.cancel():
            raise Conflict(ENDED)
        return run, run_address(run, self.request)


class Retry(ApiView):
    resource = "tasks"

    @creates(None, RunDetailSerializer, responses=refuses(HTTPStatus.CONFLICT, "It needs no other try."))
    def post(self, request: Request, pk: int) -> Response:
        """Try a run again that failed, was cancelled or came too late; what is done of it stays done."""
        return self.created(lambda: self._tried_again(pk), RunDetailSerializer)

    def _tried_again(self, pk: int) -> tuple[Run, str]:
        run = self.own(runs_visible_to, pk)
        if not run.retry():
            raise Conflict(NO_OTHER_TRY)
        return run, run_address(run, self.request)
