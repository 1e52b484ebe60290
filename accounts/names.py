"""What a person may be called, besides their username."""

import unicodedata

from django.core.exceptions import ValidationError

UNSEEN = {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"}
TURNING = set(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # the direction of what comes next, too


def validate_name(name: str) -> None:
    """Any letters of any script; nothing that is not seen, or that changes how its neighbours are."""
    if any(unicodedata.category(letter) in UNSEEN or letter in TURNING for letter in name):
        raise ValidationError("A name is one line of letters and signs that can be seen.", code="invalid")
