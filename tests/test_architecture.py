"""The floors of the house: an app imports from floors below it alone, and there only what is public."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {
    "clock_work": 8,
    "notes": 7,
    "reminders": 6,
    "notifications": 5,
    "mail": 4,
    "tasks": 3,
    "api": 2,
    "accounts": 1,
}
# What other apps may import of an app, with the reason where it is more than its models and its door.
PUBLIC = {
    "accounts": {
        "models",
        "signals",
        "zones",  # which time zones we know, and offer
        "access",  # whose a page's thing is
        "requests",  # the type of requests of people who are signed in, and numbers in them
        "usercodes",  # how people write them down
        "second_factors",  # whether somebody needs one, and whether a code is theirs
        "returning",  # back to where a button was pressed
        "forms",  # what is asked of who signs up, logs in or changes their profile
        "moving",  # saving people whose time zone may be another one
        "sessions",  # where somebody is logged in
        "user_agents",  # what people call a browser
        "avatars",  # people's pictures
        "private_files",  # files in the private storage, and that none outlasts its row
        "belongings",  # to register, in words, what somebody would lose with their account
        "deletion",  # whether somebody's account is just being deleted
        "leaving",  # deleting one's own account
        "publishing",  # handing work to a worker within bounded time
    },
    "api": {
        "models",
        "addresses",  # of things that have a key
        "credentials",  # by what somebody was let in
        "fields",
        "idempotency",
        "pages",
        "preconditions",  # changing a thing only while it is as the caller knows it
        "problems",  # errors
        "schema",  # how views describe themselves
        "views",  # what they have in common
    },
    "tasks": {
        "models",
        "door",  # start()
        "kinds",  # to register a kind and its parameters
        "active",  # what a handler is given
        "errors",  # what a handler raises
        "signals",
        "recurrence",  # the pure schedule
        "words",  # a schedule in words
        "forms",  # how a schedule is asked for
        "clock",  # the database's clock
        "submissions",  # one press of a button makes one task
        "api",  # a schedule as programs write it
        "asking",  # how an app takes in what programs ask for
        "titles",  # what is fit to be one
        "persistence",  # writes of a handler that outlast an absent database
    },
    "mail": {"models", "door", "limits", "messages"},
    "notifications": {"models", "door"},
    "reminders": {"models", "door"},
    "notes": {"models"},
}


def modules_of(app: str) -> list[Path]:
    return [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def imports_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each (app, module) of ours that the file imports, at whatever depth of the code."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            app, _, rest = name.partition(".")
            if app in FLOORS:
                yield app, rest.split(".")[0]


def violations(importer: str, path: Path) -> Iterator[str]:
    for app, module in imports_of(path):
        if app == importer:
            continue
        where = f"{path.relative_to(ROOT)} imports {app}.{module}"
        if FLOORS[app] >= FLOORS[importer]:
            yield f"{where}: {app} is not below {importer}"
        elif importer != "clock_work" and module not in PUBLIC[app]:
            yield f"{where}: only {sorted(PUBLIC[app])} are public"


@pytest.mark.parametrize("app", FLOORS)
def test_an_app_imports_only_what_is_public_on_floors_below(app: str) -> None:
    assert [violation for path in modules_of(app) for violation in violations(app, path)] == []


def test_every_app_has_a_floor() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps <= set(FLOORS)


def test_nothing_is_called_common_or_utils() -> None:
    tracked = [path for app in FLOORS for path in modules_of(app)]
    assert [path for path in tracked if {"common", "utils"} & {path.stem, *path.parts}] == []


def test_a_violation_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    upwards = tmp_path / "upwards.py"
    upwards.write_text("def later():\n    from notes.models import Note\n")
    private = tmp_path / "private.py"
    private.write_text("from tasks.engine import claim\n")
    assert "notes is not below mail" in next(violations("mail", upwards))
    assert "imports tasks.engine" in next(violations("mail", private))
