"""Redis is gone: who is signed in stays so, others log in, and what is sent is accepted and kept."""

from collections import Counter
from collections.abc import Callable

import pytest

from tasks.models import Run
from tests.faults.senders import Sender, checked
from tests.servers import ValkeyServer, wait_until
from tests.smtp_sink import Sink
from tests.stack import Stack

pytestmark = [
    pytest.mark.faults,
    pytest.mark.punctual,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("real_passwords"),
]

MAILS = 5  # of each


def test_pages_log_in_and_send_still_answer(processes: Stack, sink: Sink, valkey: ValkeyServer) -> None:
    processes.collect_static_files()
    processes.start_web()
    ada, bob, cleo = (Sender(processes.url, name) for name in ("ada", "bob", "cleo"))
    ada.log_in()
    ways: list[tuple[Sender, Callable[[], None], Callable[[], None]]] = [
        (bob, valkey.kill, valkey.start),
        (cleo, valkey.pause, valkey.resume),
    ]
    for newcomer, take_away, bring_back in ways:
        assert checked(ada.visitor.get("/notes/")).url.endswith("/notes/")
        before = Run.objects.count()
        take_away()
        try:
            assert checked(ada.visitor.get("/notes/")).url.endswith("/notes/")
            checked(newcomer.log_in())
            for _ in range(MAILS):
                ada.send()
                newcomer.send()
            assert Run.objects.filter(state="pending").count() == before + 2 * MAILS
        finally:
            bring_back()
        wait_until(ada.reaches_the_broker, 30, interval=0.5)

    processes.start_worker()
    processes.start_beat()
    wait_until(lambda: not Run.objects.unfinished().exists(), 60)
    assert Counter(sink.recipients()) == Counter(
        guest for sender in (ada, bob, cleo) for guest in sender.asked_for
    )
    assert checked(ada.visitor.get("/notes/")).url.endswith("/notes/")
