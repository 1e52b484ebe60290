"""A worker that shuts down asks its children to stop; one of them may be killed at that very moment."""

import multiprocessing
import os
import signal

import pytest

from tasks.active import request_stop, stop_requested


@pytest.fixture(autouse=True)
def go_on_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stop_requested, "value", 0)


def test_children_that_were_forked_before_see_it() -> None:
    forked = multiprocessing.get_context("fork").Process(target=_wait_for_the_request)
    forked.start()
    request_stop()
    forked.join(10)
    assert forked.exitcode == 0


def test_a_child_that_is_killed_while_it_looks_keeps_nobody_else_from_looking() -> None:
    forked = multiprocessing.get_context("fork").Process(target=_be_killed_while_looking)
    forked.start()
    forked.join(10)
    assert forked.exitcode == -signal.SIGKILL
    other = multiprocessing.get_context("fork").Process(target=_look_once)
    other.start()
    other.join(5)
    other.kill()
    assert other.exitcode == 0


def _wait_for_the_request() -> None:
    while not stop_requested.value:
        pass


def _be_killed_while_looking() -> None:
    if hasattr(stop_requested, "get_lock"):  # what reading its value does first
        stop_requested.get_lock().acquire()
    os.kill(os.getpid(), signal.SIGKILL)


def _look_once() -> None:
    assert not stop_requested.value
