"""Accepting work: what `start()` takes, and what is there after the caller's commit."""

from dataclasses import replace
from typing import Self

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from tasks.door import start
from tasks.kinds import Params, registry
from tasks.models import Run, Task
from tests.tasks.kinds import NAME, Steps, handled_by

pytestmark = pytest.mark.django_db


def test_a_task_is_accepted_with_its_first_run_due_now(owner: User) -> None:
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params={"steps": 5}, title="Five steps")
    run.refresh_from_db()
    assert (run.state, run.task.owner, run.task.title, run.task.params) == (
        "pending", owner, "Five steps", {"steps": 5},
    )  # fmt: skip
    assert run.next_attempt_at == run.due_at


def test_nothing_is_left_when_the_callers_transaction_fails(owner: User) -> None:
    def accept_and_fail() -> None:
        with transaction.atomic():
            start(NAME, owner=owner, params=Steps())
            raise RuntimeError("the domain row could not be written")

    with handled_by(lambda run: None), pytest.raises(RuntimeError):
        accept_and_fail()
    assert not Task.objects.exists()
    assert not Run.objects.exists()


def test_each_wrong_parameter_is_named(owner: User) -> None:
    with handled_by(lambda run: None), pytest.raises(ValidationError) as refused:
        start(NAME, owner=owner, params={"steps": "many", "colour": "red"})
    assert set(refused.value.message_dict) == {"steps", "colour"}


def test_an_unknown_kind_is_refused(owner: User) -> None:
    with pytest.raises(ValidationError) as refused:
        start("no.such.kind", owner=owner, params={})
    assert "kind" in refused.value.message_dict


def test_what_the_kind_refuses_this_owner_is_not_accepted(owner: User) -> None:
    class OnlyForOthers(Params):
        def accept(self, owner: User) -> Self:
            raise ValidationError({"steps": "Not for you."})

    with handled_by(lambda run: None):
        registry[NAME] = replace(registry[NAME], params=OnlyForOthers)
        with pytest.raises(ValidationError):
            start(NAME, owner=owner, params={})
    assert not Task.objects.exists()


def test_a_task_can_be_about_anything(owner: User) -> None:
    with handled_by(lambda run: None):
        run = start(NAME, owner=owner, params={}, about=owner)
        start(NAME, owner=owner, params={})
    assert list(Task.objects.about(owner)) == [run.task]
