"""A kind whose runs send one and the same message, to see mail at work without notes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from accounts.models import User
from bin.loopback import wait_until
from mail.door import Message, Recipient, deliver
from mail.models import Delivery
from tasks.active import ActiveRun
from tasks.door import start
from tasks.engine import execute
from tasks.kinds import Kind, Params, Retry, registry
from tasks.models import Run

NAME = "test.mail"
MESSAGES = {
    "hello": Message("Hello", "How are you?\n", "<html><body><p>How are you?</p></body></html>"),
    "dots": Message("Dots", ".\n..\n.hidden\n\n.\nend\n", "<p>\n.\n</p>"),
    "long": Message("Long", "All work and no play.\n" * 1_000_000),
}


class Mailing(Params):
    message: str = "hello"
    addresses: tuple[str, ...] = ()
    users: tuple[int, ...] = ()

    def recipients(self) -> list[Recipient]:
        by_address = [Recipient(address=address) for address in self.addresses]
        return by_address + [Recipient(user_id=user) for user in self.users]


def send(run: ActiveRun[Mailing]) -> str:
    return deliver(run, run.params.recipients(), lambda _: MESSAGES[run.params.message])


@contextmanager
def registered(handler: Any = send, **options: Any) -> Iterator[None]:
    """While inside, runs of the kind `NAME` are carried out by `handler`."""
    registry[NAME] = Kind(
        NAME,
        "Mailing",
        Mailing,
        handler,
        **{"queue": "long", "retry": Retry(limit=6), "panel": "mail:deliveries", **options},
    )
    try:
        yield
    finally:
        del registry[NAME]


def mailing(owner: User, *addresses: str, users: Sequence[User] = (), message: str = "hello") -> Run:
    """A run that will write to these."""
    params = Mailing(addresses=addresses, users=tuple(user.pk for user in users), message=message)
    return start(NAME, owner=owner, params=params)


def carried_out(run: Run) -> Run:
    """The run after one worker had it once."""
    execute(run.pk)
    run.refresh_from_db()
    return run


def seen_through(run: Run) -> Run:
    """The run after workers had it as often as it took."""
    while not carried_out(run).is_final:
        wait_until(lambda: Run.objects.filter(pk=run.pk).claimable().exists(), 10)
    return run


def states(run: Run) -> dict[str, str]:
    return dict(Delivery.objects.filter(run=run).order_by("pk").values_list("address", "state"))


def only(run: Run) -> Delivery:
    """The single delivery of the run."""
    return Delivery.objects.get(run=run)
