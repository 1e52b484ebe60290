"""Programs read what they can ask for."""

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_open_kinds_say_what_they_take(program: APIClient) -> None:
    page = program.get("/api/task-kinds/").json()
    kinds = {kind["name"]: kind for kind in page["results"]}
    assert {"note.email", "reminder", "test.steps"} <= set(kinds)
    assert not {"mail.letter", "broadcast", "notification.email"} & set(kinds)
    assert list(kinds) == sorted(kinds)
    steps = kinds["test.steps"]["params_schema"]
    assert steps["properties"]["steps"] == {"default": 3, "title": "Steps", "type": "integer"}
    assert steps["additionalProperties"] is False
    assert "description" not in kinds["reminder"]["params_schema"]
    assert (kinds["reminder"]["schedule"], kinds["note.email"]["schedule"]) == ("required", "optional")
    assert all(kinds[name]["description"] for name in ("note.email", "reminder"))


def test_people_are_named_as_they_are_typed(program: APIClient) -> None:
    """Keys of users, as they are kept, are not for programs."""
    for kind in program.get("/api/task-kinds/").json()["results"]:
        if "recipients" in kind["params_schema"]["properties"]:
            assert kind["params_schema"]["properties"]["recipients"]["items"] == {"type": "string"}
