"""Usercodes: short names that survive being read out over the telephone."""

import secrets

# No vowels, so that no words come about by accident, and of what looks alike at most one:
# not 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U V; G is left to the 6.
SPOKEN = {
    "C": "Charlie",
    "D": "Delta",
    "F": "Foxtrot",
    "H": "Hotel",
    "J": "Juliett",
    "K": "Kilo",
    "M": "Mike",
    "N": "November",
    "P": "Papa",
    "R": "Romeo",
    "T": "Tango",
    "W": "Whiskey",
    "X": "X-ray",
    "Y": "Yankee",
    "3": "three",
    "4": "four",
    "6": "six",
    "7": "seven",
    "9": "nine",
}
LENGTH = 6


def generate() -> str:
    """Make a code; that it is free is for the one who saves it to find out."""
    return "".join(secrets.choice(tuple(SPOKEN)) for _ in range(LENGTH))


def normalise(typed: str) -> str:
    """Undo what people do to a code when they write it down: small letters, spaces, hyphens."""
    return "".join(character for character in typed.upper() if character.isalnum())


def grouped(code: str) -> str:
    """Write a code the way it is shown: `K7M-3RD`."""
    return f"{code[:3]}-{code[3:]}"


def spoken(code: str) -> str:
    """Write a code the way it is said: `Kilo seven Mike, three Romeo Delta`."""
    words = [SPOKEN.get(character, character) for character in code]
    return f"{' '.join(words[:3])}, {' '.join(words[3:])}"
