"""What is asked when a note is written, and when it is sent."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict

from mail.limits import split
from mail.messages import SUBJECT_LENGTH, check_subject
from notes import tagging
from notes.models import LONGEST_TAG, MOST_TAGS, Note, Tag
from notes.sending import schedule, send
from notes.writing import one_line, with_single_line_ends
from tasks.forms import ScheduleForm
from tasks.models import Task

LONGEST_TAGS = 2 * MOST_TAGS * LONGEST_TAG
PLAIN_WORDS = {"rows": 2, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class TagsField(forms.CharField):
    """Several tags, typed as one text; gives their names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TAGS, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return tagging.split(super().clean(value))


class NoteForm(forms.ModelForm[Note]):
    """`key` makes a form sent twice make one note; `version` is that of the note it was filled with."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    tags = TagsField(
        required=False,
        widget=forms.Textarea(attrs={**PLAIN_WORDS, "rows": 1, "dir": "auto"}),
        help_text="Words of your own to find it by, with commas between.",
    )

    class Meta:
        model = Note
        fields = ("title", "body")
        widgets = {  # noqa: RUF012 - Django's own way of writing it
            "title": forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
            "body": forms.Textarea(attrs={"rows": 16, "spellcheck": "true", "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["title"].widget.attrs["autofocus"] = True
        else:
            self.initial["version"] = self.instance.version
            self.initial["tags"] = self.instance.tag_names

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_body(self) -> str:
        return with_single_line_ends(self.cleaned_data["body"])

    @property
    def texts(self) -> dict[str, Any]:
        """What is to be written, by the name of its field."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"key", "version"}}

    def base_on(self, note: Note) -> None:
        """Show what was typed once more, to be saved over the note as it is now."""
        data = cast("QueryDict", self.data).copy()
        data["version"] = str(note.version)
        self.data = data


class TagForm(forms.Form):
    name = forms.CharField(
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "dir": "auto"}),
        help_text="All notes that have the tag have it by its new name.",
    )

    def __init__(self, data: QueryDict | None = None, *, tag: Tag) -> None:
        super().__init__(data, initial={"name": tag.name})
        self.tag = tag

    def clean_name(self) -> str:
        name = tagging.clean(self.cleaned_data["name"])
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    def save(self) -> bool:
        """Whether it was renamed; if not, the form has the error."""
        try:
            tagging.rename(self.tag, self.cleaned_data["name"])
        except ValidationError as refused:
            self.add_error("name", refused)
        return not self.errors


class EmailForm(forms.Form):
    """To whom a note goes, and when; `later` is the form of its schedule.

    `key` makes a form that is submitted twice count once.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    recipients = forms.CharField(
        max_length=100_000,
        widget=forms.Textarea(attrs=PLAIN_WORDS),
        help_text="E-mail addresses, or usernames and usercodes of people here. Several at once are fine. "
        "Each gets a message of their own and sees nobody else.",
        error_messages={"required": "Name at least one recipient."},
    )
    subject = forms.CharField(max_length=SUBJECT_LENGTH, validators=[check_subject])
    when = forms.ChoiceField(
        choices=[("now", "Now"), ("later", "Later, or again and again")],
        widget=forms.RadioSelect,
        required=False,
        initial="now",
        help_text="Now, it goes out as it is. Later, it goes out each time as it is then.",
    )

    def __init__(self, data: QueryDict | None = None, *, note: Note) -> None:
        super().__init__(data, initial={"subject": note.title})
        self.note = note
        self.later = ScheduleForm(data if self.is_later else None, user=note.owner, prefix="later")

    def clean_recipients(self) -> list[str]:
        return split(self.cleaned_data["recipients"])

    @property
    def is_later(self) -> bool:
        return bool(self["when"].value() == "later")

    def is_valid(self) -> bool:
        is_valid = super().is_valid()
        return (not self.is_later or self.later.is_valid()) and is_valid

    def send(self) -> Task | None:
        """The task that sends the note; None if it was not accepted, and then the forms have the errors."""
        asked = {name: self.cleaned_data[name] for name in ("key", "recipients", "subject")}
        try:
            if not self.is_later:
                return send(self.note, **asked).task
            typed = cast("QueryDict", self.data)
            return schedule(self.note, typed=typed, schedule=self.later.schedule, **asked)
        except ValidationError as refused:
            for field, messages in self.later.refuse(refused).items():
                self.add_error(field if field in self.fields else NON_FIELD_ERRORS, messages)
            return None
