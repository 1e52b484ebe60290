"""What looks like a part of a time in a quick-add line and was not taken as one is said, not passed over."""

from __future__ import annotations

import re

from reminders.grammar import ONE_TIME_ONLY, PLAIN, TAKEN, Wish
from reminders.vocabulary import (
    AMOUNT,
    CLOCK,
    DATE,
    DAY,
    MONTH,
    MONTH_NAMES,
    NTH,
    NUMBER,
    PART,
    UNIT,
    NotUnderstood,
)

UNITS = "(?:seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|months?|years?)"
HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
SEASONS = "spring|summer|autumn|fall|winter"
FEASTS = (
    r"christmas|xmas|new\syear['’]?s?|easter|thanksgiving|halloween|hanukkah|ramadan|eid|diwali|lent|advent"
    r"|pentecost|term\stime|(?:school\s)?holidays?|vacations?"
)
PLACES_OF_ZONES = "Europe|America|Asia|Africa|Australia|Pacific|Atlantic|Indian|Antarctica|Etc"
AMERICAN_ZONES = "EST|EDT|CST|CDT|MST|MDT|PST|PDT|AKST|HST"
ZONES = (
    rf"(?:UTC|GMT|zulu|(?-i:CET|CEST|EET|EEST|WET|MEZ|MESZ|BST|IST|JST|KST|SGT|HKT|AEST|AEDT|NZST|NZDT|{AMERICAN_ZONES}"
    rf"|(?:{PLACES_OF_ZONES})/[A-Z]\w+))\b"
)
ZONE_TIME = (
    r"(?:(?-i:[A-Z][\w.'’-]*)\s|(?:local|my|your|his|her|their|our|server|standard|daylight|summer|eastern"
    r"|pacific|central|mountain)\s){1,3}time\b"
)
ABOUT = (
    r"around|by|either|past|than|starting|beginning|circa|ca\.?|approx\.?|approximately|roughly|nearly|almost|up\sto|at\s(?:most|least)|before"
    r"|after|except|excluding|but|since|from|within|(?<!remind\sme\s)about"
)
NUMBERED = (
    "chapters?|pages?|parts?|steps?|numbers?|no|rooms?|gates?|platforms?|tracks?|lines?|bus|tram|units?|lessons?"
    "|modules?|seasons?|episodes?|versions?|levels?|floors?|flats?|sections?|days?|weeks?|sprints?|seats?|tables?"
    "|questions?|exercises?|volumes?|grades?|class(?:es)?"
)
OR = r"(?:\s?[/&+]\s?|\s(?:and|or)\s)"
HOW_OFTEN = f"{PLAIN} Try “every day”, “every second Tuesday” or “on the 1st of every month”."
ONE_DAY = f"{PLAIN} Name the day, such as “Friday” or “4 December”."
ONE_MOMENT = f"{PLAIN} Name the moment itself."
OWN_ZONE = f"{PLAIN} Times are those of your own time zone; the form takes others."
IS_IT_A_TIME = (
    "Is “{0}” a time of day? Then write it such as “at 9” or “17:00”; if not, name a time of day, too."
)

