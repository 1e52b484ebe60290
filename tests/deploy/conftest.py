"""Where the project lies, and what its settings read from the environment."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def setting_names() -> frozenset[str]:
    """The names in every `config("NAME", …)` of the settings."""
    calls = ast.walk(ast.parse((ROOT / "clock_work" / "settings.py").read_text()))
    return frozenset(
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "config"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    )
