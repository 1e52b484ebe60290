"""allauth's pages about second factors, where they would do otherwise than ours."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import activate_totp
from allauth.mfa.webauthn import views as passkeys
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import for_own
from accounts.models import User
from accounts.requests import UserRequest


def passkeys_of(user: User) -> QuerySet[Authenticator]:
    own: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return own


@for_own(passkeys_of, "GET", "POST")
def rename_passkey(request: UserRequest, passkey: Authenticator) -> HttpResponse:
    answer: HttpResponse = passkeys.edit_webauthn(request, pk=passkey.pk)
    return answer


@for_own(passkeys_of, "GET", "POST")
def remove_passkey(request: UserRequest, passkey: Authenticator) -> HttpResponse:
    answer: HttpResponse = passkeys.remove_webauthn(request, pk=passkey.pk)
    return answer


def switch_on_app(request: HttpRequest) -> HttpResponse:
    """Pressed twice, the button switches it on once."""
    try:
        answer: HttpResponse = activate_totp(request)
    except IntegrityError:
        return redirect("mfa_index")
    return answer


class ConfirmByPasskeyView(passkeys.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Says what was wrong where it can be tried again."""

    def form_invalid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = self.render_to_response(self.get_context_data())
        return answer
