from typing import Any

from django.db.models import Model

from accounts.models import User
from tasks.models import Run, Task


def make_task(owner: User, title: str = "Steps", *, about: Model | None = None, **run: Any) -> Task:
    """A task with one run, which has the given fields."""
    task = Task.objects.create(owner=owner, kind_name="test.steps", title=title, about=about)
    Run.objects.create(task=task, **{"tries_left": 3, **run})
    return task


def make_run(owner: User, **fields: Any) -> Run:
    return make_task(owner, **fields).runs.get()
