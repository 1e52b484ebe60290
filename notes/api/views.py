"""Notes: list, write, read, change, delete."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.pages import Pages
from api.preconditions import ETAG, IF_MATCH, expect
from api.schema import changes, creates, ends, lists, refuses, shows
from api.views import ApiView
from notes import deletion, editing, markdown, tagging
from notes.api.examples import CHANGE, NEW, NOTE, NOTE_IN_LIST, PREVIEW, TEXT
from notes.api.serializers import (
    NewNoteSerializer,
    NoteChangesSerializer,
    NoteFilters,
    NoteInListSerializer,
    NoteSerializer,
    ShownTextSerializer,
    TextToShowSerializer,
)
from notes.models import NEWNESS, Note


class NotePages(Pages):
    """The newest first, too, by an index that is of one owner alone."""

    ordering = "-newness"


OUTDATED = refuses(HTTPStatus.PRECONDITION_FAILED, "It was changed since the `If-Match` it came with.")


class Notes(ApiView):
    resource = "notes"
    pagination_class = NotePages

    @lists(NoteInListSerializer, query=NoteFilters, examples=[NOTE_IN_LIST])
    def get(self, request: Request) -> Response:
        """Your notes, the newest first, without their bodies."""
        notes = (
            Note.objects.chosen_by(self.user, **self.query(NoteFilters)).for_list().annotate(newness=NEWNESS)
        )
        return self.page(notes.prefetch_related("tags"), NoteInListSerializer)

    @creates(NewNoteSerializer, NoteSerializer, examples=[NEW, NOTE])
    def post(self, request: Request) -> Response:
        """Write a note."""
        content = self.content(NewNoteSerializer)

        def make() -> tuple[Note, str]:
            note = editing.write(self.user, None, **content)
            return note, reverse("api_note", args=[note.pk], request=request)

        return self.created(make, NoteSerializer)


class OneNote(ApiView):
    resource = "notes"

    @extend_schema(parameters=[ETAG])
    @shows(NoteSerializer, examples=[NOTE])
    def get(self, request: Request, pk: int) -> Response:
        """One of your notes, with its body."""
        return self._shown(self.own(Note.objects.visible_to, pk))

    @extend_schema(parameters=[IF_MATCH, ETAG])
    @changes(NoteChangesSerializer, NoteSerializer, examples=[CHANGE, NOTE], responses=OUTDATED)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what the body names: what the note says, and whether it is pinned or in the archive."""
        with transaction.atomic():
            note = self._expected(pk)
            _change(note, **self.content(NoteChangesSerializer, partial=True))
        return self._shown(note)

    @extend_schema(parameters=[IF_MATCH])
    @ends(responses=OUTDATED)
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a note. E-mails of it that are on their way still arrive, those to come do not; reminders
        about it stay, and are about nothing any more."""
        with transaction.atomic():
            deletion.delete(self._expected(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _expected(self, pk: int) -> Note:
        """The note, locked; raises PreconditionFailed if it is not as the caller knows it."""
        tagging.one_at_a_time(self.user.pk)  # before the note, as whoever saves or deletes it on a page
        note = self.own(lambda user: Note.objects.visible_to(user).select_for_update(), pk)
        expect(self.request, etag(note))
        return note

    def _shown(self, note: Note) -> Response:
        response = self.shown(note, NoteSerializer)
        response.headers["ETag"] = etag(note)
        return response


class Duplicates(ApiView):
    resource = "notes"

    @creates(None, NoteSerializer, examples=[NOTE])
    def post(self, request: Request, pk: int) -> Response:
        """Make a copy of a note."""
        note = self.own(Note.objects.visible_to, pk)

        def make() -> tuple[Note, str]:
            copied = editing.duplicate(note)
            return copied, reverse("api_note", args=[copied.pk], request=request)

        return self.created(make, NoteSerializer)


class Preview(ApiView):
    resource = "notes"
    only_reads = True

    @extend_schema(request=TextToShowSerializer, responses=ShownTextSerializer, examples=[TEXT, PREVIEW])
    def post(self, request: Request) -> Response:
        """Markdown as HTML that is safe to show, as the pages of notes have it. Nothing of it is kept."""
        body = self.content(TextToShowSerializer)["body"]
        return self.shown({"html": markdown.render(body)}, ShownTextSerializer)


def etag(note: Note) -> str:
    """Stands for all of the note that can be changed."""
    return f'"{note.version}{"p" * note.is_pinned}{"a" * note.is_archived}"'


def _change(
    note: Note,
    *,
    pinned: bool | None = None,
    archived: bool | None = None,
    **content: Any,
) -> None:
    editing.rewrite(note, **content)
    if pinned is not None:
        (note.pin if pinned else note.unpin)()
    if archived is not None:
        (note.archive if archived else note.unarchive)()
