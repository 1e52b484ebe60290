"""By what a request was let in, and what that may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RESOURCES = {
    "account": "Your account",
    "notes": "Notes",
    "tasks": "Tasks and their runs",
    "reminders": "Reminders",
    "notifications": "Notifications",
    "presence": "Who is online",
}
ALL = frozenset(RESOURCES)


@dataclass(frozen=True)
class Credential:
    """A session of a browser, a log-in of a program, or a personal API token, each with its key.

    `resources` are those it reaches: some of RESOURCES.
    """

    kind: Literal["session", "log-in", "token"]
    key: str
    can_write: bool = True
    resources: frozenset[str] = ALL

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.key}"

    def allows(self, resource: str, *, writes: bool) -> bool:
        return resource in self.resources and (self.can_write or not writes)
