"""What looks like a part of a time in a quick-add line and was not taken as one is said, not passed over."""

from __future__ import annotations

import re

from reminders.grammar import TAKEN, Wish
from reminders.vocabulary import CLOCK, DATE, DAY, MONTH_NAMES, NotUnderstood

UNITS = "(?:seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|months?|years?)"
HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
AMERICAN_ZONES = "EST|EDT|CST|CDT|MST|MDT|PST|PDT"
ZONES = f"(?-i:UTC|GMT|CET|CEST|BST|IST|JST|AEST|AEDT|{AMERICAN_ZONES})"
EXAMPLES = "Try “every day”, “every second Tuesday” or “on the 1st of every month”."
PLAIN = "“{}” was not understood."
ONE_TIME = f"{PLAIN} Name one time of day."
ONE_DAY = f"{PLAIN} Name the day, such as “Friday” or “4 December”."

# The sentences hold the words in doubt.
ALWAYS = {
    rf"(?<={TAKEN}\s)(?:and|or|&)\s\d{{1,2}}(?!\w)": ONE_TIME,
    rf"(?<![\w.])\d{{1,2}}(?::\d\d)?(?:\s(?:and|or|&|to)\s|\s?[-–]\s?){TAKEN}+": ONE_TIME,
    r"\b(?:from|between)\s\d{1,2}(?:[:.]\d\d)?\s?(?:to|and|until|till|-|–)\s?\d{1,2}\b": ONE_TIME,
    r"\b(?:every|each)\b(?:\s[^\s\0]+){0,2}": f"{PLAIN} {EXAMPLES}",
    rf"\b(?:{DAY})\s?[-–]\s?(?:(?:{DAY})\b|{TAKEN}+)": f"{PLAIN} Try “every Monday to Friday”.",
    r"(?:\bat\s|@\s?)\d[\d.:]*(?![\w@])": "“{}” is not a time of day.",
    r"(?<!\w)\d{1,2}:\d{2}(?!\w)": PLAIN,
    rf"\bon\s(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)\b|{DATE})": PLAIN,
    rf"\bin\s-?\d+(?:[.,]\d+)?\s?{UNITS}\b": f"{PLAIN} Try “in 20 minutes” or “in 3 days”.",
    rf"\b(?:until|till)\b[\s{TAKEN}]*(?:[^\s{TAKEN}]+\s?){{0,2}}": f"{PLAIN} Try “until 31 December”.",
    rf"\b(?:before|after|around|by|except|since|from|(?<!remind\sme\s)about)\s{TAKEN}+": (
        f"{PLAIN} Name the moment itself."
    ),
    rf"\b(?:once|twice|[^\s{TAKEN}]+\stimes)\s(?:a|an|per|each|every)\s{UNITS}\b": f"{PLAIN} {EXAMPLES}",
    r"\b(?:biweekly|bimonthly|quarterly|nightly)\b": f"{PLAIN} {EXAMPLES}",
    rf"{TAKEN}+\sweek\b(?!-)": ONE_DAY,
    rf"(?<={TAKEN}\s){ZONES}\b": f"{PLAIN} Times are those of your own time zone; the form takes others.",
}
WITHOUT_A_DAY = {
    r"(?<![\w/.-])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\w/])": "“{}” can be two dates. Write “1 December”.",
    r"(?<![\w.])(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])(?:\.\d{2})?(?![\w.])": (
        f"{PLAIN} Is it a date? Write “1 December”."
    ),
    r"\b(?:the\s)?\d{1,2}(?:st|nd|rd|th)\b": f"{PLAIN} Is it a day? Write “on the 15th”.",
    rf"\b(?:in|by|next|this|last|of)\s(?:{'|'.join(MONTH_NAMES)})\b": ONE_DAY,
    r"\b(?:end|start|beginning|middle)\sof\s(?:the\s)?(?:day|week|month|year)\b": ONE_DAY,
    r"\b(?:(?:this|last)\s(?:week|weekend|month|year|night)|yesterday|weekend)\b": ONE_DAY,
    r"(?<![\w@.-])(?:mon|tues?|wed|thu|thurs?|fri)\b(?![-'’])": f"{PLAIN} Is it a day? Write it in full.",
}
WITHOUT_A_TIME_OF_DAY = {
    rf"(?<={TAKEN}\s)\d{{1,2}}(?:\.?\d\d)?(?:\s?[-–]\s?\d{{1,2}})?(?![\w.,/:-])": (
        "Is “{}” a time of day? Then write it such as “at 9” or “17:00”; if not, name a time of day, too."
    ),
    rf"\b(?:at\s(?:{HOURS})|(?:half\spast|quarter\s(?:past|to))\s[^\s{TAKEN}]+)\b": (
        "“{}” was not understood. Write “5:30” or “17:30”."
    ),
    rf"\b(?:{CLOCK})(?!\w)": PLAIN,
}


def check(wish: Wish, rest: str) -> None:
    """Raises NotUnderstood when there is a doubt about what is left of a line beside its wish."""
    doubts = dict(ALWAYS)
    if not wish.names_a_day:
        doubts |= WITHOUT_A_DAY
    if wish.lacks_a_time_of_day:
        doubts |= WITHOUT_A_TIME_OF_DAY
    for pattern, sentence in doubts.items():
        if found := re.search(pattern, rest, re.IGNORECASE):
            raise NotUnderstood(sentence.format(wish.said(found)))
