"""Quick add: one line of plain words becomes a title and a schedule, or a word on what was not understood.

Nothing is guessed: what is ambiguous ("next Friday", "12/1") is said to be. Where no time of day is given it
is 9:00, and that is shown. Parts of a day: morning 9:00, afternoon 14:00, evening 18:00, night 20:00.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reminders.grammar import DATE, TAKEN, Day, NotUnderstood, Repetition, Wish, read
from tasks.recurrence import Schedule, ScheduleError, resolve

__all__ = ["NotUnderstood", "Understood", "understand"]

LONGEST_LINE = 300
USUAL_TIME = time(9)
SAY_WHEN = "Say when: for example “tomorrow 9am”, “in 20 minutes” or “every Monday at 8:30”."
# What looks like a part of a time and was not taken as one.
EXAMPLES = "Try “every day”, “every second Tuesday” or “on the 1st of every month”."
UNITS = "(?:seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|months?|years?)"
SUSPICIOUS = {
    rf"(?<={TAKEN}\s)(?:and|or|&)\s\d{{1,2}}(?!\w)": "“{}” was not understood. Name one time of day.",
    r"\b(?:every|each)\b(?:\s\S+){0,2}": f"“{{}}” was not understood. {EXAMPLES}",
    r"(?<![\w/.-])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\w/])": "“{}” can be two dates. Write “1 December”.",
    r"(?:\bat\s|@\s?)\d[\d.:]*(?!\w)": "“{}” is not a time of day.",
    r"(?<!\w)\d{1,2}:\d{2}(?!\w)": "“{}” was not understood.",
    rf"\bon\s(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)\b|{DATE})": "“{}” was not understood.",
    rf"\bin\s-?\d+(?:[.,]\d+)?\s?{UNITS}\b": "“{}” was not understood. Try “in 20 minutes” or “in 3 days”.",
    r"\b(?:until|till)\b(?:\s\S+){0,2}": "“{}” was not understood. Try “until 31 December”.",
}
BEFORE_TITLE = re.compile(
    r"^(?:[\s,;:.–—-]+|(?:please\s)?remind\sme\b|(?:to|that|about|and|on|at)\b)+", re.IGNORECASE
)
AFTER_TITLE = re.compile(r"(?:[\s,;:–—-]+|\b(?:and|on|at|from|to)$)+$", re.IGNORECASE)


@dataclass(frozen=True)
class Understood:
    """What a line says. `assumed_time`: it named no time of day, and so got the usual one."""

    title: str
    schedule: Schedule
    assumed_time: bool = False


def understand(line: str, now: datetime, time_zone: str) -> Understood:
    """Understand one line at the moment `now`, by the clock of the zone. Raises NotUnderstood."""
    line = " ".join(line.replace(TAKEN, " ").split())
    if len(line) > LONGEST_LINE:
        raise NotUnderstood(f"At most {LONGEST_LINE} characters, please.")
    wish, rest = read(line)
    for pattern, sentence in SUSPICIOUS.items():
        if found := re.search(pattern, rest, re.IGNORECASE):
            raise NotUnderstood(sentence.format(" ".join(found[0].replace(TAKEN, " ").split())))
    try:
        schedule = _Reading(wish, now, ZoneInfo(time_zone)).schedule().settled()
    except (ScheduleError, OverflowError) as error:
        raise NotUnderstood(str(error) or SAY_WHEN) from error
    assumed = wish.clock is None and wish.seconds is None and not schedule.crontab
    return Understood(_title(rest), schedule, assumed)


def _title(rest: str) -> str:
    """What is left of the line when its times are taken out."""
    words = " ".join(rest.replace(TAKEN, " ").split())
    return AFTER_TITLE.sub("", BEFORE_TITLE.sub("", words)).strip()


class _Reading:
    """A wish as it is meant at a moment in a zone."""

    def __init__(self, wish: Wish, now: datetime, zone: ZoneInfo) -> None:
        self.wish = wish
        self.now = now
        self.zone = zone
        self.today = now.astimezone(zone).date()
        self.time = wish.clock or USUAL_TIME

    def schedule(self) -> Schedule:
        self._check_ends()
        if self.wish.repetition:
            return self._repeating(self.wish.repetition)
        if self.wish.seconds is not None:
            if self.wish.clock or self.wish.day:
                raise NotUnderstood(f"You named two times: {self._named('seconds', 'clock', 'day')}.")
            return Schedule.at(self.now + timedelta(seconds=self.wish.seconds), self.zone.key)
        return self._once()

    def _named(self, *names: str) -> str:
        texts = [self.wish.texts[name].strip() for name in names if name in self.wish.texts]
        return " and ".join(f"“{text}”" for text in dict.fromkeys(texts))

    def _check_ends(self) -> None:
        wish = self.wish
        if not wish.repetition and (stray := self._named("ends", "count", "lasts")):
            raise NotUnderstood(f"{stray} goes with something that repeats, such as “every day”.")
        if sum(end is not None for end in (wish.ends, wish.count, wish.lasts)) > 1:
            raise NotUnderstood(f"You named two ends: {self._named('ends', 'count', 'lasts')}.")
        if wish.day and wish.starts:
            raise NotUnderstood(f"You named two days: {self._named('day', 'starts')}.")

    def _once(self) -> Schedule:
        wish, day = self.wish, self.wish.day or self.wish.starts
        if wish.is_midnight and day:
            raise NotUnderstood(
                f"Is {self._named('day')} at midnight its beginning or its end? Say 0:00 or 23:59."
            )
        if day is None and wish.clock is None:
            raise NotUnderstood(SAY_WHEN)
        if day is None:
            return self._at(self.today if self._is_ahead(self.today) else self.today + timedelta(days=1))
        chosen = self._date(day)
        if not self._is_ahead(chosen):
            raise NotUnderstood(
                f"{self._named('day', 'clock', 'starts').replace('” and “', ' ')} is in the past."
            )
        return self._at(chosen)

    def _at(self, day: date) -> Schedule:
        return Schedule(self.zone.key, datetime.combine(day, self.time))

    def _is_ahead(self, day: date) -> bool:
        return resolve(datetime.combine(day, self.time), self.zone) > self.now

    def _date(self, day: Day) -> date:
        """The day that is meant: the first of its kind on which the time is still to come."""
        if day.kind == "date":
            return date(day.year, day.month, day.day)
        if day.kind == "offset":
            return _months_later(self.today, day.month) + timedelta(days=day.day)
        candidates = (self.today + timedelta(days=days) for days in range(366 * 9))
        return next(each for each in candidates if self._is(day, each) and self._is_ahead(each))

    def _is(self, day: Day, candidate: date) -> bool:
        if day.kind == "weekday":
            return candidate.weekday() == day.day
        return candidate.day == day.day and (day.kind == "monthly" or candidate.month == day.month)

    def _repeating(self, repetition: Repetition) -> Schedule:
        wish = self.wish
        if wish.seconds is not None:
            raise NotUnderstood(f"You named two times: {self._named('repetition', 'seconds')}.")
        if wish.day:
            repetition = self._with_day(repetition, wish.day)
        if repetition.needs and not wish.starts:
            raise NotUnderstood(f"On which {repetition.needs} is {self._named('repetition')}?")
        begin = self._date(wish.starts) if wish.starts else self.today
        if repetition.crontab:
            return self._by_crontab(repetition.crontab, begin)
        starts = self._first(repetition.rrule, datetime.combine(begin, self.time))
        return self._ended(
            Schedule(self.zone.key, starts, f"{repetition.rrule};INTERVAL={repetition.interval}")
        )

    def _with_day(self, repetition: Repetition, day: Day) -> Repetition:
        """With the day that stands elsewhere in the line, as in "every week at 9 on Friday"."""
        if repetition.needs == "weekday" and day.kind == "weekday":
            name = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.day]
            return replace(repetition, rrule=f"FREQ=WEEKLY;BYDAY={name}", needs="")
        if repetition.needs == "day of the month" and day.kind == "monthly":
            return replace(repetition, rrule=f"FREQ=MONTHLY;BYMONTHDAY={day.day}", needs="")
        if repetition.needs == "date" and day.kind == "yearly":
            rrule = f"FREQ=YEARLY;BYMONTH={day.month};BYMONTHDAY={day.day}"
            return replace(repetition, rrule=rrule, needs="")
        raise NotUnderstood(
            f"{self._named('repetition', 'day')} do not go together. To begin then, say “from …”."
        )

    def _first(self, rrule: str, low: datetime) -> datetime:
        """The first time of the rule that is still to come; intervals are counted from it."""
        following = Schedule(self.zone.key, low, rrule).settled().after(self.now)
        if following is None:
            raise NotUnderstood("There is no day on which this could ever be.")
        return datetime.combine(following.astimezone(self.zone).date(), self.time)

    def _by_crontab(self, crontab: str, begin: date) -> Schedule:
        if self.wish.clock:
            raise NotUnderstood(f"You named two times: {self._named('repetition', 'clock')}.")
        starts = None
        if self.wish.starts:
            starts = datetime.combine(begin, time())
        elif self.wish.count:
            starts = self.now.astimezone(self.zone).replace(tzinfo=None, microsecond=0, fold=0)
        return self._ended(Schedule(self.zone.key, starts, crontab=crontab))

    def _ended(self, schedule: Schedule) -> Schedule:
        wish = self.wish
        if wish.count is not None:
            return replace(schedule, max_runs=wish.count)
        begin = (schedule.starts or datetime.combine(self.today, self.time)).date()
        last = (
            begin + timedelta(days=wish.lasts - 1)
            if wish.lasts
            else wish.ends and self._last_day(wish.ends, begin)
        )
        if not last:
            return schedule
        end = resolve(datetime.combine(last + timedelta(days=1), time()), self.zone) - timedelta(seconds=1)
        if schedule.settled().after(self.now) is None or end <= self.now:
            raise NotUnderstood(f"{self._named('ends')} is in the past.")
        return replace(schedule, ends_at=end)

    def _last_day(self, day: Day, begin: date) -> date:
        """The first of its kind from the beginning on; it counts as a whole, whatever the time."""
        from_then = self.now if day.kind == "offset" else resolve(datetime.combine(begin, time()), self.zone)
        return _Reading(Wish(clock=time(23, 59, 59)), from_then, self.zone)._date(day)


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
