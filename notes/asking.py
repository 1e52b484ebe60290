"""What programs ask for of notes."""

from notes.kinds import KIND, NoteEmail
from notes.sending import title_of
from tasks.asking import Order, taken_in_by
from tasks.models import Task


@taken_in_by(KIND)
def email_note(order: Order[NoteEmail]) -> Task:
    """About the note, so that its page shows it."""
    note = order.params.note_of(order.owner)
    return order.accept(title=title_of(note), about=note)
