"""What is asked when a note is written."""

from django import forms

from notes.models import Note


class NoteForm(forms.ModelForm[Note]):
    class Meta:
        model = Note
        fields = ("title", "body")
        widgets = {  # noqa: RUF012 - Django's own way of writing it
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "body": forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
        }

    def clean_body(self) -> str:
        """Browsers send line ends of two characters; people count one."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")
