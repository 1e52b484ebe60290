"""Exports asked for and carried out, and what is in them."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.core.files.storage import storages

from accounts.models import User
from notes.models import Export
from tasks import engine
from tasks.door import start
from tasks.models import Run

KIND = "notes.export"


def ask(owner: User, **params: Any) -> Run:
    return start(KIND, owner=owner, params=params)


def carried_out(run: Run) -> Run:
    """The run as it is after a worker had it."""
    engine.execute(run.pk)
    run.refresh_from_db()
    return run


def export_of(run: Run) -> Export:
    return Export.objects.get(run=run)


def exported(owner: User, **params: Any) -> Export:
    run = carried_out(ask(owner, **params))
    assert run.state == "completed", run.error
    return export_of(run)


def texts_in(export: Export) -> dict[str, str]:
    """Each file's name and text."""
    with storages["private"].open(export.file_name) as file:
        return read_zip(file.read())


def read_zip(content: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def stored() -> set[str]:
    """The names of all files in the private storage."""
    storage = storages["private"]
    try:
        days, _ = storage.listdir("exports")
    except FileNotFoundError:
        return set()
    return {f"exports/{day}/{name}" for day in days for name in storage.listdir(f"exports/{day}")[1]}
