"""Redis is gone: who is signed in stays so, others log in, and what is sent is accepted and kept."""

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from notes.models import Note
from tasks.models import Run
from tests.factories import PASSWORD, make_user
from tests.servers import ValkeyServer, wait_until
from tests.smtp_sink import Sink
from tests.stack import Stack
from tests.visitor import Answer, Visitor

pytestmark = [
    pytest.mark.faults,
    pytest.mark.punctual,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("real_passwords"),
]

ENOUGH_FOR_A_PERSON = 2.0


def checked(answer: Answer) -> Answer:
    assert answer.status == 200, answer.text[:500]
    assert answer.seconds < ENOUGH_FOR_A_PERSON
    return answer


@pytest.mark.parametrize("how", ["kill", "pause"])
def test_pages_log_in_and_send_still_answer(
    processes: Stack, sink: Sink, valkey: ValkeyServer, how: str
) -> None:
    notes = [
        Note.objects.create(owner=make_user(name), title="Kept", body="Hello.") for name in ("ada", "bob")
    ]
    processes.manage("collectstatic", "--noinput")
    processes.start_web()
    ada, bob = Visitor(processes.url), Visitor(processes.url)
    ada.log_in("ada", PASSWORD)
    assert checked(ada.get("/notes/")).url.endswith("/notes/")

    away: dict[str, Callable[[], None]] = {"kill": valkey.kill, "pause": valkey.pause}
    away[how]()
    assert checked(ada.get("/notes/")).url.endswith("/notes/")
    assert checked(bob.log_in("bob", PASSWORD)).url == f"{processes.url}/"
    for number in range(5):
        for visitor, note in zip((ada, bob), notes, strict=True):
            checked(
                visitor.submit(
                    f"/notes/{note.pk}/email/",
                    key=str(uuid4()),
                    recipients=f"guest{number}-{note.owner}@example.net",
                    subject="Kept",
                )
            )
    assert Run.objects.filter(state="pending").count() == 10

    back: dict[str, Callable[[], None]] = {"kill": valkey.start, "pause": valkey.resume}
    back[how]()
    processes.start_worker()
    processes.start_beat()
    wait_until(lambda: not Run.objects.unfinished().exists(), 60)
    assert Counter(sink.recipients()) == Counter(
        f"guest{number}-{name}@example.net" for number in range(5) for name in ("ada", "bob")
    )
    assert checked(ada.get("/notes/")).url.endswith("/notes/")
