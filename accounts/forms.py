"""What is asked on the pages about oneself."""

from django import forms
from django.http import HttpRequest

from accounts import zones
from accounts.models import User


class SignupForm(forms.Form):
    """The base of allauth's sign-up form: also takes the time zone that the browser reports."""

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-browser-zone": ""}))

    def clean_time_zone(self) -> str:
        """Take what we know; a browser that reports something else is no reason to refuse a person."""
        name = self.cleaned_data["time_zone"]
        return name if name in zones.known() else "UTC"

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the account is there."""
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["time_zone"])
