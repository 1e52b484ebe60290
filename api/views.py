"""What all views of the API have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView

from accounts import deletion
from accounts.models import User
from api import limits, problems
from api.credentials import Credential
from api.idempotency import once
from api.pages import Pages

M = TypeVar("M", bound=Model)


class ApiView(APIView):
    """Reached by a credential that covers `resource`, one of `api.credentials.RESOURCES`.

    `only_reads`: whether what its methods change is so little that a read-only token may call them.
    """

    resource: str
    only_reads = False
    pagination_class: type[Pages] = Pages
    counts: list[limits.Count]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count who asks before what they may do is looked at, so that guessing is counted too."""
        self.counts = []
        try:
            request.user  # noqa: B018 - looks at the credentials
        except AuthenticationFailed:
            self._count([limits.address_limit(request)])
            raise
        self._count(limits.limits_of(request))
        super().initial(request, *args, **kwargs)

    def _count(self, counted: list[limits.Limit]) -> None:
        self.counts = limits.count(counted)
        if over := next((each for each in self.counts if each.is_over), None):
            refusal = Throttled(
                detail=f"This {over.limit.of} may make {over.limit.most} requests in a minute."
            )
            refusal.wait = over.seconds_left  # type: ignore[attr-defined]
            raise refusal

    def handle_exception(self, error: Exception) -> Response:
        """Whose account is deleted meanwhile is answered as everybody is whom we don't know."""
        user = self.request.user
        if user.is_authenticated and deletion.explains(error, user.pk):
            error = NotAuthenticated()
        return super().handle_exception(error)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        for name, value in limits.headers_of(getattr(self, "counts", [])).items():
            finished.headers[name] = value
        return finished

    @property
    def user(self) -> User:
        return cast("User", self.request.user)

    def needs(self, resource: str) -> None:
        """Raises PermissionDenied for a credential that does not reach this resource, too."""
        if not cast("Credential", self.request.auth).allows(resource, writes=False):
            raise PermissionDenied(f"This API token may not reach “{resource}”.")

    def own(self, visible_to: Callable[[User], QuerySet[M]], pk: int) -> M:
        """The thing with this key, as found by `visible_to` whoever asks; for everybody else it is a 404."""
        return get_object_or_404(visible_to(self.user), pk=pk)

    def content(self, serializer: type[Serializer[Any]], **options: Any) -> dict[str, Any]:
        """What the body says, checked; raises ValidationError by field."""
        checked = serializer(data=self.request.data, context={"request": self.request}, **options)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def query(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        """What the query string says, checked; raises BadQuery by parameter."""
        checked = serializer(data=self.request.query_params, context={"request": self.request})
        if not checked.is_valid():
            raise problems.BadQuery(checked.errors)
        return dict(checked.validated_data)

    def page(self, things: QuerySet[M], serializer: type[BaseSerializer[Any]]) -> Response:
        """The page of `things` that is asked for."""
        pages = self.pagination_class()
        found = pages.paginate_queryset(things, self.request, view=self)
        context = {"request": self.request}
        return pages.get_paginated_response(serializer(found, many=True, context=context).data)

    def shown(self, thing: Any, serializer: type[BaseSerializer[Any]]) -> Response:
        return Response(serializer(thing, context={"request": self.request}).data)

    def created(self, make: Callable[[], tuple[Any, str]], serializer: type[BaseSerializer[Any]]) -> Response:
        """Make a thing, once for an Idempotency-Key; `make` gives it with its own address."""

        def answer() -> Response:
            thing, address = make()
            data = serializer(thing, context={"request": self.request}).data
            return Response(data, status=status.HTTP_201_CREATED, headers={"Location": address})

        return once(self.request, answer)


@csrf_exempt
def nothing_here(request: HttpRequest, path: str = "") -> JsonResponse:
    return problems.not_found(request)
