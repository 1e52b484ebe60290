"""Lists in pages, each of which costs the same, and which nothing that arrives meanwhile moves."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from accounts.requests import to_number
from api.problems import BadQuery

SIZE = 25
MOST = 100


class Pages(CursorPagination):
    """Newest first. The cursor names a key."""

    ordering = "-pk"
    page_size = SIZE
    page_size_query_param = "limit"
    max_page_size = MOST
    cursor_query_description = "Where the page begins: as `next` or `previous` of another page has it."
    page_size_query_description = f"How many things a page holds, up to {MOST}; {SIZE} when left out."

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("limit")
        if asked is None:
            return SIZE
        size = to_number(asked)
        if not size or size > MOST:
            raise BadQuery({"limit": [f"Give a whole number from 1 to {MOST}."]})
        return size

    def decode_cursor(self, request: Request) -> Cursor | None:
        """DRF takes whatever a cursor holds for a position, and asks the database for it."""
        refused = BadQuery({"cursor": ["This cursor is not one of ours."]})
        try:
            cursor = super().decode_cursor(request)
        except Exception as error:
            raise refused from error
        if cursor and (cursor.offset or not self.is_position(cursor.position)):
            raise refused
        return cursor

    def is_position(self, position: Any) -> bool:
        return isinstance(position, str) and to_number(position) is not None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": _link("The address of the next page; null on the last one."),
                "previous": _link("The address of the page before; null on the first one."),
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        cursor, size = super().get_schema_operation_parameters(view)
        return [
            cursor,
            {**size, "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": SIZE}},
        ]


def _link(description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "format": "uri", "description": description, "example": None}
