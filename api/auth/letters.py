"""Letters by which people show that an address is theirs, as the pages send them."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import get_address_for_login
from allauth.account.models import EmailAddress, Login
from allauth.core import ratelimit
from django.http import HttpRequest

from accounts.models import User


def write_to_newcomer(request: HttpRequest, address: str, user: User | None) -> None:
    """Ask who signed up to confirm their address; whoever has an account with it already hears of that."""
    if not _may_be_written_to(request, address):
        return
    if user:
        EmailAddress.objects.get_for_user(user, address).send_confirmation(request, signup=True)
    else:
        get_adapter().send_account_already_exists_mail(address)


def write_once_more(request: HttpRequest, user: User, address: str | None) -> None:
    """Ask who wants to log in to confirm their address, or the other one by which they called themselves."""
    found = get_address_for_login(Login(user=user, email=address))
    if found and not found.verified and _may_be_written_to(request, found.email):
        found.send_confirmation(request)


def _may_be_written_to(request: HttpRequest, address: str) -> bool:
    """Nobody gets two of them within some minutes."""
    may: bool = ratelimit.consume(request, action="confirm_email", key=address.lower())
    return may
