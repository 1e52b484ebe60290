"""The kinds of task that notes bring."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError

from accounts.models import User
from mail.door import Recipient, deliver
from mail.limits import accept, parse_recipients
from mail.messages import Message, check_subject, laid_out
from notes import markdown
from notes.models import LONGEST_BODY, Note
from tasks.active import ActiveRun
from tasks.kinds import Params, kind


class NoteEmail(Params):
    """A note to be e-mailed.

    `recipients` are addresses, usernames and usercodes as they were typed; once accepted, addresses and the
    keys of users, so that whoever takes over a name gets nothing, and no address stands where its owner did
    not give it. `subject` and `body` are the note's when empty, and stay as they were on acceptance.
    """

    note: int
    recipients: list[str | int]
    subject: str = ""
    body: str = ""

    def accept(self, owner: User) -> Self:
        note = Note.objects.visible_to(owner).filter(pk=self.note).first()
        if note is None:
            raise ValidationError({"note": ["You have no such note."]})
        frozen = {"subject": self.subject or note.title, "body": self.body or note.body}
        _check(**frozen)
        recipients = parse_recipients(_words(self.recipients), owner)
        accept(owner, recipients)
        kept = [recipient.user_id or recipient.address for recipient in recipients]
        return self.model_copy(update={**frozen, "recipients": kept})

    @property
    def accepted_recipients(self) -> list[Recipient]:
        return [
            Recipient(user_id=kept) if isinstance(kept, int) else Recipient(address=kept)
            for kept in self.recipients
        ]


@kind("note.email", title="E-mail a note", params=NoteEmail, queue="long", panel="mail:deliveries")
def email_note(run: ActiveRun[NoteEmail]) -> str:
    """Send the note as it was when this was asked for, to each recipient alone."""
    message = message_of(run.params.subject, run.params.body)
    return deliver(run, run.params.accepted_recipients, lambda _: message)


def message_of(subject: str, body: str) -> Message:
    """The e-mail of a note: its Markdown to be read as text, and what that becomes."""
    return laid_out(subject, body, markdown.render_for_mail(body))


def _words(recipients: list[str | int]) -> list[str]:
    """What was typed. Keys are for ourselves: whoever could give them could go through all people here."""
    words = [recipient for recipient in recipients if isinstance(recipient, str)]
    if len(words) < len(recipients):
        raise ValidationError({"recipients": ["Name people by address, username or usercode."]})
    return words


def _check(subject: str, body: str) -> None:
    try:
        check_subject(subject)
    except ValidationError as error:
        raise ValidationError({"subject": error.messages}) from error
    if len(body) > LONGEST_BODY:
        raise ValidationError({"body": [f"An e-mail holds up to {LONGEST_BODY} characters."]})
