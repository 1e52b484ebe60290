"""A process that stays open beside the site: it has the site's settings and database, and calls functions.

    with site_shell(stack) as shell:
        shell.call(make_person, "anna", "Europe/Berlin")

Each `manage.py shell` would take seconds to start.
"""

import contextlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO, ParamSpec, TypeVar

from tests.stack import ROOT, Stack

P = ParamSpec("P")
T = TypeVar("T")


class SiteShell:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._requests, self._answers = process.stdin, process.stdout

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function gives there. It is found by its name; it takes and gives what JSON can hold."""
        print(
            json.dumps([function.__module__, function.__name__, args, kwargs]),
            file=self._requests,
            flush=True,
        )
        answer = json.loads(self._answers.readline() or '{"error": "The shell has ended."}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        given: T = answer["given"]
        return given


@contextlib.contextmanager
def site_shell(stack: Stack) -> Iterator[SiteShell]:
    with (
        (stack.folder / "shell.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            env={**stack.environment, "DJANGO_SETTINGS_MODULE": "clock_work.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        yield SiteShell(process)


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Until there are no more requests."""
    for line in requests:
        module, name, args, kwargs = json.loads(line)
        try:
            answer = {"given": getattr(import_module(module), name)(*args, **kwargs)}
        except Exception:  # noqa: BLE001 - whoever called is told
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    import django

    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed is no answer
    django.setup()
    serve(sys.stdin, answers)
