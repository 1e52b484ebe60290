"""Notes as programs read and write them."""

from typing import Any

from rest_framework import serializers

from api.fields import AddressField, FlagField, MomentField
from notes.models import LONGEST_BODY, LONGEST_TITLE, Note
from notes.writing import one_line, with_single_line_ends

LONGEST_SEARCH = 200


class TitleField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        title = one_line(super().to_internal_value(data))
        if not title:
            self.fail("blank")
        return title


class BodyField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        return with_single_line_ends(super().to_internal_value(data))


class NewNoteSerializer(serializers.Serializer[Note]):
    title = TitleField(
        max_length=LONGEST_TITLE, help_text="One line; line ends and tabs in it become spaces."
    )
    body = BodyField(
        max_length=LONGEST_BODY, allow_blank=True, default="", help_text="Markdown, without HTML."
    )


class NoteChangesSerializer(NewNoteSerializer):
    pinned = serializers.BooleanField(help_text="Whether it is kept at the top of the list.")
    archived = serializers.BooleanField(help_text="Whether it is put away, out of the list of those at hand.")


class AnyNoteSerializer(serializers.Serializer[Note]):
    id = serializers.IntegerField()
    url = AddressField("api_note")
    html_url = AddressField("notes:detail")
    title = serializers.CharField()
    pinned = serializers.BooleanField(source="is_pinned")
    archived = serializers.BooleanField(source="is_archived")
    created_at = MomentField()
    updated_at = MomentField(help_text="When title or body changed last.")
    version = serializers.IntegerField(help_text="Grows with each change of title or body.")


class NoteInListSerializer(AnyNoteSerializer):
    excerpt = serializers.CharField(help_text="The beginning of the body in one line, without Markdown.")


class NoteSerializer(AnyNoteSerializer):
    body = serializers.CharField(help_text="Markdown.")


class TextToShowSerializer(serializers.Serializer[Note]):
    body = BodyField(max_length=LONGEST_BODY, allow_blank=True, help_text="Markdown.")


class ShownTextSerializer(serializers.Serializer[Note]):
    html = serializers.CharField()


class NoteFilters(serializers.Serializer[Note]):
    archived = FlagField(
        required=False, help_text="Only those that are put away, or only those that are not."
    )
    pinned = FlagField(required=False, help_text="Only those that are pinned, or only those that are not.")
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_SEARCH,
        help_text="Words, each of which is in the title or the body.",
    )
    updated_after = MomentField(required=False, help_text="Only those that changed after this moment.")
