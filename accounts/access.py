"""Who gets to a thing: those it is visible to. For everybody else it does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.requests import UserRequest

M = TypeVar("M", bound=Model)
View = Callable[[UserRequest, M], HttpResponseBase]
Address = Callable[..., HttpResponseBase]
A = TypeVar("A", bound=Address)


def staff_page(view: A) -> A:
    """Mark what is for staff: it opens to them only once they have shown a second factor."""
    view.is_for_staff = True  # type: ignore[attr-defined]
    return view


def for_own(visible_to: Callable[[User], QuerySet[M]], *methods: str) -> Callable[[View[M]], Address]:
    """Give the view the thing with the key in its URL, as found by `visible_to` whoever asks.

    Asked first of all: what belongs to somebody else is a 404 whatever the method. So is what was deleted
    between that and what the view does with it.
    """

    def decorate(view: View[M]) -> Address:
        @login_required
        @wraps(view)
        def find(request: UserRequest, pk: int | UUID) -> HttpResponseBase:
            thing = get_object_or_404(visible_to(request.user), pk=pk)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            model: Any = thing._meta.concrete_model
            try:
                return view(request, thing)
            except model.DoesNotExist as gone:
                raise Http404 from gone

        return find

    return decorate
