from django.utils import timezone

from accounts.models import User
from tasks.models import Run, Task


def make_run(owner: User, title: str, state: str = Run.State.RUNNING, **fields: object) -> Run:
    task = Task.objects.create(owner=owner, kind_name="note.email", title=title)
    ended = None if state in {Run.State.PENDING, Run.State.RUNNING} else timezone.now()
    return Run.objects.create(task=task, state=state, tries_left=1, finished_at=ended, **fields)
