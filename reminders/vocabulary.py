"""The words of quick-add lines: numbers, days, times of day, and what a day or a time is written like."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "other": 2, "alternate": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
    "last": -1,
}  # fmt: skip
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = {name: index for index, name in enumerate(WEEKDAY_NAMES)} | {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTHS = {name: index for index, name in enumerate(MONTH_NAMES, start=1)} | {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10,
    "nov": 11, "dec": 12,
}  # fmt: skip
# The hour that a part of the day stands for by itself, and those that may be named beside it.
PARTS_OF_DAY = {
    "morning": (time(9), range(4, 12)),
    "afternoon": (time(14), range(12, 18)),
    "evening": (time(18), range(17, 24)),
    "night": (time(20), range(18, 24)),
}

DAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
LONG_DAY = "|".join(WEEKDAY_NAMES)
SHORT_DAY = "|".join(name for name in WEEKDAYS if name not in WEEKDAY_NAMES)
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
NUMBER = r"\d{1,4}|" + "|".join(sorted(NUMBERS, key=len, reverse=True))
NTH = r"\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|last"
PART = "|".join(PARTS_OF_DAY)
CLOCK = (
    r"noon|midday|midnight|\d{1,2}(?:[:.]\d{2}(?::\d{2})?)?\s?(?:[ap]\.?m\b\.?)|\d{1,2}:\d{2}(?::\d{2})?"
    r"|\d{1,2}h(?:\d{2})?\b|\d{1,2}\s?o['’]clock"
)
WEEKDAY_BEFORE = rf"(?:{DAY})\b\.?,?\s(?:on\s)?"
DATE = (
    rf"(?:{WEEKDAY_BEFORE})?(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}"
    rf"|(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{MONTH})\b\.?(?:,?\s\d{{4}}\b)?"
    rf"|(?:{MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}}\b)?|\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}\b)?)"
    rf"|{WEEKDAY_BEFORE}(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)\b"
    rf"|(?:the\s)?day\safter\stomorrow|tomorrow|today|(?:this\s)?(?:coming\s)?(?:{LONG_DAY})"
)
ONE_DAY = rf"(?:{DATE}|(?:{DAY})\b|the\s\d{{1,2}}(?:st|nd|rd|th))"
UNIT = r"(?:seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|weeks?|months?|years?)\b"
AMOUNT = rf"(?:{NUMBER})\s?{UNIT}"


class NotUnderstood(ValueError):  # noqa: N818 - what a line is, not what went wrong
    """What of a line was not understood, in a sentence for people."""


@dataclass(frozen=True)
class Day:
    """A day as it was named; which one it is depends on what day it is now.

    `kind` is "date", "yearly" (without a year), "monthly" (without a month), "weekday" or "offset". `weekday`
    is the one that was named beside it, such as in "Friday, 4 December".
    """

    kind: str
    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int | None = None


def lower(line: str) -> str:
    """In small letters and as long as it was, which is not so everywhere in Unicode."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in line)


def number(text: str) -> int:
    return NUMBERS[text] if text in NUMBERS else int(text)


def nth(text: str) -> int:
    return ORDINALS[text] if text in ORDINALS else int(re.sub(r"\D", "", text))


def nth_day(text: str) -> int:
    """The day of a month in "31st"; -1 for the last. Raises NotUnderstood."""
    day = nth(text)
    if not (1 <= day <= 31 or day == -1):
        raise NotUnderstood(f"There is no {text} of a month.")
    return day


def is_of_a_half(text: str) -> bool:
    """Whether the time of day tells its half of the day: "9" may be in the evening, "9am" is not."""
    return bool(re.search(r"[ap]\.?m|midnight", lower(text)))


def clock_of(text: str) -> time:
    """The time of day in "9pm", "9:30", "21h", "noon". Raises NotUnderstood."""
    words = lower(text).replace(" ", "").replace("’", "'")
    if words in {"noon", "midday"}:
        return time(12)
    if words == "midnight":
        return time(0)
    found = re.match(r"(\d{1,2})(?:[:.h](\d{2}))?(?::(\d{2}))?(?:h|o'clock)?([ap])?", words)
    if not found:
        raise NotUnderstood(f"“{text}” is not a time of day.")
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    if half := found[4]:
        if not 1 <= hour <= 12:
            raise NotUnderstood(f"“{text}” is not a time of day.")
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise NotUnderstood(f"“{text}” is not a time of day.") from None


def day_of(text: str) -> Day:
    """The day in "1 December", "2027-01-31", "Friday", "tomorrow". Raises NotUnderstood."""
    words = re.sub(r"\b(?:the|of|this|coming|on)\b|,", " ", lower(text).strip().rstrip(".")).split()
    if words in (["today"], ["tomorrow"], ["day", "after", "tomorrow"]):
        return Day("offset", day={"today": 0, "day": 2}.get(words[0], 1))
    weekday = WEEKDAYS.get(words[0].rstrip("."))
    if weekday is None:
        return _date_of(text, words)
    return replace(_date_of(text, words[1:]), weekday=weekday) if words[1:] else Day("weekday", day=weekday)


def _date_of(text: str, words: list[str]) -> Day:
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", words[0]):
        return _checked(text, *map(int, iso.groups()))
    if dotted := re.fullmatch(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?", words[0]):
        return _checked(text, int(dotted[3] or 0), int(dotted[2]), int(dotted[1]))
    month = next((MONTHS[word.rstrip(".")] for word in words if word.rstrip(".") in MONTHS), 0)
    if not month:
        return Day("monthly", day=nth_day(words[0]))
    numbers = [nth(word) for word in words if word[0].isdigit()]
    return _checked(text, numbers[1] if len(numbers) > 1 else 0, month, numbers[0])


def _checked(text: str, year: int, month: int, day: int) -> Day:
    try:
        date(year or 2000, month, day)  # a leap year
    except ValueError:
        raise NotUnderstood(f"There is no {text.strip().rstrip('.')}.") from None
    return Day("date" if year else "yearly", year, month, day)
