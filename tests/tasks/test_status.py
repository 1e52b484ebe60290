"""Tasks are found by their status, which is the one that is shown of them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tasks.clock import database_now
from tasks.models import STATUSES, Run, Task
from tests.tasks.kinds import NAME

pytestmark = pytest.mark.django_db

# Whether each is paused, whether it will fire, and the states of its runs.
some_tasks = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.lists(st.sampled_from(Run.State.values), max_size=3)),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(described=some_tasks)
def test_what_is_found_by_a_status_is_what_has_it(
    owner: User, described: list[tuple[bool, bool, Sequence[str]]]
) -> None:
    Task.objects.all().delete()
    now = database_now()
    for is_paused, will_fire, states in described:
        task = Task.objects.create(
            owner=owner,
            kind_name=NAME,
            title="Steps",
            paused_at=now if is_paused else None,
            next_run_at=now if will_fire else None,
        )
        for number, state in enumerate(states):
            moment = now - timedelta(seconds=number)  # the newest is the last one made, not the last one due
            Run.objects.create(task=task, state=state, due_at=moment, tries_left=3)
    tasks = list(Task.objects.with_last_run())
    for status in ("", *STATUSES):
        found = set(Task.objects.with_status(status).values_list("pk", flat=True))
        assert found == {task.pk for task in tasks if task.status == status}, status
