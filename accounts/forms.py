"""What is asked on the pages about oneself."""

from typing import Any, ClassVar

from allauth.account import forms as allauth_forms
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.db.models.functions import Lower
from django.http import HttpRequest

from accounts import pictures, zones
from accounts.models import User


class PlainFields:
    """Labels as we write them, and one sentence about passwords."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = (field.label or "").capitalize()
            if name == "password1":
                field.help_text = "At least 8 characters, and nothing that is easily guessed."


class ChangePasswordForm(PlainFields, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(PlainFields, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No name or address is longer, and SQLite looks for nothing that is much longer."""
        super().__init__(*args, **kwargs)
        self.fields["login"].validators.append(MaxLengthValidator(User._meta.get_field("email").max_length))


class SignupForm(PlainFields, allauth_forms.SignupForm):  # type: ignore[misc]
    """allauth's, which also takes the time zone that the browser reports."""

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-browser-zone": ""}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.fields["username"].help_text = "Others see it. At most 30 letters, digits and . + - _"

    def clean_time_zone(self) -> str:
        """Take what we know; a browser that reports something else is no reason to refuse a person."""
        name: str = self.cleaned_data["time_zone"]
        return name if name in zones.known() else "UTC"

    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["time_zone"])
        return user


class LeavingForm(forms.Form):
    """Asks for one's name, so that nobody deletes their account by a slip of the hand."""

    username = forms.CharField(
        max_length=User._meta.get_field("username").max_length,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": "Type your username."},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["username"].label = f"Type your username, {user.username}, to confirm"

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if name.lower() != self.user.username.lower():
            raise forms.ValidationError("This is not your username.", code="other")
        return name


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields: ClassVar = ["username", "name", "time_zone"]
        labels: ClassVar = {"username": "Username", "name": "Name", "time_zone": "Time zone"}
        widgets: ClassVar = {
            "username": forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
            "name": forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
        }

    def clean_username(self) -> str:
        """Say it at the field; the database, which says it of the whole, has the last word."""
        name: str = self.cleaned_data["username"]
        others = User.objects.exclude(pk=self.instance.pk).annotate(small=Lower("username"))
        if others.filter(small=name.lower()).exists():
            raise forms.ValidationError("This username is taken.", code="unique")
        return name


class AvatarForm(forms.Form):
    """After it was found valid, `picture` is the small square that is kept."""

    LARGEST = 10 * 1024 * 1024

    picture = forms.FileField(
        label="Picture",
        help_text="PNG, JPEG, WebP or GIF, up to 10 MB. What is in the middle is shown, as a square.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        error_messages={"required": "Choose a picture.", "empty": "This file is empty."},
    )

    def clean_picture(self) -> bytes:
        file: UploadedFile[Any] = self.cleaned_data["picture"]
        if (file.size or 0) > self.LARGEST:
            raise forms.ValidationError("This file is larger than 10 MB.", code="too_large")
        try:
            return pictures.squared(file)
        except pictures.TooManyPixels as error:
            most = f"{pictures.MOST_PIXELS // 1_000_000} million pixels"
            raise forms.ValidationError(f"This picture has more than {most}.", code="too_large") from error
        except pictures.NoPicture as error:
            raise forms.ValidationError(
                "This is no picture that we can read: a PNG, JPEG, WebP or GIF, whole.", code="no_picture"
            ) from error
