"""To whom: what was typed, understood."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import User
from mail import addresses
from mail.models import Delivery
from tasks.models import Run

BETWEEN = re.compile(r"[,;\r\n]+")
QUOTED_NAME = re.compile(r'"[^"\r\n]*"\s*(?=<)')  # may hold a comma: "Hopper, Grace" <grace@example.org>
NAMED = re.compile(r"<([^<>\s]+@[^<>\s]+)>")


@dataclass(frozen=True)
class Recipient:
    """An address that was typed, or somebody picked by name, whose address the sender never learns."""

    address: str = ""
    user_id: int | None = None


def split(text: str) -> list[str]:
    """The recipients in a text as people paste it: apart by commas, semicolons, lines or spaces, or as
    `Grace Hopper <grace@example.org>`."""
    words: list[str] = []
    for part in BETWEEN.split(QUOTED_NAME.sub("", text)):
        named = NAMED.findall(part)
        words += named or part.split()
    return list(dict.fromkeys(words))


def parse_recipients(typed: Iterable[str], owner: User) -> list[Recipient]:
    """Recipients from addresses, usernames and usercodes; each of them once, in the order given.

    `owner` is who writes, and may always write to themselves.
    Raises ValidationError({"recipients": […]}) with one message for each that is not understood.
    """
    words = list(dict.fromkeys(word.strip() for word in typed if word.strip()))
    if len(words) > settings.MAIL_MAX_RECIPIENTS:  # also bounds the query, and how many names one may try
        raise ValidationError({"recipients": [too_many()]})
    users = User.objects.called(word for word in words if not _is_address(word))
    users |= {owner.username: owner, owner.email: owner}
    found: dict[Recipient, None] = {}
    errors: list[str] = []
    for word in words:
        try:
            found[_understood(word, users)] = None
        except ValidationError as error:
            errors += error.messages
    if errors:
        raise ValidationError({"recipients": errors})
    if not found:
        raise ValidationError({"recipients": ["Name at least one recipient."]})
    return list(found)


def typed_again(kept: Iterable[str | int]) -> list[str]:
    """Addresses and keys of users as they can be typed; those whose accounts are gone are left out."""
    kept = list(kept)
    keys = [each for each in kept if isinstance(each, int)]
    names = dict(User.objects.filter(pk__in=keys).values_list("pk", "username"))
    words = [names.get(each, "") if isinstance(each, int) else each for each in kept]
    return [word for word in words if word]


def too_many() -> str:
    return f"At most {settings.MAIL_MAX_RECIPIENTS} recipients at a time."


def insert_missing(run: Run, recipients: Sequence[Recipient]) -> None:
    """A delivery for each recipient that has none yet."""
    existing = list(Delivery.objects.filter(run=run).values_list("user_id", "address"))
    users_there = {user_id for user_id, _ in existing}
    addresses_there = {address for _, address in existing}
    missing = [one for one in recipients if not one.user_id or one.user_id not in users_there]
    users = User.objects.in_bulk([one.user_id for one in missing if one.user_id])
    deliveries = [delivery for one in missing for delivery in _delivery(run, one, users)]
    Delivery.objects.bulk_create(
        [delivery for delivery in deliveries if delivery.address not in addresses_there],
        ignore_conflicts=True,
    )


def _delivery(run: Run, recipient: Recipient, users: dict[int, User]) -> Iterator[Delivery]:
    """The delivery to the recipient, failed at once without a real address; none if the account is gone."""
    user = users.get(recipient.user_id or 0)
    if recipient.user_id and user is None:
        return
    delivery = Delivery(run=run, user=user, by_name=bool(user), next_attempt_at=run.due_at)
    typed = user.email if user else recipient.address
    try:
        delivery.address = addresses.normalise(typed)
    except ValidationError as error:
        delivery.address = typed[: addresses.MAX_LENGTH].lower()
        delivery.state = Delivery.State.FAILED
        delivery.error = "This is not an e-mail address." if user else error.messages[0]
    yield delivery


def _is_address(word: str) -> bool:
    return "@" in word.removeprefix("@")


def _understood(word: str, users: dict[str, User]) -> Recipient:
    if user := users.get(word):
        return Recipient(user_id=user.pk)
    if _is_address(word):
        return Recipient(address=addresses.normalise(word))
    raise ValidationError("Nobody here is called “%(word)s”.", params={"word": word[:100]})