# The sentences hold the words in doubt.
ALWAYS = {
    rf"(?<={TAKEN}\s)(?:and|or|&|to)\s\d{{1,2}}(?!\w)|(?<={TAKEN})\s?[-–/]\s?\d{{1,2}}(?!\w)": ONE_TIME_ONLY,
    rf"(?<![\w.])\d{{1,2}}(?::\d\d)?(?:\s(?:and|or|&|to)\s|\s?[-–]\s?){TAKEN}+": ONE_TIME_ONLY,
    r"\b(?:from|between)\s\d{1,2}(?:[:.]\d\d)?\s?(?:to|and|until|till|-|–)\s?\d{1,2}\b": ONE_TIME_ONLY,
    rf"\b(?:{HOURS}|half|quarter|twenty)(?:\sminutes?)?\s(?:past|to|of|before|after)\s{TAKEN}+": ONE_MOMENT,
    r"\b(?:every|each)\b(?:\s[^\s\0]+){0,2}": HOW_OFTEN,
    (
        rf"(?<={TAKEN}\s)(?:and|or)\s(?:(?:in\s)?(?:the|a)\s)?"
        rf"(?:day|next|following|half|again|{PART}|{HOURS}|{'|'.join(MONTH_NAMES)})\b"
    ): ONE_MOMENT,
    rf"(?<={TAKEN}),\s?\d{{1,2}}(?:,|\s(?:and|or|&)\s)\s?\d{{1,2}}\b": ONE_DAY,
    rf"(?<={TAKEN})(?:\s?,)?{OR}?\s?(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)(?=[\s,]{TAKEN}|$)": ONE_DAY,
    rf"(?<={TAKEN})(?:{OR}|,\s)(?:on\s)?(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)|(?:{DAY})s?)\b": ONE_DAY,
    rf"\b(?:{NTH}|(?:{DAY})s?){OR}(?:the\s)?{TAKEN}+": ONE_DAY,
    rf"(?<={TAKEN})[\s,]{{1,2}}\d{{1,4}}(?=[\s,]{{1,2}}{TAKEN})|(?<={TAKEN}\s)['’]\d\d\b": PLAIN,
    r"(?:\bat\s|@\s?)\d[\d.:]*(?![\w@])": "“{0}” is not a time of day.",
    r"(?<!\w)\d{1,2}:\d{2}(?::\d{2})?(?:Z|h|hrs?|[+-]\d\d)?(?!\w)": PLAIN,
    rf"(?<={TAKEN}\s)(?:hrs|hours|uhr)\b": PLAIN,
    rf"(?:\d\s?(?:[ap]m)?|\b(?:noon|midday|midnight|lunch|{PART})|{TAKEN}+)[-\s]?ish\b": ONE_MOMENT,
    rf"\bon\s(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)\b|{DATE})": PLAIN,
    (
        rf"\b(?:in|within)\s(?:about\s|around\s|roughly\s|the\s|next\s)*(?:(?:a\s)?(?:few|couple(?:\sof)?)"
        rf"|several|some|-?\d+(?:[.,]\d+)?|{NUMBER})(?:\s?(?:[-–]|to|or)\s?(?:{NUMBER}))?\s?"
        rf"(?:(?:working|business)\s)?(?:{UNIT}|fortnights?\b)"
    ): f"{PLAIN} Try “in 20 minutes” or “in 3 days”.",
    rf"\b(?:until|till)\b[\s{TAKEN}]*(?:[^\s{TAKEN}]+\s?){{0,2}}": f"{PLAIN} Try “until 31 December”.",
    rf"(?:\b(?:{ABOUT})\s|[~≈]\s?){TAKEN}+": ONE_MOMENT,
    rf"(?<={TAKEN}\s)(?:or\s(?:so|earlier|later|before|after|sooner)|following(?=\s{TAKEN}|$))\b": ONE_MOMENT,
    rf"(?<={TAKEN}\s)at\sthe\s(?:latest|earliest)\b": ONE_MOMENT,
    rf"(?<={TAKEN}\s)(?:after|before|since|during|except|unless|excluding)\s[^\s{TAKEN}]+": ONE_MOMENT,
    rf"\b(?:once|twice|thrice|\d+\s?x|[^\s{TAKEN}]+\stimes)\s(?:a|an|per|each|every)\s{UNITS}\b": HOW_OFTEN,
    (
        r"\b(?:(?:bi|semi|tri)-?(?:weekly|monthly|annual(?:ly)?|yearly)|biennial(?:ly)?|quarterly|nightly"
        r"|mornings|afternoons|evenings|weeknights)\b"
    ): HOW_OFTEN,
    rf"\balternat(?:e|ing)\s(?:(?:{DAY}|days?|weeks?|months?)\b|{TAKEN}+)": HOW_OFTEN,
    rf"[^\s{TAKEN}]*[^\W\d]-{TAKEN}+|{TAKEN}+-[^\W\d]\w*|{TAKEN}+['’]s\b": PLAIN,
    rf"{TAKEN}+\s(?:week|fortnight|eve)\b(?!-)": ONE_DAY,
    rf"\b(?:an?|{HOURS}|\d{{1,2}})\sweeks?\s(?:on\s)?{TAKEN}+": ONE_DAY,
    rf"(?<={TAKEN}\s)[+-]\d\d:?\d\d\b": OWN_ZONE,
    rf"(?:(?<={TAKEN}\s)|(?<={TAKEN},\s)|(?<=[(\[])|(?<![\w.])\d{{1,2}}(?:[:.]\d\d)?\s){ZONES}": OWN_ZONE,
    rf"{ZONES}(?=\s{TAKEN})": OWN_ZONE,
    rf"(?:(?<={TAKEN}\s)|(?<=[(\[]))(?:(?:by|in)\s)?{ZONE_TIME}": OWN_ZONE,
}  # fmt: skip
REPEATING = {
    (
        r"\b(?:from|in|of|during|after|since|until|till|before|through(?:out)?|over|starting|beginning|ending"
        r"|except|but|not)\s(?:in\s|the\s|next\s|this\s|early\s|late\s|mid[\s-])*"
        rf"(?:{MONTH}|{SEASONS}|{FEASTS}|(?:19|20)\d\d)\b"
    ): f"{PLAIN} Try “from 1 December” or “until 31 December”.",
    rf"(?<={TAKEN}\s)(?:from|starting|beginning|ending|without|but|not|if|when|while)\s[^\s{TAKEN}]+": PLAIN,
    rf"\b(?:this|coming)\s(?:week|month|year|{SEASONS})\b": f"{PLAIN} Try “until 31 December”.",
    r"\b(?:starting|beginning|as\sof)\s(?:in|next|soon|after)\b": f"{PLAIN} Try “from 1 December”.",
    (
        rf"\bfor\s(?:(?:the|another|about|around|a|at\sleast|at\smost)\s)*(?:(?:next|first|coming|following|few"
        rf"|couple|several|while|rest|whole|remaining)\b|\d+\s?(?:[-–]|to|or)\s?\d+\s?{UNITS}\b)"
    ): f"{PLAIN} Try “for 2 weeks”.",
    (
        rf"\b(?:twice|thrice|\d{{1,2}}\s?x)\s{TAKEN}+|(?<={TAKEN}\s)(?:(?:a|per)\s{UNITS}|twice|thrice|\d{{1,2}}\s?x)\b"
    ): HOW_OFTEN,
}  # fmt: skip
SEVERAL_TIMES_A_DAY = {
    rf"(?<={TAKEN}\s)for\s(?:{AMOUNT}|half\san\shour)": f"{PLAIN} Try “for 2 weeks”.",
    rf"(?<={TAKEN}\s)at\s(?::\d\d|(?:{HOURS}|twenty|half|quarter|\d{{1,2}})\s(?:past|to)\b)": PLAIN,
}
WITHOUT_A_DAY = {
    r"(?<![\w/.-])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\w/])": "“{0}” can be two dates. Write “1 December”.",
    r"(?<![\w-])(?:\d{4}([/.])\d{1,2}\1\d{1,2}|\d{1,2}-\d{1,2}-\d{2}(?:\d\d)?|20\d{6})(?![\w-])": (
        f"{PLAIN} Is it a date? Write “1 December”."
    ),
    r"(?<![\w.])(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])(?:\.\d{2})?(?![\w.])": (
        f"{PLAIN} Is it a date? Write “1 December”."
    ),
    r"\b(?:the\s)?\d{1,2}(?:st|nd|rd|th)\b": f"{PLAIN} Is it a day? Write “on the 15th”.",
    rf"\b(?:in|by|next|this|last|of|end|mid|early|late|during)[\s-](?:{'|'.join(MONTH_NAMES)})\b": ONE_DAY,
    rf"\b(?:(?:{MONTH})\s20\d\d|20\d\d-\d\d|\d{{1,2}}/20\d\d)\b": ONE_DAY,
    rf"\b(?:the\s(?:{NTH})|(?:week|kw)\s\d{{1,2}})(?=,?\s{TAKEN}|$)": ONE_DAY,
    rf"\b(?:{NTH})\s(?:[^\s{TAKEN}]+\s)?(?:day|weekday|workday)\sof\b|\b(?:mwf|tth)\b": ONE_DAY,
    rf"\b(?:at|on|in|by|over|before|after|during|next|this)\s(?:the\s)?(?:{SEASONS}|{FEASTS})\b": ONE_DAY,
    r"\b(?:christmas|xmas|new\syear['’]?s?|easter|boxing|valentine['’]?s?|midsummer)\s(?:eve|day)\b": ONE_DAY,
    rf"\bon\s(?:[^\s{TAKEN}]+\s)?(?:birthday|anniversary|payday)\b": ONE_DAY,
    rf"\b{AMOUNT}\s(?:later|hence|ago)\b|\bin\s(?:calendar\s)?week\s\d{{1,2}}\b": ONE_DAY,
    r"\b(?:end|start|beginning|middle)\sof\s(?:the\s)?(?:day|week|month|year)\b|\beo[mwy]\b": ONE_DAY,
    r"\b(?:(?:this|last)\s(?:week|weekend|month|year|night)|yesterday|weekend|some\s?day)\b": ONE_DAY,
    r"(?<![\w@.-])(?:mon|tues?|wed|thu|thurs?|fri)\b(?![-'’])": f"{PLAIN} Is it a day? Write it in full.",
}
WITHOUT_A_TIME_OF_DAY = {
    (
        rf"(?:(?<={TAKEN}\s)|(?<={TAKEN},\s))\d{{1,2}}(?:[.,]?\d\d)?(?:\s?[-–]\s?\d{{1,2}})?(?!\w|[.,/:-]\w)"
        rf"|(?<![\w.,])(?:[01]?\d|2[0-3])\.[0-5]\d(?=,?\s{TAKEN})|^\d{{1,2}}(?:[.:]?\d\d)?(?=,?\s{TAKEN})"
        rf"|(?:\bat\s|@\s?|(?<={TAKEN}\s))\d{{1,4}}(?:[:.]\d\d)?\s?(?:[ap]|h|hrs?|uhr)\b"
    ): IS_IT_A_TIME,
    (
        rf"(?:[~≈]\s?|\bat\s(?:about|around|roughly)\s)\d{{1,2}}(?:[:.]\d\d)?(?!\w)"
        rf"|\b(?:(?:around|about|before|after|by|than|circa|roughly)\s\d{{1,2}}(?:[:.]\d\d)?(?=[,.;]?(?:\s{TAKEN}|$))"
        rf"|(?<={TAKEN}\s)(?:around|about|before|after|by|(?:no\s)?later\sthan|circa|roughly|from)\s\d{{1,2}}(?:[:.]\d\d)?(?!\w))"
    ): IS_IT_A_TIME,
    (
        rf"(?:(?:\bat\s|@\s?)(?:{HOURS})|\b(?:half\spast|quarter\s(?:past|to))\s[^\s{TAKEN}]+"
        rf"|\bhalf\s(?:\d{{1,2}}|{HOURS})|\b(?:{HOURS})\s?(?:o['’]?\s?clock|[ap]\.?m)"
        rf"|\b(?:five|ten|twenty|\d{{1,2}})\s(?:past\s(?:{HOURS}|\d{{1,2}})|to\s(?:{HOURS}))"
        rf"|\b(?:{HOURS})[\s-](?:oh|ten|fifteen|twenty|thirty|forty|fifty)"
        rf"|\b\d{{1,2}}\sto\s\d{{1,2}}(?=\s{TAKEN}|$))\b"
    ): f"{PLAIN} Write “5:30” or “17:30”.",
    (
        r"\b(?:eod|eob|cob|(?:end|close)\sof\s(?:the\s)?(?:business|day|work(?:day)?)|first\sthing"
        r"|(?:lunch|dinner|supper|tea|bed)\s?time|sometime|some\stime|(?:before|after)\s(?:work|school|bed)"
        r"|(?:at|before|after|by|around)\s(?:lunch|breakfast|dinner|supper|dawn|dusk|sunrise|sunset|tea)"
        rf"|(?:early|late|mid)[\s-]?(?:{PART}))\b"
    ): IS_IT_A_TIME,
    rf"\b(?:early|late|later)\s{TAKEN}+|(?<={TAKEN}\s)(?:early|later?)\b": IS_IT_A_TIME,
    rf"\b(?:{CLOCK})(?!\w)": PLAIN,
    (
        rf"\b(?!(?:{NUMBERED})\s)[^\W\d]+\s"
        rf"(?P<hour>[01]?\d|2[0-3]|(?:[01]\d|2[0-3])[0-5][05]|(?!one)(?:{HOURS}))(?=,?\s{TAKEN})"
    ): IS_IT_A_TIME,
}  # fmt: skip
# In the line itself, since they are words beside anything but a time of day.
BESIDE_A_CLOCK = {
    (
        rf"(?:{CLOCK}|(?:\bat\s|@\s?)\d{{1,2}}(?:\.\d\d)?),?\s[(\[]?"
        r"(?P<zone>(?-i:ET|PT|CT|MT|Z)|eastern|pacific)\b"
    ): OWN_ZONE
}


def check(wish: Wish, rest: str) -> None:
    """Raises NotUnderstood when there is a doubt about what is left of a line beside its wish."""
    doubts = dict(ALWAYS)
    if wish.repetition:
        doubts |= REPEATING
    if wish.repetition and wish.repetition.crontab:
        doubts |= SEVERAL_TIMES_A_DAY
    if not wish.names_a_day:
        doubts |= WITHOUT_A_DAY
    if wish.lacks_a_time_of_day:
        doubts |= WITHOUT_A_TIME_OF_DAY
    _search(doubts, rest, wish)
    _search(BESIDE_A_CLOCK, wish.line, wish)


def _search(doubts: dict[str, str], text: str, wish: Wish) -> None:
    for pattern, sentence in doubts.items():
        if found := re.search(pattern, text, re.IGNORECASE):
            raise NotUnderstood(sentence.format(wish.said(found, found.lastgroup or 0)))
