"""docs/data-model.md shows the models as they are."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "data-model.md"
INHERITED = {"id", "password", "last_login", "is_superuser", "is_staff", "is_active", "date_joined"}


def our_models() -> list[type[models.Model]]:
    ours = {path.parent.name for path in ROOT.glob("*/apps.py")}
    return [model for model in apps.get_models() if model._meta.app_label in ours and not model._meta.proxy]


def diagram_of(model: type[models.Model]) -> str:
    """The entity as Mermaid writes it: its own columns, then what it points at."""
    name = model.__name__
    columns = [
        f"        {type(field).__name__.removesuffix('Field')} {field.name}"
        for field in model._meta.local_fields
        if not field.is_relation and field.name not in INHERITED
    ]
    relations = [
        f"    {field.related_model.__name__} ||--o{'|' if field.one_to_one else '{'} {name} : {field.name}"
        for field in model._meta.local_fields
        if field.is_relation and isinstance(field.related_model, type)
    ]
    return "\n".join([f"    {name} {{", *columns, "    }", *relations])


def test_the_diagram_is_of_these_models() -> None:
    drawn = re.search(r"```mermaid\nerDiagram\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert drawn is not None
    expected = "\n".join(diagram_of(model) for model in our_models())
    assert drawn[1].strip("\n") == expected, f"the diagram should read:\n\n{expected}"


def test_every_model_is_explained() -> None:
    text = DOCUMENT.read_text()
    assert [model.__name__ for model in our_models() if f"**{model.__name__}**" not in text] == []
