"""What comes in: JSON of a bounded size, with nothing in it that a database cannot keep."""

import codecs
import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json as strict_json

from api.problems import TooLarge

DEEPEST = 32


class BoundedJSONParser(JSONParser):
    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge(f"A request holds up to {limit} bytes.")
        try:
            content = strict_json.loads(
                codecs.decode(raw, "utf-8"), parse_constant=strict_json.strict_constant
            )
            written = json.dumps(content, ensure_ascii=False, allow_nan=False)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is not JSON that we read: {error}.") from error
        _refuse_what_no_database_keeps(written)
        _refuse_what_is_deep(content)
        return content


def _refuse_what_no_database_keeps(written: str) -> None:
    """Null characters, and halves of characters, which JSON can name and no text holds."""
    if "\\u0000" in written.replace("\\\\", ""):
        raise ParseError("Null characters are not allowed.")
    try:
        written.encode()
    except UnicodeEncodeError as error:
        raise ParseError("There is half a character (a lone surrogate) in a text.") from error


def _refuse_what_is_deep(content: Any) -> None:
    """Whoever goes through content by recursion comes to an end."""
    level = [content]
    for _ in range(DEEPEST):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _within(outer)]
    if level:
        raise ParseError(f"Lists and objects are {DEEPEST} levels deep at most.")


def _within(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer
