"""Places in a list: after or before a row as it is, whatever comes and goes meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Model, Q

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Values = tuple[int | datetime, ...]


@dataclass(frozen=True)
class Order:
    """By these fields, descending where a minus stands before. None is ever null, and the last is unique."""

    fields: tuple[str, ...]

    def reversed(self) -> Order:
        return Order(tuple(turned(self.fields)))

    def after(self, values: Sequence[int | datetime]) -> Q:
        """Rows behind the one that has these values."""
        return _after(self.fields, values)

    def values_of(self, row: Model) -> Values:
        return tuple(getattr(row, field.lstrip("-")) for field in self.fields)


def turned(fields: Sequence[str]) -> list[str]:
    """The other way round."""
    return [field[1:] if field[0] == "-" else f"-{field}" for field in fields]


def _after(fields: Sequence[str], values: Sequence[int | datetime]) -> Q:
    """The first field is bounded by itself, so that an index leads there."""
    field, *fields_left = fields
    value, *values_left = values
    name, less = field.lstrip("-"), "lt" if field[0] == "-" else "gt"
    behind = Q(**{f"{name}__{less}": value})
    if not fields_left:
        return behind
    return Q(**{f"{name}__{less}e": value}) & (behind | _after(fields_left, values_left))


def written(values: Values) -> str:
    """In an address; moments as microseconds."""
    numbers = ((value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value for value in values)
    return ".".join(map(str, numbers))


def read(text: str, order: Order) -> Values | None:
    """What `written` made of values of this order; None for anything else."""
    parts = text.split(".")
    if len(parts) != len(order.fields) or not all(map(_is_number, parts)):
        return None
    return tuple(
        EPOCH + int(part) * MICROSECOND if field.endswith("_at") else int(part)
        for field, part in zip(order.fields, parts, strict=True)
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
