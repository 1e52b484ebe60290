"""What arrives in the mailbox of a test."""

import re

from django.core.mail import EmailMessage

LINK = re.compile(r"https?://\S+")


def link_in(letter: EmailMessage) -> str:
    """The path of the first link in the text part."""
    found = LINK.search(str(letter.body))
    assert found, letter.body
    return found[0].removeprefix("http://localhost:8000")
