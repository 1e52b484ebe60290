"""One press of a button makes one task, however often its form arrives."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.http import QueryDict

from accounts.models import User
from tasks.models import Submission, Task


def once(owner: User, key: UUID, content: list[Any], make: Callable[[], Task]) -> Task:
    """The task that `make` gives, or gave when the same form arrived before.

    `key` names the form, and `content` is what it holds, as JSON can say it: a form that was sent, gone back
    to and changed is another one. Raises what `make` raises.
    """
    with transaction.atomic():
        name = uuid5(key, json.dumps(content))
        submission, is_first = Submission.objects.get_or_create(owner=owner, key=name)
        if is_first:
            submission.task = make()
            submission.save(update_fields=["task"])
    if submission.task is None:
        raise RuntimeError(f"submission {submission.pk} was committed without a task")
    return submission.task


def filled_in(form: QueryDict) -> list[Any]:
    """All that a form holds, as `content` for `once`."""
    return sorted((name, form.getlist(name)) for name in form if name != "csrfmiddlewaretoken")
