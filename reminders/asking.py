"""One press of a button makes one reminder, however often its form arrives."""

import json
from collections.abc import Callable
from uuid import UUID, uuid5

from django.db import transaction
from django.http import QueryDict

from accounts.models import User
from reminders.models import Asking, Reminder


def once(owner: User, key: UUID, typed: QueryDict, make: Callable[[], Reminder]) -> Reminder:
    """What `make` gives, or what it gave when the same form arrived before.

    `key` names the form. One that was sent, gone back to and changed is another one. Raises what `make`
    raises.
    """
    fields = sorted((name, typed.getlist(name)) for name in typed if name != "csrfmiddlewaretoken")
    with transaction.atomic():
        asking, is_first = Asking.objects.get_or_create(owner=owner, key=uuid5(key, json.dumps(fields)))
        if is_first:
            asking.task = make()
            asking.save(update_fields=["task"])
    if asking.task is None:
        raise RuntimeError(f"asking {asking.pk} was committed without a reminder")
    reminder: Reminder = Reminder.objects.get(pk=asking.task.pk)
    return reminder
