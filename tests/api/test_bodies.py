"""What a program sends is read, or refused with the reason, whatever it is."""

import json
from io import BytesIO
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.exceptions import APIException, ParseError

from api.parsers import BoundedJSONParser
from api.problems import TooLarge

NESTED = "[" * 31 + "]" * 31


def read(body: str | bytes) -> Any:
    return BoundedJSONParser().parse(BytesIO(body if isinstance(body, bytes) else body.encode()))


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ('{"title": "Żółw 🐢"}', {"title": "Żółw 🐢"}),
        (r'{"title": "\ud83d\udc22"}', {"title": "🐢"}),
        (r'{"path": "C:\\u0000"}', {"path": r"C:\u0000"}),
        ("[1, 2.5, null, true]", [1, 2.5, None, True]),
        (NESTED, json.loads(NESTED)),
    ],
)
def test_json_is_read(body: str, content: Any) -> None:
    assert read(body) == content


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "title=Cat",
        b"\xff\xfe",
        r'{"title": "\u0000"}',
        r'{"\u0000": 1}',
        r'{"title": "\ud83d"}',
        r'{"title": "\\\u0000"}',
        '{"number": NaN}',
        '{"number": 1e999}',
        '{"number": ' + "9" * 5000 + "}",
        "[" * 100_000,
        "[" * 950 + "]" * 950,
        '{"a":' * 33 + "1" + "}" * 33,
    ],
    ids=range(14),
)
def test_what_is_no_json_or_could_not_be_kept_is_refused(body: str | bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


def test_it_is_read_up_to_a_bound(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20
    assert read('"' + 18 * "x" + '"') == 18 * "x"
    with pytest.raises(TooLarge) as refused:
        read('"' + 19 * "x" + '"')
    assert isinstance(refused.value, APIException)
    assert refused.value.status_code == 413
