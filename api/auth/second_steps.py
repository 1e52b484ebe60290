"""After the right password: what says for some minutes that it was given, while a code is looked up."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from accounts.models import User
from accounts.second_factors import Needed
from api.problems import WithMembers

SALT = "api.auth.second_step"
GOOD_FOR = timedelta(minutes=5)


class CodeNeeded(WithMembers, PermissionDenied):
    default_code = "mfa_required"
    default_detail = (
        "The password is right. Send a code of the account's second factor to /api/auth/token/mfa/, together "
        "with the mfa_token."
    )

    def __init__(self, user: User, needed: Needed) -> None:
        super().__init__()
        self.members = {
            "mfa_token": make_token(user),
            "expires_in": int(GOOD_FOR.total_seconds()),
            "methods": list(needed.codes),
        }


class PasskeyNeeded(PermissionDenied):
    default_code = "passkey_required"
    default_detail = (
        "This account asks for a passkey, which only browsers can. Make a personal API token in its settings."
    )


class NotAtThisStep(AuthenticationFailed):
    default_code = "mfa_token_not_valid"
    default_detail = "This mfa_token is not good (any more). Begin anew, with the password."


def make_token(user: User) -> str:
    """Good as long as the password is the same."""
    return signing.dumps([user.pk, user.get_session_auth_hash()], salt=SALT)


def user_of(token: str) -> User:
    """Who gave their password; raises NotAtThisStep."""
    try:
        key, auth_hash = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise NotAtThisStep from error
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None or not constant_time_compare(auth_hash, user.get_session_auth_hash()):
        raise NotAtThisStep
    return user
