"""The kind of task that mail brings: a letter of the house to one person."""

from django.dispatch import receiver

from mail.door import Message, Recipient, deliver
from tasks.active import ActiveRun
from tasks.kinds import Params, Retry, kind
from tasks.models import Run, Task
from tasks.signals import run_finished

NAME = "mail.letter"


class Letter(Params):
    address: str
    subject: str
    text: str
    html: str = ""


@kind(
    NAME,
    title="A letter of the house",
    params=Letter,
    retry=Retry(limit=10),
    tells=frozenset(),
    background=True,
)
def send_letter(run: ActiveRun[Letter]) -> str:
    letter = run.params
    message = Message(letter.subject, letter.text, letter.html, automatic=True)
    return deliver(run, [Recipient(address=letter.address)], lambda _: message)


@receiver(run_finished)
def forget_the_letter(run: Run, **_: object) -> None:
    """Letters hold links that open accounts: once they are on their way, no copy is kept."""
    if run.task.kind_name == NAME:
        Task.objects.filter(pk=run.task_id).update(params={}, title="")
