"""Errors in one shape: problem details, as RFC 9457 has them."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:clock-work:problem:"
WHOLE = {NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY}


class Unprocessable(exceptions.APIException):
    """What was read and understood, and cannot be done; `code` says what it is."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "unprocessable"
    default_detail = "This cannot be done."


class Conflict(exceptions.APIException):
    status_code = HTTPStatus.CONFLICT
    default_code = "conflict"
    default_detail = "It is not in a state in which this can be done."


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "The request is too large."


class Gone(exceptions.APIException):
    status_code = HTTPStatus.GONE
    default_code = "gone"
    default_detail = "It was here, and is not any more."


class PreconditionFailed(exceptions.APIException):
    """The thing is not as the request expects it to be."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_code = "precondition_failed"
    default_detail = "It was changed meanwhile. Read it again."


class Unavailable(exceptions.APIException):
    """What is needed for it does not answer at the moment."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = "This does not work at the moment. Try again soon."


class WithMembers(exceptions.APIException):
    """An error that carries more for programs than words: further `members` of its problem details."""

    members: dict[str, Any]


class BadQuery(exceptions.ValidationError):
    """What is wrong with the query string, by parameter."""

    status_code = HTTPStatus.BAD_REQUEST


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error that a view raised; None for one that nobody foresaw."""
    known = _known(error)
    if known is None:
        return None
    headers = {}
    if challenge := getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(known, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    set_rollback()
    status = known.status_code
    if isinstance(known, exceptions.ValidationError) and not isinstance(known, BadQuery):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return Response(_body(known, status), status=status, headers=headers, content_type=CONTENT_TYPE)


def not_found(request: HttpRequest) -> JsonResponse:
    """For addresses below `/api/` at which there is nothing."""
    body = _body(exceptions.NotFound(), HTTPStatus.NOT_FOUND)
    return JsonResponse(body, status=HTTPStatus.NOT_FOUND, content_type=CONTENT_TYPE)


def server_error() -> JsonResponse:
    """For what nobody foresaw."""
    error = exceptions.APIException("Something went wrong on our side. It was written down.", "server_error")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return JsonResponse(_body(error, status), status=status, content_type=CONTENT_TYPE)


def _known(error: Exception) -> exceptions.APIException | None:
    match error:
        case exceptions.APIException():
            return error
        case Http404() | ObjectDoesNotExist():
            return exceptions.NotFound()
        case DjangoPermissionDenied():
            return exceptions.PermissionDenied()
        case DjangoValidationError():
            messages = getattr(error, "message_dict", None) or error.messages
            return exceptions.ValidationError(messages)
    return None


def _body(error: exceptions.APIException, status: int) -> dict[str, Any]:
    if not isinstance(error, exceptions.ValidationError):
        members = error.members if isinstance(error, WithMembers) else {}
        return {**_problem(str(error.get_codes()), status, str(error.detail)), **members}
    errors = list(_fields(error.detail))
    named = [each["field"] for each in errors if each["field"]]
    detail = f"Look at {', '.join(dict.fromkeys(named))}." if named else errors[0]["detail"]
    return {**_problem("invalid", status, detail), "errors": errors}


def _problem(code: str, status: int, detail: str) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    return {"type": TYPE + code.replace("_", "-"), "title": title, "status": int(status), "detail": detail}


def _fields(detail: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Each single message, with the dotted name of the field it is about, empty for the whole."""
    if isinstance(detail, dict):
        for name, rest in detail.items():
            yield from _fields(rest, path if name in WHOLE else (*path, str(name)))
    elif isinstance(detail, list):
        for number, rest in enumerate(detail):
            deeper = (*path, str(number)) if isinstance(rest, dict | list) else path
            yield from _fields(rest, deeper)
    else:
        yield {"field": ".".join(path), "detail": str(detail), "code": getattr(detail, "code", "invalid")}
