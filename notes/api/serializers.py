"""Notes as programs read and write them."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from api.fields import AddressField, FlagField, MomentField
from notes import tagging
from notes.models import LONGEST_BODY, LONGEST_TAG, LONGEST_TITLE, MOST_TAGS, Note, Tag
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


class TagsField(serializers.ListField):
    """Names of tags, each once whatever its case."""

    def __init__(self, **kwargs: Any) -> None:
        name = serializers.CharField(max_length=LONGEST_TAG)
        super().__init__(child=name, max_length=MOST_TAGS, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        try:
            return tagging.distinct(super().to_internal_value(data))
        except DjangoValidationError as refused:
            raise serializers.ValidationError(get_error_detail(refused)) from refused


class NewNoteSerializer(serializers.Serializer[Note]):
    title = TitleField(
        max_length=LONGEST_TITLE, help_text="One line; line ends and tabs in it become spaces."
    )
    body = BodyField(
        max_length=LONGEST_BODY, allow_blank=True, default="", help_text="Markdown, without HTML."
    )
    tags = TagsField(
        required=False,
        help_text=f"Up to {MOST_TAGS} words of your own; case makes no difference between them.",
    )


class NoteChangesSerializer(NewNoteSerializer):
    pinned = serializers.BooleanField(help_text="Whether it is kept at the top of the list.")
    archived = serializers.BooleanField(help_text="Whether it is put away, out of the list of those at hand.")


class AnyNoteSerializer(serializers.Serializer[Note]):
    id = serializers.IntegerField()
    url = AddressField("api_note")
    html_url = AddressField("notes:detail")
    title = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField(), source="tag_names")
    pinned = serializers.BooleanField(source="is_pinned")
    archived = serializers.BooleanField(source="is_archived")
    created_at = MomentField()
    updated_at = MomentField(help_text="When title, body or tags changed last.")
    version = serializers.IntegerField(help_text="Grows with each change of title, body or tags.")


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
        help_text="Words, each of which is in the title or the body, whatever their case and accents; the "
        'last may be the beginning of one. "Words in quotes" stand one after the other, -this is not there.',
    )
    tag = serializers.CharField(
        required=False, max_length=LONGEST_TAG, help_text="Only those that have this tag."
    )
    updated_after = MomentField(required=False, help_text="Only those that changed after this moment.")


class TagSerializer(serializers.Serializer[Tag]):
    id = serializers.IntegerField()
    url = AddressField("api_tag")
    name = serializers.CharField()
    notes = serializers.IntegerField(source="note_count", help_text="How many of your notes have it.")


class TagChangesSerializer(serializers.Serializer[Tag]):
    name = serializers.CharField(
        max_length=LONGEST_TAG, help_text="All notes that have it have it so from then on."
    )

    def validate_name(self, typed: str) -> str:
        try:
            name = tagging.clean(typed)
        except DjangoValidationError as refused:
            raise serializers.ValidationError(get_error_detail(refused)) from refused
        if not name:
            self.fields["name"].fail("blank")
        return name
