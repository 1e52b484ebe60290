"""What programs ask for of reminders among other tasks."""

from typing import cast

from reminders.door import Ways, remind
from reminders.kinds import ReminderParams
from reminders.models import KIND
from tasks.asking import Order, taken_in_by
from tasks.models import Task


@taken_in_by(KIND)
def reminder(order: Order[ReminderParams]) -> Task:
    return remind(
        order.owner,
        title=order.title,
        description=order.description,
        schedule=order.when,
        missed=order.missed,
        expires_after=order.expires_after,
        **cast("Ways", order.params.model_dump()),
    )
