"""What a credential may do: reach a resource, and write to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api.credentials import Credential

if TYPE_CHECKING:
    from rest_framework.views import APIView


class IsAllowed(BasePermission):
    """Somebody who is signed in, by a credential that reaches the view's `resource`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        credential = request.auth
        if not isinstance(credential, Credential):
            return False
        resource: str = view.resource  # type: ignore[attr-defined]
        writes = request.method not in SAFE_METHODS and not getattr(view, "only_reads", False)
        if not credential.allows(resource, writes=writes):
            reach = "only read" if resource in credential.resources else f"not reach “{resource}”"
            raise PermissionDenied(f"This API token may {reach}.")
        return True
