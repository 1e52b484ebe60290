"""People who e-mail notes on the site, and how long they may have to wait for it."""

from uuid import uuid4

from notes.models import Note
from tasks.models import Run
from tests.factories import PASSWORD, make_user
from tests.visitor import Answer, Visitor

ENOUGH_FOR_A_PERSON = 2.0


class Sender:
    """Somebody with a note, who logs in and e-mails it to another guest each time."""

    def __init__(self, site: str, name: str) -> None:
        self.note = Note.objects.create(owner=make_user(name), title="Kept", body="Hello.")
        self.visitor = Visitor(site)
        self.asked_for: list[str] = []

    def log_in(self) -> Answer:
        answer = self.visitor.log_in(self.note.owner.username, PASSWORD)
        assert answer.url == f"{self.visitor.site}/"
        return answer

    def send(self) -> None:
        guest = f"guest{len(self.asked_for)}-{self.note.owner}@example.net"
        fields = {"key": str(uuid4()), "recipients": guest, "subject": "Kept"}
        checked(self.visitor.submit(f"/notes/{self.note.pk}/email/", **fields))
        self.asked_for.append(guest)

    def reaches_the_broker(self) -> bool:
        """Whether what is sent now is published, with neither Beat nor a sweep to help."""
        self.send()
        newest = Run.objects.filter(task__owner=self.note.owner).latest("pk")
        return newest.published_at is not None


def checked(answer: Answer) -> Answer:
    assert answer.status == 200, answer.text[:500]
    assert answer.seconds < ENOUGH_FOR_A_PERSON, f"{answer.url} took {answer.seconds:.2f} s"
    return answer
