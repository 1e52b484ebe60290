"""For schemathesis, which loads this: most keys in paths are those of things that are there, and most words
that only some texts are mean something. Without it, hardly a request would get as far as what it asks for."""

import json
import os
from collections.abc import Mapping
from typing import Any
from zlib import crc32

import schemathesis

KEYS = json.loads(os.environ["KNOWN_KEYS"])  # by path
WORDS = {
    "crontab": "30 9 * * MON-FRI",
    "kind": "reminder",
    "run_at": "2040-01-15T09:00:00+01:00",
    "starts": "2040-01-15T09:00:00",
    "text": "tomorrow 9am call the bank",
    "time_zone": "Europe/Vienna",
    "timezone": "Europe/Vienna",
}
ONE_IN = 4  # is left as it was made


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    key = (path_parameters or {}).get("id")
    keys = KEYS.get(context.operation.path)
    if keys and "key" in (path_parameters or {}):
        return {"key": keys[0]}
    if keys and isinstance(key, int) and key % ONE_IN:
        return {**(path_parameters or {}), "id": keys[key % len(keys)]}
    return path_parameters


@schemathesis.hook
def map_query(context: Any, query: Any) -> Any:
    return _sensible(query)


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    return _sensible(body)


def _sensible(content: Any) -> Any:
    if not isinstance(content, Mapping):
        return content
    return {name: _word(name, value) for name, value in content.items()}


def _word(name: str, value: Any) -> Any:
    is_left = not isinstance(value, str) or crc32(value.encode(errors="replace")) % ONE_IN == 0
    return value if is_left else WORDS.get(name, value)
