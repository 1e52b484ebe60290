"""allauth's pages about one passkey, which do not exist for anybody but its owner."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import edit_webauthn, remove_webauthn
from django.db.models import QuerySet
from django.http import HttpResponse

from accounts.access import for_own
from accounts.models import User
from accounts.requests import UserRequest


def passkeys_of(user: User) -> QuerySet[Authenticator]:
    passkeys: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=user, type=Authenticator.Type.WEBAUTHN
    )
    return passkeys


@for_own(passkeys_of, "GET", "POST")
def rename(request: UserRequest, passkey: Authenticator) -> HttpResponse:
    answer: HttpResponse = edit_webauthn(request, pk=passkey.pk)
    return answer


@for_own(passkeys_of, "GET", "POST")
def remove(request: UserRequest, passkey: Authenticator) -> HttpResponse:
    answer: HttpResponse = remove_webauthn(request, pk=passkey.pk)
    return answer
