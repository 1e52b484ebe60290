"""What is asked on the pages about oneself."""

from typing import Any, ClassVar

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.http import HttpRequest

from accounts import zones
from accounts.models import User


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """allauth's, which also takes the time zone that the browser reports."""

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-browser-zone": ""}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.fields["username"].help_text = "Others see it. At most 30 letters, digits and . + - _"
        self.fields["password1"].help_text = "At least 8 characters, and nothing that is easily guessed."
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_time_zone(self) -> str:
        """Take what we know; a browser that reports something else is no reason to refuse a person."""
        name: str = self.cleaned_data["time_zone"]
        return name if name in zones.known() else "UTC"

    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["time_zone"])
        return user


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar = ["username", "time_zone"]
        labels: ClassVar = {"username": "Username", "time_zone": "Time zone"}
        widgets: ClassVar = {
            "username": forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
        }
