"""What a scheduled e-mail says: the note as it is when it fires, the same for each recipient and try."""

from notes.models import Edition, Note
from tasks.models import Run


def edition_of(run: Run) -> Edition | None:
    """What the run sends, settled when this is asked first. None if the note was gone before that."""
    note = Note.objects.visible_to(run.task.owner).filter(pk=run.task.params["note"]).first()
    return keep(run, note) if note else Edition.objects.filter(run=run).first()


def keep(run: Run, note: Note) -> Edition:
    """The note as it is now, unless what the run sends is settled already."""
    text = {"subject": run.task.params["subject"] or note.title, "body": note.body}
    return Edition.objects.get_or_create(run=run, defaults=text)[0]
