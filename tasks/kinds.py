"""Kinds of task: each app registers its own, in its `kinds.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import uniform
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypedDict, TypeVar, Unpack

import pydantic
from django.conf import settings
from django.core.exceptions import ValidationError
from pydantic import BaseModel, ConfigDict

from accounts.models import User
from tasks.errors import PermanentError

if TYPE_CHECKING:
    from tasks.active import ActiveRun


class Params(BaseModel):
    """The parameters of a kind. A subclass's fields are its schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    def accept(self, owner: User) -> Self:
        """Check against the database, and reserve what is limited, inside the accepting transaction.

        Gives the parameters as they are kept: names resolved, what must not change later frozen.
        Raises ValidationError({field: message}) for what `owner` may not ask for.
        """
        return self

    def accept_scheduled(self, owner: User) -> Self:
        """The same for a task with a schedule, whose limits are counted, and whose texts are read, each time
        it fires."""
        return self.accept(owner)

    def typed(self) -> dict[str, Any]:
        """As they could be asked for again."""
        return self.model_dump(mode="json")


ENDS_TOLD = frozenset({"completed", "failed", "expired"})
P = TypeVar("P", bound=Params)
Handler = Callable[["ActiveRun[P]"], str | None]


@dataclass(frozen=True)
class Retry:
    """How often, and after how many seconds, a run that met a temporary error is tried again."""

    limit: int = 6
    cap: float = 600

    def delay(self, attempt: int) -> float:
        """Seconds to wait after the try `attempt` (from 1): doubling up to the cap, jittered."""
        seconds = min(self.cap, settings.TASKS_RETRY_SECONDS * 2 ** (attempt - 1))
        return float(seconds * uniform(0.5, 1))  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True)
class Kind(Generic[P]):
    """A registered sort of task.

    `tells`: of which ends its owner is told. `panel`: name of a URL taking a run's id, whose HTML fragment
    the run's page shows, for what a lower floor cannot know. `page`: name of a URL taking a task's id,
    of the page made for this kind. `background`: work of the house, such as an
    e-mail about a notification; nobody asked for it, so nobody is shown it. `is_open`: whether programs may
    ask for it, who read its `description`. `links`: what a lower floor cannot know of a run of it, and the
    name of the URL of each, taking the run's id. `needs_schedule`: whether it makes no sense at once.
    `resource`: what a program's credential has to reach, besides tasks, to ask for it.
    """

    name: str
    title: str
    params: type[P]
    handler: Handler[P]
    queue: Literal["short", "long"] = "short"
    retry: Retry = field(default_factory=Retry)
    tells: frozenset[str] = ENDS_TOLD
    panel: str = ""
    page: str = ""
    background: bool = False
    is_open: bool = False
    description: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    needs_schedule: bool = False
    resource: str = "tasks"

    def validate(self, raw: Params | Mapping[str, Any]) -> P:
        """Typed parameters from what came in. Raises ValidationError({field: [message, …]})."""
        if isinstance(raw, self.params):
            return raw
        try:
            return self.params.model_validate(raw)
        except pydantic.ValidationError as error:
            raise ValidationError(messages_by_field(error)) from error


def messages_by_field(error: pydantic.ValidationError) -> dict[str, list[str]]:
    messages: dict[str, list[str]] = {}
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else "__all__"
        messages.setdefault(name, []).append(problem["msg"].removeprefix("Value error, "))
    return messages


registry: dict[str, Kind[Any]] = {}


class Options(TypedDict, total=False):
    """What a `Kind` has beyond what it must have."""

    queue: Literal["short", "long"]
    retry: Retry
    tells: frozenset[str]
    panel: str
    page: str
    background: bool
    is_open: bool
    description: str
    links: Mapping[str, str]
    needs_schedule: bool
    resource: str


def kind(
    name: str, *, title: str, params: type[P], **options: Unpack[Options]
) -> Callable[[Handler[P]], Handler[P]]:
    """Register the decorated function, which gives a summary for people, as handler of the kind `name`."""

    def register(handler: Handler[P]) -> Handler[P]:
        if name in registry:
            raise ValueError(f"there is a kind {name!r} already")
        registry[name] = Kind(name, title, params, handler, **options)
        return handler

    return register


def names_of_background_kinds() -> list[str]:
    return [name for name, definition in registry.items() if definition.background]


def kind_named(name: str) -> Kind[Any]:
    """The registered kind; for one only a newer version knows, a stand-in that fails with a clear word."""
    return registry.get(name) or Kind(name, name, _AnyParams, _refuse)


class _AnyParams(Params):
    model_config = ConfigDict(extra="allow")


def _refuse(run: ActiveRun[Any]) -> str | None:
    raise PermanentError(f"This version does not know tasks of kind “{run.task.kind_name}”.")
