"""Which messages go out together, in one call of a way out."""

from collections.abc import Callable, Iterable, Iterator

from mail.models import Delivery
from mail.transports.base import Outgoing, Transport


def calls(
    due: Iterable[Delivery], write: Callable[[Delivery], bytes], transport: Transport, *, try_one: bool
) -> Iterator[list[Outgoing]]:
    """The deliveries with their letters, in order, as many to a call as it takes.

    A letter is written when its call is put together. One that is longer than a call may be goes alone.
    `try_one`: the first call is of one message.
    """
    call: list[Outgoing] = []
    size = 0
    most = 1 if try_one else transport.most_messages
    for delivery in due:
        letter = write(delivery)
        if call and size + len(letter) > transport.most_bytes:
            yield call
            call, size = [], 0
        call.append(Outgoing(delivery, letter))
        size += len(letter)
        if len(call) >= most:
            yield call
            call, size, most = [], 0, transport.most_messages
    if call:
        yield call
