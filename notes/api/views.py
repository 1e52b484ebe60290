"""Notes: list, write, read, change, delete."""

from typing import Any

from django.db import transaction
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.schema import changes, creates, ends, lists, shows
from api.views import ApiView
from notes import deletion
from notes.api.examples import CHANGE, NEW, NOTE, NOTE_IN_LIST
from notes.api.serializers import (
    NewNoteSerializer,
    NoteChangesSerializer,
    NoteFilters,
    NoteInListSerializer,
    NoteSerializer,
)
from notes.models import Note


class Notes(ApiView):
    resource = "notes"

    @lists(NoteInListSerializer, query=NoteFilters, examples=[NOTE_IN_LIST])
    def get(self, request: Request) -> Response:
        """Your notes, the newest first, without their bodies."""
        notes = Note.objects.visible_to(self.user).chosen_by(**self.query(NoteFilters)).for_list()
        return self.page(notes, NoteInListSerializer)

    @creates(NewNoteSerializer, NoteSerializer, examples=[NEW, NOTE])
    def post(self, request: Request) -> Response:
        """Write a note."""
        texts = self.content(NewNoteSerializer)

        def make() -> tuple[Note, str]:
            note = Note.objects.create(owner=self.user, **texts)
            return note, reverse("api_note", args=[note.pk], request=request)

        return self.created(make, NoteSerializer)


class OneNote(ApiView):
    resource = "notes"

    @shows(NoteSerializer, examples=[NOTE])
    def get(self, request: Request, pk: int) -> Response:
        """One of your notes, with its body."""
        return self.shown(self.own(Note.objects.visible_to, pk), NoteSerializer)

    @changes(NoteChangesSerializer, NoteSerializer, examples=[CHANGE, NOTE])
    def patch(self, request: Request, pk: int) -> Response:
        """Change what the body names: what the note says, and whether it is pinned or in the archive."""
        with transaction.atomic():
            note = self.own(lambda user: Note.objects.visible_to(user).select_for_update(), pk)
            _change(note, **self.content(NoteChangesSerializer, partial=True))
        return self.shown(note, NoteSerializer)

    @ends()
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a note. E-mails of it that are on their way still arrive, those to come do not; reminders
        about it stay, and are about nothing any more."""
        deletion.delete(self.own(Note.objects.visible_to, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _change(note: Note, *, pinned: bool | None = None, archived: bool | None = None, **texts: Any) -> None:
    note.rewrite(**texts)
    if pinned is not None:
        (note.pin if pinned else note.unpin)()
    if archived is not None:
        (note.archive if archived else note.unarchive)()
