"""Who is reminded wants no more e-mail of it."""

from reminders.kinds import ReminderParams
from reminders.models import Occurrence, Reminder
from tasks.models import Task


def stop_mailing_owner(occurrence: Occurrence) -> None:
    """Remind its owner in the app alone, from now on; again changes nothing. Others still get their e-mails.

    Raises Occurrence.DoesNotExist when the reminder was just deleted.
    """
    with occurrence.held():
        task = Task.objects.select_related("owner").get(pk=occurrence.task_id)
        params = ReminderParams.model_validate(task.params)
        if params.is_mailed_to(task.owner):
            kept = params.without_mail_to(task.owner).model_dump(mode="json")
            Task.objects.filter(pk=task.pk).update(params=kept)
            Reminder(pk=task.pk, owner=task.owner).push()
