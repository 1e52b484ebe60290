"""Who deletes an account is killed between any two statements: it is there whole, or gone."""

import os
import signal
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction

from accounts.models import User
from accounts.signals import user_deleting
from accounts.tasks import clear_sessions
from tests.accounts import traces
from tests.accounts.lives import live, words_of
from tests.notes.conftest import private_files  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("private_files"),
]

STEP = 7  # statements from one kill to the next


@pytest.fixture
def person(friend: User) -> User:
    cache.clear()
    return live(friend)


def kill_oneself(*_: Any, **__: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise RuntimeError("still there")


def killed_at(statement: int) -> Callable[[], None]:
    def prepare() -> None:
        left = statement

        def count(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal left
            left -= 1
            return execute(*arguments) if left else kill_oneself()

        connection.execute_wrappers.append(count)

    return prepare


def killed_after_the_commit() -> None:
    user_deleting.connect(lambda **_: transaction.on_commit(kill_oneself), weak=False)


def survives_deleting(user: User, prepare: Callable[[], None]) -> bool:
    """Delete the account in a process of its own; gives whether that came to its end."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        prepare()
        User.objects.get(pk=user.pk).delete()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}
    return status == 0


def is_here(pk: int) -> bool:
    return User.objects.filter(pk=pk).exists()


def test_before_the_commit_all_of_it_stays(person: User) -> None:
    pk, words = person.pk, words_of(person)
    before, statement = traces.in_tables(pk, words), 1
    while not survives_deleting(person, killed_at(statement)) and is_here(pk):  # or what follows is killed
        assert traces.in_tables(pk, words) == before
        statement += STEP
    assert statement > 10 * STEP
    clear_sessions()
    assert traces.in_tables(pk, words) == set()


def test_after_the_commit_what_is_left_is_cleared_away_in_the_daily_round(person: User) -> None:
    pk, words = person.pk, words_of(person)
    assert not survives_deleting(person, killed_after_the_commit)
    assert not User.objects.filter(pk=pk).exists()
    clear_sessions()
    assert traces.in_tables(pk, words) == set()
