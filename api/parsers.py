"""What comes in: JSON of a bounded size, with nothing in it that a database cannot keep."""

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json as strict_json

from api.problems import TooLarge


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
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is not JSON: {error}.") from error
        _refuse_what_no_text_holds(content)
        return content


def _refuse_what_no_text_holds(content: Any) -> None:
    """Null characters, and halves of characters, which JSON can name and databases refuse."""
    text = json.dumps(content, ensure_ascii=False)
    if "\\u0000" in text.replace("\\\\", ""):
        raise ParseError("Null characters are not allowed.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ParseError("There is half a character (a lone surrogate) in a text.") from error
