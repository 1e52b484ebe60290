"""The phrases of a quick-add line that say when: "tomorrow", "at 9pm", "every second Tuesday".

Each phrase is found by a pattern and becomes parts of a wish, of which the line may hold each once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from re import Match

from reminders.vocabulary import (
    AMOUNT,
    CLOCK,
    DATE,
    DAY,
    LONG_DAY,
    MONTH,
    NTH,
    NUMBER,
    NUMBERS,
    ONE_DAY,
    ORDINALS,
    PART,
    SHORT_DAY,
    UNIT,
    WEEKDAYS,
    Day,
    NotUnderstood,
    clock_of,
    day_of,
    is_of_a_half,
    lower,
    nth,
    nth_day,
    number,
)  # fmt: skip

TAKEN = "\0"  # in place of what was understood
WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


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

    line: str = ""
    clock: time | None = None
    is_of_a_half: bool = False
    part: str | None = None  # of the day
    day: Day | None = None
    seconds: int | None = None
    repetition: Repetition | None = None
    starts: Day | None = None
    ends: Day | None = None
    count: int | None = None
    lasts: int | None = None  # days
    texts: dict[str, str] = field(default_factory=dict)

    def said(self, found: Match[str], group: str | int = 0) -> str:
        """The words as they were typed."""
        return self.line[slice(*found.span(group))].strip()

    def take(self, name: str, value: object, found: Match[str]) -> None:
        """Raises NotUnderstood when the line said something else of it before."""
        known = getattr(self, name)
        if known is not None and known != value:
            raise NotUnderstood(f"You named two: “{self.texts[name]}” and “{self.said(found)}”.")
        setattr(self, name, value)
        self.texts[name] = self.said(found)

    @property
    def names_a_day(self) -> bool:
        return any((self.day, self.starts, self.repetition, self.seconds))

    @property
    def lacks_a_time_of_day(self) -> bool:
        is_by_itself = self.seconds or (self.repetition and self.repetition.crontab)
        return self.clock is None and self.part is None and not is_by_itself


Reader = Callable[[Wish, Match[str]], None]


def _weekdays_in(text: str) -> str:
    days = sorted({WEEKDAYS[name] for name in re.findall(rf"\b({DAY})(?:s)?\b", text)})
    return ",".join(WEEKDAY_CODES[day] for day in days)


def _refuse(sentence: str) -> Reader:
    """For what looks like a time and could be several; `{0}` are its words."""

    def refuse(wish: Wish, found: Match[str]) -> None:
        raise NotUnderstood(sentence.format(wish.said(found)))

    return refuse


def _read_clock(wish: Wish, found: Match[str]) -> None:
    typed = wish.said(found, "clock")
    wish.is_of_a_half |= is_of_a_half(typed)
    wish.take("clock", clock_of(typed), found)


def _read_bare_hour(wish: Wish, found: Match[str]) -> None:
    """ "Meet Bob at 5 Main Street" names a place."""
    before, after = found.string[: found.start()], wish.line[found.end() :]
    word = re.match(rf"\s[^\s{TAKEN}]+", found.string[found.end() :])
    is_within_a_title = re.search(r"\w\s$", before) and not before.endswith("remind me ")
    if word and (STREET.match(after) or (is_within_a_title and after[1].isupper())):
        said = wish.line[found.start() : found.end() + word.end()]
        raise NotUnderstood(
            f"Is “{said}” a place? If it is a time of day, write it such as “5pm” or “17:00”."
        )
    _read_clock(wish, found)


def _read_part_of_day(wish: Wish, found: Match[str]) -> None:
    words = found[0].split()
    if words[0] in {"this", "tonight"}:
        wish.take("day", Day("offset", day=0), found)
    wish.take("part", "night" if words[0] == "tonight" else words[-1], found)


def _read_day(wish: Wish, found: Match[str]) -> None:
    wish.take("day", day_of(wish.said(found, "day")), found)


def _read_day_and_part(wish: Wish, found: Match[str]) -> None:
    _read_day(wish, found)
    wish.take("part", found["part"], found)


def _read_start(wish: Wish, found: Match[str]) -> None:
    wish.take("starts", day_of(wish.said(found, "day")), found)


def _read_end(wish: Wish, found: Match[str]) -> None:
    wish.take("ends", day_of(wish.said(found, "day")), found)


def _read_count(wish: Wish, found: Match[str]) -> None:
    wish.take("count", number(found["number"]), found)


def _read_length(wish: Wish, found: Match[str]) -> None:
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[found["unit"].rstrip("s")]
    wish.take("lasts", number(found["number"]) * days, found)


def _read_offset(wish: Wish, found: Match[str]) -> None:
    """ "In 2 hours and 30 minutes" is a moment, "in 3 days" a day."""
    halves = 1 if "half" in found[0] else 0
    whole = re.sub(r"half\san\shour|\sand\sa\shalf", "", found[0])
    amounts = re.findall(rf"(?<![\w])({NUMBER})\s?([a-z]+)", re.sub(r"(?<=\dh)(\d\d)\b", r" \1m", whole))
    days, months, seconds = 0, 0, 1800 * halves
    for amount, unit in amounts:
        count, first = number(amount), unit[:2]
        seconds += count * {"se": 1, "s": 1, "mi": 60, "m": 60, "ho": 3600, "h": 3600, "hr": 3600}.get(
            first, 0
        )
        days += count * {"da": 1, "we": 7}.get(first, 0)
        months += count * {"mo": 1, "ye": 12}.get(first, 0)
    if halves and amounts and not amounts[-1][1].startswith("h"):
        raise NotUnderstood(f"“{wish.said(found)}” was not understood. Only hours have halves.")
    if not seconds and not days and not months:
        raise NotUnderstood(f"“{wish.said(found)}” is no time at all.")
    if seconds and months:
        raise NotUnderstood(f"“{wish.said(found)}” was not understood. Try “in 20 minutes” or “in 3 days”.")
    if seconds:
        wish.take("seconds", seconds + days * 86_400, found)
    else:
        wish.take("day", Day("offset", month=months, day=days), found)


def _repeat(wish: Wish, found: Match[str], rrule: str = "", interval: int = 1, **options: str) -> None:
    if not 1 <= interval <= 1000:
        raise NotUnderstood(f"“{wish.said(found)}” is not how often something can be.")
    wish.take("repetition", Repetition(rrule, interval, **options), found)


def _interval(found: Match[str]) -> int:
    words = (found.groupdict().get("interval") or "").strip()
    if not words:
        return 1
    return ORDINALS[words] if words in ORDINALS else number(re.sub(r"(?<=\d)(st|nd|rd|th)$", "", words))


def _read_every_weekdays(wish: Wish, found: Match[str]) -> None:
    _repeat(wish, found, f"FREQ=WEEKLY;BYDAY={_weekdays_in(found['days'])}", _interval(found))
    if found["part"]:
        wish.take("part", found["part"], found)


def _read_every_part(wish: Wish, found: Match[str]) -> None:
    _repeat(wish, found, "FREQ=DAILY")
    wish.take("part", found["part"], found)


def _read_weekdays_from_to(wish: Wish, found: Match[str]) -> None:
    first, last = WEEKDAYS[found["first"]], WEEKDAYS[found["last"]]
    days = [(first + days) % 7 for days in range((last - first) % 7 + 1)]
    _repeat(wish, found, f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAY_CODES[day] for day in sorted(days))}")


def _read_workdays(wish: Wish, found: Match[str]) -> None:
    is_weekend = "weekend" in found[0]
    _repeat(wish, found, "FREQ=WEEKLY;BYDAY=SA,SU" if is_weekend else "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")


def _read_units(wish: Wish, found: Match[str]) -> None:
    unit, interval = found["unit"], _interval(found)
    if unit.startswith("day"):
        _repeat(wish, found, "FREQ=DAILY", interval)
    elif unit.startswith(("week", "fortnight")):
        weeks = interval * (2 if unit.startswith("fortnight") else 1)
        _repeat(wish, found, "FREQ=WEEKLY", weeks, needs="weekday")
    elif unit.startswith("month"):
        _repeat(wish, found, "FREQ=MONTHLY", interval, needs="day of the month")
    elif unit.startswith("year"):
        _repeat(wish, found, "FREQ=YEARLY", interval, needs="date")
    else:
        _repeat(wish, found, crontab=_crontab(wish.said(found), unit, interval))


def _crontab(said: str, unit: str, interval: int) -> str:
    """For what comes several times a day, at the same minutes or hours each day."""
    whole = 60 if unit.startswith("min") else 24
    if not 1 <= interval < whole or whole % interval:
        divisors = ", ".join(str(each) for each in range(1, whole) if whole % each == 0)
        units = "minutes" if whole == 60 else "hours"
        raise NotUnderstood(f"“{said}” does not fit into a day evenly; {units} can be {divisors}.")
    step = "*" if interval == 1 else f"*/{interval}"
    return f"{step} * * * *" if whole == 60 else f"0 {step} * * *"


def _read_adverb(wish: Wish, found: Match[str]) -> None:
    adverb = found[0]
    if adverb == "hourly":
        _repeat(wish, found, crontab="0 * * * *")
    elif adverb == "fortnightly":
        _repeat(wish, found, "FREQ=WEEKLY", 2, needs="weekday")
    else:
        frequency, needs = {
            "daily": ("DAILY", ""),
            "everyday": ("DAILY", ""),
            "weekly": ("WEEKLY", "weekday"),
            "monthly": ("MONTHLY", "day of the month"),
            "yearly": ("YEARLY", "date"),
            "annually": ("YEARLY", "date"),
        }[adverb]
        _repeat(wish, found, f"FREQ={frequency}", needs=needs)


def _read_half_hours(wish: Wish, found: Match[str]) -> None:
    _repeat(wish, found, crontab="*/30 * * * *")


def _read_days_of_month(wish: Wish, found: Match[str]) -> None:
    days = dict.fromkeys(map(nth_day, NTH_WORD.findall(found["nths"])))
    _repeat(wish, found, f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, days))}")


def _read_nth_weekday(wish: Wish, found: Match[str]) -> None:
    day, which = _weekdays_in(found["days"]), dict.fromkeys(map(nth, NTH_WORD.findall(found["nths"])))
    if not which.keys() <= {1, 2, 3, 4, 5, -1}:
        raise NotUnderstood(f"No month has a {wish.said(found, 'nths')} {wish.said(found, 'days')}.")
    _repeat(wish, found, f"FREQ=MONTHLY;BYDAY={','.join(f'{each}{day}' for each in which)}")


def _read_every_date(wish: Wish, found: Match[str]) -> None:
    day = day_of(wish.said(found, "day"))
    if day.kind != "yearly":
        raise NotUnderstood(f"“{wish.said(found)}” comes once only.")
    _repeat(wish, found, f"FREQ=YEARLY;BYMONTH={day.month};BYMONTHDAY={day.day}")


EVERY = r"(?:every|each)\s"
STEP = "|".join([*sorted(ORDINALS.keys() - {"first", "last"}), r"\d{1,4}(?:st|nd|rd|th)?", *NUMBERS])
INTERVAL = rf"(?P<interval>(?:{STEP})\s)?"
AND = r"(?:\s?[,/&+]\s?(?:and\s)?|\sand\s)"
SOME_DAYS = rf"(?P<days>(?:{DAY})s?\b(?:{AND}(?:{DAY})s?\b)*)"
MONTHLY = r"(?:(?:of\s)?(?:every|each)\smonth|of\sthe\smonth|monthly)"
NTHS = rf"(?P<nths>(?:{NTH})(?:{AND}(?:the\s)?(?:{NTH}))*)"
NTH_WORD = re.compile(rf"\b(?:{NTH})\b")
PLURAL_DAYS = rf"(?P<days>(?:{LONG_DAY})s\b(?:{AND}(?:{LONG_DAY})s\b)*)"
LISTED = r"(?:\s?[,/&+]\s?(?:and\s|or\s)?|\s(?:and\s|or\s)?)"
TO = r"(?:\s?[-–]\s?|\s(?:to|through|thru)\s)"
SOME_DATES = (
    r"(?<![\w.:/])(?<!\bat\s)(?<!@)(?<!@\s)\d{1,2}(?:st|nd|rd|th)?"
    r"(?:\s?[,/&+–-]\s?|\s(?:and|or|to)\s)(?:the\s)?\d{1,2}(?:st|nd|rd|th)?"
)
AT = r"(?:\bat\s|@\s?)"
TIME = rf"(?:{CLOCK}|{AT}\d{{1,2}}(?:[:.]\d\d)?)(?!\w)"
SOME_TIMES = (
    rf"{TIME}\s?[,;|/+]\s?(?:and\s|or\s)?\d{{1,2}}(?![\w.:])|{AT}\d{{1,2}}\s\d{{1,2}}(?![\w.:])"
    rf"|(?:^|(?<=at\s)|(?<=@)|(?<={TAKEN}\s))\d{{1,2}}(?:[:.]\d\d)?\s?[,;|/+]\s?(?:{CLOCK})(?!\w)"
)
FEAST = "good|easter|palm|black|ash|maundy|shrove|cyber|whit|holy"
STREET = re.compile(
    r"\s(?:[^\s\0]+\s){1,2}(?:street|st|road|rd|avenue|ave|lane|drive|square|place|boulevard|terrace)\b",
    re.IGNORECASE,
)
PLAIN = "“{0}” was not understood."
ONE_DAY_ONLY = f"{PLAIN} Name one day, or write “every Monday and Friday”."
ONE_TIME_ONLY = f"{PLAIN} Name one time of day."
OF_THE_DAY = r"(?:in\sthe\s(?:morning|afternoon|evening)|at\snight)\b"
ON = r"(?:on\s(?!today|tomorrow|(?:the\s)?day\safter))?"
WITH_PART = rf"(?:\s(?P<part>{PART})\b)?"
UNITS = r"(?P<unit>minutes?|mins?|hours?|days?|weeks?|fortnights?|months?|years?)\b"
OFFSET = (
    rf"(?:half\san\shour|\d{{1,2}}h\d{{2}}\b|(?:{NUMBER})\sand\sa\shalf\s(?:hours?|days?|weeks?|months?|years?)\b"
    rf"|{AMOUNT}(?:(?:\s?,\s?|\sand\s|\s){AMOUNT})*(?:\sand\sa\shalf\b)?)"
)

# In this order: what a pattern takes, later ones do not see.
PATTERNS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(pattern), reader)
    for pattern, reader in [
        (
            rf"\bnext\s(?:(?:{DAY})|week|month|year)\b",
            _refuse("Which day is “{0}”? Say “Friday”, or a date."),
        ),
        (rf"\b(?:{FEAST})\s(?:{LONG_DAY})\b", _refuse("Which day is “{0}”? Name its date.")),
        (rf"{SOME_DATES}\s(?:of\s)?(?:{MONTH})\b", _refuse(f"{PLAIN} Name one day.")),
        (rf"\b{OFFSET}\sfrom\snow\b", _read_offset),
        (
            rf"\b{AMOUNT}\s(?:from|after|before)\s(?:{ONE_DAY}|{CLOCK})",
            _refuse(f"{PLAIN} Name the day or the time itself."),
        ),
        (rf"\b{EVERY}(?P<first>{DAY}){TO}(?P<last>{DAY})\b", _read_weekdays_from_to),
        (rf"\b(?:from\s)?(?:{DAY}){TO}(?:{DAY})\b", _refuse(f"{PLAIN} Try “every Monday to Friday”.")),
        (rf"\b(?:until|till|through|ending)\s(?:on\s)?(?P<day>{ONE_DAY})", _read_end),
        (
            rf"\b(?:from|starting|beginning|as\sof)\s(?:on\s)?(?P<day>{ONE_DAY})(?:\son\b)?",
            _read_start,
        ),
        (rf"\b(?:on\s)?(?:the\s|{EVERY})?{NTHS}\s(?P<days>{DAY})\s{MONTHLY}\b", _read_nth_weekday),
        (rf"\b(?:{EVERY}month|monthly)\son\sthe\s{NTHS}\s(?P<days>{DAY})\b", _read_nth_weekday),
        (rf"\b(?:on\s)?(?:the\s|{EVERY})?{NTHS}(?:\sday)?\s{MONTHLY}\b", _read_days_of_month),
        (rf"\b(?:{EVERY}month|monthly)\son\sthe\s{NTHS}(?:\sday\b)?(?!\s(?:{DAY}))", _read_days_of_month),
        (rf"\b(?:{EVERY}year|yearly|annually)\s(?:on\s)?(?P<day>{DATE})", _read_every_date),
        (rf"\b(?:on\s)?(?P<day>{DATE})\s(?:{EVERY}year\b|yearly\b|annually\b)", _read_every_date),
        (
            rf"\b{EVERY}(?P<day>\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{MONTH})\b|(?:{MONTH})\s\d{{1,2}}\b)",
            _read_every_date,
        ),
        (rf"\b{EVERY}{INTERVAL}(?:(?:{SHORT_DAY})\s)+(?:{SHORT_DAY})\b", _refuse(ONE_DAY_ONLY)),
        (rf"\b(?:{EVERY}{INTERVAL}weeks?|weekly)\son\s{SOME_DAYS}{WITH_PART}", _read_every_weekdays),
        (rf"\b{EVERY}{INTERVAL}{SOME_DAYS}{WITH_PART}", _read_every_weekdays),
        (rf"\b(?:on\s)?(?P<interval>alternate\s)?{PLURAL_DAYS}{WITH_PART}", _read_every_weekdays),
        (rf"\b(?:on\s)?(?:{DAY})s?(?:{LISTED}(?:{DAY})s?)+\b", _refuse(ONE_DAY_ONLY)),
        (rf"\b{EVERY}(?P<part>{PART})\b", _read_every_part),
        (
            rf"\b(?:{EVERY}(?:weekday|workday|working\sday|weekend)s?|(?:on\s)?(?:weekdays|workdays|weekends))\b",
            _read_workdays,
        ),
        (rf"\b{EVERY}half\s(?:an\s)?hour\b", _read_half_hours),
        (rf"\b(?:(?<=\d(?:st|nd|rd|th)\s)of\s)?{EVERY}{INTERVAL}{UNITS}", _read_units),
        (
            rf"\b(?:{NTH}|past|previous|following)\s(?:{LONG_DAY})\b",
            _refuse("Which day is “{0}”? Say “on the first Monday of every month”, or a date."),
        ),
        (r"\b(?:hourly|daily|everyday|weekly|fortnightly|monthly|yearly|annually)\b", _read_adverb),
        (rf"\b(?:for\s)?(?P<number>{NUMBER})\stimes\b", _read_count),
        (rf"\bfor\s(?P<number>{NUMBER})\s(?P<unit>days?|weeks?|months?|years?)\b", _read_length),
        (
            rf"\bin\s(?:(?:{NUMBER})\s?(?:hours?|hrs?|h)\s(?:and\s)?\d{{1,2}}\b(?![:.]\d|\s?{UNIT})|\d{{1,2}}:\d\d\b)",
            _refuse("“{0}” was not understood. Write it such as “in 1 hour 30 minutes”."),
        ),
        (rf"\bin\s{OFFSET}(?:['’]s?\stime\b)?", _read_offset),
        (
            rf"(?<![:.@])(?<!@\s)(?<!\bat\s)\b\d{{1,2}}\s(?={OF_THE_DAY})",
            _refuse("Is “{0}” a time of day? Then say “at {0}”."),
        ),
        (rf"\b{ON}(?P<day>{DATE})\s(?P<part>{PART})\b", _read_day_and_part),
        (rf"\b(?:tonight\b|this\s(?:{PART})\b|{OF_THE_DAY})", _read_part_of_day),
        (rf"\b{ON}(?P<day>{DATE})(?!\w)", _read_day),
        (rf"\bon\s(?P<day>(?:{DAY})\b|the\s\d{{1,2}}(?:st|nd|rd|th))", _read_day),
        (rf"\b(?P<day>{DAY})(?=\s(?:(?:at\s)?(?:{CLOCK})|at\s\d))", _read_day),
        (SOME_TIMES, _refuse(ONE_TIME_ONLY)),
        (rf"(?:{AT}|(?<![\w:])(?<!\d[.,]))(?P<clock>{CLOCK})(?!\w)", _read_clock),
        (rf"{AT}(?P<clock>\d{{1,2}}(?:\.\d{{2}})?)(?![\w:/@]|\.\d)", _read_bare_hour),
    ]
]


def read(line: str) -> tuple[Wish, str]:
    """The wish of a line, and what is left of the line. Raises NotUnderstood."""
    wish, rest = Wish(line), line
    for pattern, reader in PATTERNS:
        for found in list(pattern.finditer(lower(rest))):
            reader(wish, found)
            rest = rest[: found.start()] + TAKEN * len(found[0]) + rest[found.end() :]
    return wish, rest
