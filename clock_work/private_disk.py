"""Private files on the local disk."""

from typing import NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateDisk(FileSystemStorage):
    """Has no addresses: a view that knows whose a file is reads it out."""

    def url(self, name: str | None) -> NoReturn:
        raise ValueError(f"{name} is private: it is at no address.")
