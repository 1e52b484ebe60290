"""The kind of task that reminds."""

from __future__ import annotations

from typing import Annotated, Any, Self

from django.core.exceptions import ValidationError
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from accounts.models import User
from mail.door import Recipient, admit, deliver
from mail.limits import parse_recipients, typed_again
from mail.models import Delivery
from reminders import ringing
from reminders.letters import Letters
from reminders.models import KIND, Ring
from tasks.active import ActiveRun
from tasks.kinds import Params, kind

LONGEST_TEXT = 10_000


class ReminderParams(Params):
    """How somebody is reminded.

    `recipients` of the e-mail are addresses, usernames and usercodes as they were typed; once accepted,
    addresses and the keys of users. Empty: its owner alone. `nag_every`: minutes after which it rings again
    until it is done, at most `nag_limit` times. `calendar`: the first e-mail brings it as an .ics file.
    """

    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    recipients: list[str | SkipJsonSchema[int]] = Field(default=[])
    email: bool = True
    in_app: bool = True
    nag_every: Annotated[int, Field(ge=1, le=1440)] | None = None
    nag_limit: Annotated[int, Field(ge=1, le=50)] = 10
    calendar: bool = False

    def accept(self, owner: User) -> Self:
        """Limits are counted when it fires, as for every firing."""
        self._check_text()
        recipients = self._understood(owner)
        if not self.email and not self.in_app:
            raise _refused("email", "Choose at least one way to be reminded.")
        if not self.email and not _is_only(owner, recipients):
            raise _refused("email", "Other people are reminded by e-mail alone.")
        kept = [] if _is_only(owner, recipients) else [one.user_id or one.address for one in recipients]
        accepted = self.model_copy(update={"recipients": kept})
        if self.nag_every and not (self.in_app or accepted.is_mailed_to(owner)):
            raise _refused("nag_every", "It can only be repeated until done if it reminds you, too.")
        return accepted

    def recipients_of(self, owner: User) -> list[Recipient]:
        """Who gets the e-mail."""
        if not self.recipients:
            return [Recipient(user_id=owner.pk)]
        return [
            Recipient(user_id=kept) if isinstance(kept, int) else Recipient(address=kept)
            for kept in self.recipients
        ]

    def is_mailed_to(self, owner: User) -> bool:
        return self.email and (not self.recipients or owner.pk in self.recipients)

    def without_mail_to(self, owner: User) -> Self:
        """The same, but that its owner is told in the app, and others as before."""
        others = [kept for kept in self.recipients if kept != owner.pk]
        return self.model_copy(update={"recipients": others, "email": bool(others), "in_app": True})

    def typed_recipients(self) -> list[str]:
        """The recipients as they can be typed again; those whose accounts are gone are left out."""
        return typed_again(self.recipients)

    def typed(self) -> dict[str, Any]:
        return {**super().typed(), "recipients": self.typed_recipients()}

    def _check_text(self) -> None:
        if "\0" in self.text:
            raise _refused("text", "Null characters are not allowed.")

    def _understood(self, owner: User) -> list[Recipient]:
        """Keys of users are for ourselves: whoever could give them could go through all people here."""
        words = [word for word in self.recipients if isinstance(word, str)]
        if len(words) < len(self.recipients):
            raise _refused("recipients", "Name people by address, username or usercode.")
        if not words:
            return [Recipient(user_id=owner.pk)]
        own = owner.email.lower()
        recipients = list(
            dict.fromkeys(
                Recipient(user_id=owner.pk) if one.address == own != "" else one
                for one in parse_recipients(words, owner)
            )
        )
        if not _is_only(owner, recipients) and not owner.has_verified_email():
            raise _refused("recipients", "Confirm your own e-mail address before you remind others.")
        return recipients


def _is_only(owner: User, recipients: list[Recipient]) -> bool:
    return recipients == [Recipient(user_id=owner.pk)]


def _refused(field: str, message: str) -> ValidationError:
    return ValidationError({field: [message]})


@kind(
    KIND,
    title="Reminder",
    params=ReminderParams,
    tells=frozenset({"failed", "expired"}),
    panel="mail:deliveries",
    page="reminders:detail",
    is_open=True,
    description="Tells you, and whom else you name, whenever its time comes.",
    links={"deliveries": "api_run_deliveries"},
    needs_schedule=True,
    resource="reminders",
)
def remind(run: ActiveRun[ReminderParams]) -> str:
    """Ring; then e-mail: at first everybody, and when it rings again its owner."""
    if not run.owner.is_active:
        return "nobody reminded, the account is disabled"
    ring = ringing.ring(run)
    if ring is None:
        return "done meanwhile"
    recipients = _recipients(run, ring)
    if ring.occurrence.is_done:
        recipients = _without_owner(run, recipients)
    if not recipients and not Delivery.objects.filter(run=run.pk).exists():
        return "done meanwhile" if ring.occurrence.is_done else "shown here"
    admit(run, recipients)
    return deliver(run, [], Letters(run, ring))  # to those admitted, whoever was added since


def _recipients(run: ActiveRun[ReminderParams], ring: Ring) -> list[Recipient]:
    if not run.params.email:
        return []
    if ring.cause == Ring.Cause.DUE:
        return run.params.recipients_of(run.owner)
    return [Recipient(user_id=run.owner.pk)] if run.params.is_mailed_to(run.owner) else []


def _without_owner(run: ActiveRun[ReminderParams], recipients: list[Recipient]) -> list[Recipient]:
    """Who said that it is done is not written to; others are told all the same."""
    Delivery.objects.filter(run=run.pk, user=run.owner).pending().update(
        state=Delivery.State.CANCELLED, error="Done before it was sent."
    )
    return [recipient for recipient in recipients if recipient.user_id != run.owner.pk]
