"""The phrases of a quick-add line that say when: "tomorrow", "at 9pm", "every second Tuesday".

Each phrase is found by a pattern and becomes parts of a wish, of which the line may hold each once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from re import Match

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "other": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1,
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
PARTS_OF_DAY = {"morning": time(9), "afternoon": time(14), "evening": time(18), "night": time(20)}

TAKEN = "\0"  # in place of what was understood

DAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
LONG_DAY = "|".join(WEEKDAY_NAMES)
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
NUMBER = r"\d{1,4}|" + "|".join(sorted(NUMBERS, key=len, reverse=True))
NTH = r"\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|last"
PART = "|".join(PARTS_OF_DAY)
CLOCK = (
    r"noon|midday|midnight|\d{1,2}(?:[:.]\d{2}(?::\d{2})?)?\s?(?:[ap]\.?m\b\.?)|\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}h(?:\d{2})?\b"
    r"|\d{1,2}\s?o['’]clock"
)
DATE = (
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}|(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{MONTH})\b\.?(?:,?\s\d{{4}}\b)?"
    rf"|(?:{MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}}\b)?|\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}\b)?"
    rf"|(?:the\s)?day\safter\stomorrow|tomorrow|today|(?:this\s|coming\s)?(?:{LONG_DAY})"
)


class NotUnderstood(ValueError):  # noqa: N818 - what a line is, not what went wrong
    """What of a line was not understood, in a sentence for people."""


@dataclass(frozen=True)
class Day:
    """A day as it was named; which one it is depends on what day it is now."""

    kind: str  # "date", "yearly" (without a year), "monthly" (without a month), "weekday" or "offset"
    year: int = 0
    month: int = 0
    day: int = 0


@dataclass(frozen=True)
class Repetition:
    """`rrule` without INTERVAL, or a `crontab`; `needs`: what the line must say besides."""

    rrule: str = ""
    interval: int = 1
    crontab: str = ""
    needs: str = ""


@dataclass
class Wish:
    """What the phrases of a line say. `texts` are the phrases as they stand in it."""

    clock: time | None = None
    is_midnight: bool = False
    day: Day | None = None
    seconds: int | None = None
    repetition: Repetition | None = None
    starts: Day | None = None
    ends: Day | None = None
    count: int | None = None
    lasts: int | None = None  # days
    texts: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, value: object, text: str) -> None:
        """Raises NotUnderstood when the line said something else of it before."""
        known = getattr(self, name)
        if known is not None and known != value:
            raise NotUnderstood(f"You named two: “{self.texts[name].strip()}” and “{text.strip()}”.")
        setattr(self, name, value)
        self.texts[name] = text


def number(text: str) -> int:
    return NUMBERS[text] if text in NUMBERS else int(text)


def nth(text: str) -> int:
    return ORDINALS[text] if text in ORDINALS else int(re.sub(r"\D", "", text))


def clock_of(text: str) -> time:
    """The time of day in "9pm", "9:30", "21h", "noon". Raises NotUnderstood."""
    words = text.replace(" ", "").replace("’", "'")
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
    words = re.sub(r"\b(?:the|of|this|coming|on)\b|,", " ", text.strip().rstrip(".")).split()
    if words in (["today"], ["tomorrow"], ["day", "after", "tomorrow"]):
        return Day("offset", day={"today": 0, "day": 2}.get(words[0], 1))
    if words[0] in WEEKDAYS:
        return Day("weekday", day=WEEKDAYS[words[0]])
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", words[0]):
        return _checked(text, *map(int, iso.groups()))
    if dotted := re.fullmatch(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?", words[0]):
        return _checked(text, int(dotted[3] or 0), int(dotted[2]), int(dotted[1]))
    month = next((MONTHS[word.rstrip(".")] for word in words if word.rstrip(".") in MONTHS), 0)
    numbers = [nth(word) for word in words if word[0].isdigit()]
    if not month:
        return Day("monthly", day=numbers[0])
    return _checked(text, numbers[1] if len(numbers) > 1 else 0, month, numbers[0])


def _checked(text: str, year: int, month: int, day: int) -> Day:
    try:
        date(year or 2000, month, day)  # a leap year
    except ValueError:
        raise NotUnderstood(f"There is no {text.strip()}.") from None
    return Day("date" if year else "yearly", year, month, day)


Reader = Callable[[Wish, Match[str]], None]


def _weekdays_in(text: str) -> str:
    days = sorted({WEEKDAYS[name] for name in re.findall(rf"\b({DAY})(?:s)?\b", text)})
    return ",".join(("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day] for day in days)


def _refuse_next(wish: Wish, found: Match[str]) -> None:
    raise NotUnderstood(f"Which day is “{found[0]}”? Say “Friday”, or a date.")


def _read_clock(wish: Wish, found: Match[str]) -> None:
    clock = clock_of(found["clock"])
    wish.is_midnight |= found["clock"] == "midnight"
    wish.take("clock", clock, found[0])


def _read_hour(wish: Wish, found: Match[str]) -> None:
    wish.take("clock", clock_of(found["clock"]), found[0])


def _read_part_of_day(wish: Wish, found: Match[str]) -> None:
    words = found[0].split()
    if words[0] in {"this", "tonight"}:
        wish.take("day", Day("offset", day=0), found[0])
    wish.take("clock", PARTS_OF_DAY["night" if words[0] == "tonight" else words[-1]], found[0])


def _read_day(wish: Wish, found: Match[str]) -> None:
    wish.take("day", day_of(found["day"]), found[0])


def _read_day_and_part(wish: Wish, found: Match[str]) -> None:
    _read_day(wish, found)
    wish.take("clock", PARTS_OF_DAY[found["part"]], found[0])


def _read_start(wish: Wish, found: Match[str]) -> None:
    wish.take("starts", day_of(found["day"]), found[0])


def _read_end(wish: Wish, found: Match[str]) -> None:
    wish.take("ends", day_of(found["day"]), found[0])


def _read_count(wish: Wish, found: Match[str]) -> None:
    wish.take("count", number(found["number"]), found[0])


def _read_length(wish: Wish, found: Match[str]) -> None:
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[found["unit"].rstrip("s")]
    wish.take("lasts", number(found["number"]) * days, found[0])


def _read_offset(wish: Wish, found: Match[str]) -> None:
    """ "In 2 hours and 30 minutes" is a moment, "in 3 days" a day."""
    seconds = 1800 if "half an hour" in found[0] else 0
    days = months = 0
    for amount, unit in re.findall(rf"\b({NUMBER})\s?([a-z]+)", found[0].replace("half an hour", "")):
        count, first = number(amount), unit[:2]
        seconds += count * {"se": 1, "s": 1, "mi": 60, "m": 60, "ho": 3600, "h": 3600, "hr": 3600}.get(
            first, 0
        )
        days += count * {"da": 1, "we": 7}.get(first, 0)
        months += count * {"mo": 1, "ye": 12}.get(first, 0)
    if not seconds and not days and not months:
        raise NotUnderstood(f"“{found[0].strip()}” is no time at all.")
    if seconds and (days or months):
        seconds, days = seconds + days * 86_400, 0
    if seconds:
        wish.take("seconds", seconds, found[0])
    else:
        wish.take("day", Day("offset", month=months, day=days), found[0])


def _repeat(wish: Wish, found: Match[str], rrule: str = "", interval: int = 1, **options: str) -> None:
    if not 1 <= interval <= 1000:
        raise NotUnderstood(f"“{found[0].strip()}” is not how often something can be.")
    wish.take("repetition", Repetition(rrule, interval, **options), found[0])


def _interval(found: Match[str]) -> int:
    words = found["interval"]
    if not words:
        return 1
    words = words.strip()
    return ORDINALS[words] if words in ORDINALS else number(re.sub(r"(?<=\d)(st|nd|rd|th)$", "", words))


def _read_every_weekdays(wish: Wish, found: Match[str]) -> None:
    _repeat(wish, found, f"FREQ=WEEKLY;BYDAY={_weekdays_in(found['days'])}", _interval(found))


def _read_workdays(wish: Wish, found: Match[str]) -> None:
    is_weekend = "weekend" in found[0]
    _repeat(wish, found, "FREQ=WEEKLY;BYDAY=SA,SU" if is_weekend else "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")


def _read_units(wish: Wish, found: Match[str]) -> None:
    unit, interval = found["unit"], _interval(found)
    if unit.startswith("day"):
        _repeat(wish, found, "FREQ=DAILY", interval)
    elif unit.startswith("week"):
        _repeat(wish, found, "FREQ=WEEKLY", interval, needs="weekday")
    elif unit.startswith("month"):
        _repeat(wish, found, "FREQ=MONTHLY", interval, needs="day of the month")
    elif unit.startswith("year"):
        _repeat(wish, found, "FREQ=YEARLY", interval, needs="date")
    else:
        _repeat(wish, found, crontab=_crontab(found, unit, interval))


def _crontab(found: Match[str], unit: str, interval: int) -> str:
    """For what comes several times a day, at the same minutes or hours each day."""
    whole = 60 if unit.startswith("min") else 24
    if not 1 <= interval < whole or whole % interval:
        divisors = ", ".join(str(each) for each in range(1, whole) if whole % each == 0)
        units = "minutes" if whole == 60 else "hours"
        raise NotUnderstood(
            f"“{found[0].strip()}” does not fit into a day evenly; {units} can be {divisors}."
        )
    step = "*" if interval == 1 else f"*/{interval}"
    return f"{step} * * * *" if whole == 60 else f"0 {step} * * *"


def _read_adverb(wish: Wish, found: Match[str]) -> None:
    adverb = found[0].strip()
    if adverb == "hourly":
        _repeat(wish, found, crontab="0 * * * *")
    else:
        frequency, needs = {
            "daily": ("DAILY", ""),
            "weekly": ("WEEKLY", "weekday"),
            "monthly": ("MONTHLY", "day of the month"),
            "yearly": ("YEARLY", "date"),
            "annually": ("YEARLY", "date"),
        }[adverb]
        _repeat(wish, found, f"FREQ={frequency}", needs=needs)


def _read_half_hours(wish: Wish, found: Match[str]) -> None:
    _repeat(wish, found, crontab="*/30 * * * *")


def _read_days_of_month(wish: Wish, found: Match[str]) -> None:
    days = []
    for word in re.findall(rf"\b(?:{NTH})\b", found["nths"]):
        day = nth(word)
        if not (1 <= day <= 31 or day == -1):
            raise NotUnderstood(f"There is no {word} of a month.")
        days.append(day)
    _repeat(wish, found, f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, dict.fromkeys(days)))}")


def _read_nth_weekday(wish: Wish, found: Match[str]) -> None:
    which, day = nth(found["nth"]), _weekdays_in(found["days"])
    if not (1 <= which <= 5 or which == -1):
        raise NotUnderstood(f"No month has a {found['nth']} {found['days'].strip()}.")
    _repeat(wish, found, f"FREQ=MONTHLY;BYDAY={which}{day}")


def _read_every_date(wish: Wish, found: Match[str]) -> None:
    day = day_of(found["day"])
    if day.kind != "yearly":
        raise NotUnderstood(f"“{found[0].strip()}” comes once only.")
    _repeat(wish, found, f"FREQ=YEARLY;BYMONTH={day.month};BYMONTHDAY={day.day}")


EVERY = r"(?:every|each)\s"
STEP = "|".join(
    ["other", "second", "third", "fourth", "fifth", "sixth", r"\d{1,4}(?:st|nd|rd|th)?", *NUMBERS]
)
INTERVAL = rf"(?P<interval>(?:{STEP})\s)?"
SOME_DAYS = rf"(?P<days>(?:{DAY})s?\b(?:(?:\s?,\s?(?:and\s)?|\sand\s|\s?&\s?)(?:{DAY})s?\b)*)"
MONTHLY = r"(?:(?:of\s)?(?:every|each)\smonth|of\sthe\smonth|monthly)"
NTHS = rf"(?P<nths>(?:{NTH})(?:(?:\s?,\s?|\sand\s)(?:the\s)?(?:{NTH}))*)"
ONE_DAY = rf"(?P<day>{DATE}|(?:{DAY})\b|the\s\d{{1,2}}(?:st|nd|rd|th))"
UNITS = r"(?P<unit>minutes?|mins?|hours?|days?|weeks?|months?|years?)\b"
AMOUNT = rf"(?:{NUMBER})\s?(?:seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|weeks?|months?|years?)\b"

# In this order: what a pattern takes, later ones do not see.
PATTERNS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(pattern), reader)
    for pattern, reader in [
        (rf"\bnext\s(?:(?:{DAY})|week|month|year)\b", _refuse_next),
        (rf"\b(?:until|till|through|ending)\s(?:on\s)?{ONE_DAY}", _read_end),
        (rf"\b(?:from|starting|beginning|as\sof)\s(?:on\s)?{ONE_DAY}(?:\son\b)?", _read_start),
        (rf"\b(?:on\s)?(?:the\s|{EVERY})?{NTHS}(?:\sday)?\s{MONTHLY}\b", _read_days_of_month),
        (rf"\b(?:{EVERY}month|monthly)\son\sthe\s{NTHS}(?:\sday\b)?(?!\s(?:{DAY}))", _read_days_of_month),
        (rf"\b(?:on\s)?(?:the\s|{EVERY})?(?P<nth>{NTH})\s(?P<days>{DAY})\s{MONTHLY}\b", _read_nth_weekday),
        (rf"\b(?:{EVERY}month|monthly)\son\sthe\s(?P<nth>{NTH})\s(?P<days>{DAY})\b", _read_nth_weekday),
        (rf"\b(?:{EVERY}year|yearly|annually)\s(?:on\s)?(?P<day>{DATE})", _read_every_date),
        (rf"\b(?:on\s)?(?P<day>{DATE})\s(?:{EVERY}year\b|yearly\b|annually\b)", _read_every_date),
        (
            rf"\b{EVERY}(?P<day>\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{MONTH})\b|(?:{MONTH})\s\d{{1,2}}\b)",
            _read_every_date,
        ),
        (rf"\b(?:{EVERY}{INTERVAL}weeks?|weekly)\son\s{SOME_DAYS}", _read_every_weekdays),
        (rf"\b{EVERY}{INTERVAL}{SOME_DAYS}", _read_every_weekdays),
        (
            rf"\b(?:{EVERY}(?:weekday|workday|working\sday|weekend)s?|(?:on\s)?(?:weekdays|workdays|weekends))\b",
            _read_workdays,
        ),
        (rf"\b{EVERY}half\s(?:an\s)?hour\b", _read_half_hours),
        (rf"\b{EVERY}{INTERVAL}{UNITS}", _read_units),
        (r"\b(?:hourly|daily|weekly|monthly|yearly|annually)\b", _read_adverb),
        (rf"\b(?:for\s)?(?P<number>{NUMBER})\stimes\b", _read_count),
        (rf"\bfor\s(?P<number>{NUMBER})\s(?P<unit>days?|weeks?|months?|years?)\b", _read_length),
        (
            rf"\bin\s(?:half\san\shour|{AMOUNT}(?:(?:\s?,\s?|\sand\s|\s){AMOUNT})*(?:\sand\sa\shalf)?)",
            _read_offset,
        ),
        (rf"\b(?:on\s)?(?P<day>{DATE})\s(?P<part>{PART})\b", _read_day_and_part),
        (rf"\b(?:tonight|this\s(?:{PART})|in\sthe\s(?:morning|afternoon|evening))\b", _read_part_of_day),
        (rf"\b(?:on\s)?(?P<day>{DATE})(?!\w)", _read_day),
        (rf"\bon\s(?P<day>(?:{DAY})\b|the\s\d{{1,2}}(?:st|nd|rd|th))", _read_day),
        (rf"\b(?P<day>{DAY})(?=\s(?:at\s)?(?:{CLOCK}))", _read_day),
        (rf"(?:\bat\s|@\s?|\b)(?P<clock>{CLOCK})(?!\w)", _read_clock),
        (r"(?:\bat\s|@\s?)(?P<clock>\d{1,2}(?:\.\d{2})?)(?![\w:/]|\.\d)", _read_hour),
    ]
]


def read(line: str) -> tuple[Wish, str]:
    """The wish of a line, and what is left of the line. Raises NotUnderstood."""
    wish, rest = Wish(), line
    for pattern, reader in PATTERNS:
        for found in list(pattern.finditer(_lower(rest))):
            reader(wish, found)
            rest = rest[: found.start()] + TAKEN * len(found[0]) + rest[found.end() :]
    return wish, rest


def _lower(line: str) -> str:
    """In small letters and as long as it was, which is not so everywhere in Unicode."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in line)
