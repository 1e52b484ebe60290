"""The kinds of task that notes bring."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from pydantic.json_schema import SkipJsonSchema

from accounts.models import User
from mail.door import Recipient, admit, deliver
from mail.limits import accept, check, parse_recipients, typed_again
from mail.messages import Message, check_subject, laid_out
from notes import markdown
from notes.editions import edition_of
from notes.exporting import kind as exporting  # noqa: F401 - registers its own
from notes.models import LONGEST_BODY, Note
from tasks.active import ActiveRun
from tasks.errors import PermanentError
from tasks.kinds import Params, kind

KIND = "note.email"


class NoteEmail(Params):
    """A note to be e-mailed.

    `recipients` are addresses, usernames and usercodes as they were typed; once accepted, addresses and the
    keys of users, so that whoever takes over a name gets nothing, and no address stands where its owner did
    not give it. `subject` and `body` are the note's when left out: as it was on acceptance or, with a
    schedule, as it is each time that fires; then `body` is always left out.
    """

    note: int
    recipients: list[str | SkipJsonSchema[int]]
    subject: str = ""
    body: str | None = None

    def accept(self, owner: User) -> Self:
        note = self.note_of(owner)
        subject, body = self.subject or note.title, note.body if self.body is None else self.body
        _check(subject, body)
        recipients = parse_recipients(_words(self.recipients), owner)
        accept(owner, recipients)
        return self.model_copy(update={"subject": subject, "body": body, "recipients": _kept(recipients)})

    def accept_scheduled(self, owner: User) -> Self:
        note = self.note_of(owner)
        if self.body is not None:
            raise ValidationError({"body": ["What is scheduled says what the note says when it goes out."]})
        _check(self.subject or note.title, note.body)
        recipients = parse_recipients(_words(self.recipients), owner)
        check(owner, recipients)
        return self.model_copy(update={"recipients": _kept(recipients)})

    def typed(self) -> dict[str, Any]:
        return {**super().typed(), "recipients": typed_again(self.recipients)}

    @property
    def accepted_recipients(self) -> list[Recipient]:
        return [
            Recipient(user_id=kept) if isinstance(kept, int) else Recipient(address=kept)
            for kept in self.recipients
        ]

    def note_of(self, owner: User) -> Note:
        note = Note.objects.visible_to(owner).filter(pk=self.note).first()
        if note is None:
            raise ValidationError({"note": ["You have no such note."]})
        return note


@kind(
    KIND,
    title="E-mail a note",
    params=NoteEmail,
    queue="long",
    panel="mail:deliveries",
    is_open=True,
    description="E-mails a note to each recipient alone: as it is now or, by a schedule, as it is then.",
    links={"deliveries": "api_run_deliveries"},
    resource="notes",
)
def email_note(run: ActiveRun[NoteEmail]) -> str:
    """Send the note to each recipient alone: as it was when this was asked for, or is when it fires."""
    if run.params.body is not None:
        message = message_of(run.params.subject, run.params.body)
        return deliver(run, run.params.accepted_recipients, lambda _: message)
    if not run.owner.is_active:
        return "nothing sent, the account is disabled"
    edition = edition_of(run.row)
    if edition is None:
        run.task.unschedule()
        raise PermanentError("The note was deleted, so there is nothing to send any more.")
    admit(run, run.params.accepted_recipients)
    message = message_of(edition.subject, edition.body)
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


def _kept(recipients: list[Recipient]) -> list[str | int]:
    return [recipient.user_id or recipient.address for recipient in recipients]


def _check(subject: str, body: str) -> None:
    try:
        check_subject(subject)
    except ValidationError as error:
        raise ValidationError({"subject": error.messages}) from error
    if len(body) > LONGEST_BODY:
        raise ValidationError({"body": [f"An e-mail holds up to {LONGEST_BODY} characters."]})
