"""A note to read about in the description."""

from drf_spectacular.utils import OpenApiExample

NEW_NOTE = {"title": "Garden", "body": "Water the **roses** daily.", "tags": ["home"]}
IN_LIST = {
    "id": 7,
    "url": "https://clock.example/api/notes/7/",
    "html_url": "https://clock.example/notes/7/",
    "title": "Garden",
    "excerpt": "Water the roses daily.",
    "tags": ["home"],
    "version": 3,
    "pinned": True,
    "archived": False,
    "created_at": "2026-03-01T08:00:00Z",
    "updated_at": "2026-03-02T17:30:00Z",
}
WHOLE = {name: value for name, value in IN_LIST.items() if name != "excerpt"} | {"body": NEW_NOTE["body"]}

NEW = OpenApiExample("A note", NEW_NOTE, request_only=True)
CHANGE = OpenApiExample("Keep it at the top", {"pinned": True}, request_only=True)
NOTE = OpenApiExample("The note", WHOLE, response_only=True)
TEXT = OpenApiExample("A text", {"body": NEW_NOTE["body"]}, request_only=True)
HTML = "<p>Water the <strong>roses</strong> daily.</p>\n"
PREVIEW = OpenApiExample("As HTML", {"html": HTML}, response_only=True)
NOTE_IN_LIST = OpenApiExample("A note", IN_LIST, response_only=True)
