"""What a browser says when it subscribes to pushes."""

from cryptography.hazmat.primitives.asymmetric import ec
from django import forms
from django.core.exceptions import ValidationError

from notifications.web_push.services import LONGEST_ADDRESS, accepts
from notifications.web_push.vapid import decode

BYTES_OF_A_POINT = 65
BYTES_OF_A_SECRET = 16
NO_KEY = "This is no key that a message could be encrypted with."


class PushSubscriptionForm(forms.Form):
    """`again`: the browser says it by itself, without anybody having asked for it just now."""

    endpoint = forms.CharField(max_length=LONGEST_ADDRESS)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)
    again = forms.BooleanField(required=False)

    def clean_endpoint(self) -> str:
        endpoint = str(self.cleaned_data["endpoint"])
        if not accepts(endpoint):
            raise ValidationError("This is no address at a push service that this site sends to.")
        return endpoint

    def clean_p256dh(self) -> str:
        text = str(self.cleaned_data["p256dh"])
        try:
            point = decode(text)
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError as error:
            raise ValidationError(NO_KEY) from error
        if len(point) != BYTES_OF_A_POINT:
            raise ValidationError(NO_KEY)
        return text

    def clean_auth(self) -> str:
        text = str(self.cleaned_data["auth"])
        try:
            secret = decode(text)
        except ValueError as error:
            raise ValidationError(NO_KEY) from error
        if len(secret) != BYTES_OF_A_SECRET:
            raise ValidationError(NO_KEY)
        return text
