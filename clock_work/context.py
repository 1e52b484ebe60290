"""What every page may ask for."""

from django.conf import settings
from django.http import HttpRequest

from clock_work.dev_mail import on_this_machine


def development(request: HttpRequest) -> dict[str, bool]:
    """`dev_mail`: mails land in files here, and this browser may read them."""
    in_files = settings.DIRECT_EMAIL_BACKEND.endswith("filebased.EmailBackend")
    return {"dev_mail": settings.DEBUG and in_files and on_this_machine(request)}
