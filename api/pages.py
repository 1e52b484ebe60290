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
