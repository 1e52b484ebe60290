"""Whose name and password these are, by the rules of the log-in page."""

from __future__ import annotations

from allauth.account.utils import has_verified_email
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from accounts.forms import LoginForm
from accounts.models import User
from api.auth import limits
from api.auth.letters import write_once_more


class WrongCredentials(AuthenticationFailed):
    default_code = "wrong_credentials"
    default_detail = "Name or password is not right."


class EmailNotVerified(PermissionDenied):
    default_code = "email_not_verified"
    default_detail = (
        "The e-mail address of this account was not confirmed yet. Follow the link in the letter that was "
        "sent there."
    )


@sensitive_variables("password", "form")
def user_with(request: HttpRequest, login: str, password: str) -> User:
    """Who it is; a closed account is like none. Raises WrongCredentials, EmailNotVerified, Throttled."""
    limits.count_try(request, "login")
    form = LoginForm({"login": login, "password": password}, request=request)
    if not form.is_valid():
        if form.has_error("__all__", "too_many_login_attempts"):
            raise limits.too_many("login_failed")
        raise WrongCredentials
    user: User = form.user
    if not user.is_active:
        raise WrongCredentials
    address: str | None = form.user_credentials().get("email")
    if not has_verified_email(user, address):
        write_once_more(request, user, address)
        raise EmailNotVerified
    return user
