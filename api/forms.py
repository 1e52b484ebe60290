"""What a form of our pages finds wrong, as the API says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from rest_framework.exceptions import ErrorDetail
from rest_framework.exceptions import ValidationError as ApiValidationError


def refusal(form: BaseForm, *, called: Mapping[str, str] | None = None) -> ApiValidationError:
    """The errors of a form by field; `called`: those that have another name in the API."""
    names = called or {}
    errors = form.errors.as_data().items()
    return ApiValidationError({names.get(name, name): list(_details(found)) for name, found in errors})


def _details(errors: list[ValidationError]) -> Iterator[ErrorDetail]:
    for error in errors:
        for message in error.messages:
            yield ErrorDetail(message, error.code or "invalid")
