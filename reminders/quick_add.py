"""Quick add: one line of plain words becomes a title and a schedule, or a word on what was not understood.

Nothing is guessed: what is ambiguous ("next Friday", "12/1") is said to be. Where no time of day is given it
is 9:00, and that is shown. Parts of a day: morning 9:00, afternoon 14:00, evening 18:00, night 20:00.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reminders.doubts import check
from reminders.grammar import TAKEN, WEEKDAY_CODES, Repetition, Wish, read
from reminders.vocabulary import MONTH_NAMES, PARTS_OF_DAY, WEEKDAY_NAMES, Day, NotUnderstood
from tasks.recurrence import Schedule, ScheduleError, resolve

__all__ = ["NotUnderstood", "Understood", "understand"]

LONGEST_LINE = 300
USUAL_TIME = time(9)
SAY_WHEN = "Say when: for example “tomorrow 9am”, “in 20 minutes” or “every Monday at 8:30”."
REMIND_ME = r"(?:please,?\s)?remind\sme\b"
# Small words belong to the title unless they come from “remind me to”.
BEFORE_TITLE = re.compile(
    rf"^(?:[\s{TAKEN},;:.–—-]*{REMIND_ME}(?:,?\splease)?[\s{TAKEN},;:–—-]*(?:(?:to|that|about|of)\s)?)?"
    rf"(?:\s*{TAKEN}[\s{TAKEN}]*[,;:.!–—-]*)*",
    re.IGNORECASE,
)
PUNCTUATION = re.compile(rf"[(\[]\s?{TAKEN}[\s{TAKEN}]*[)\]][.,;:!?]*|{TAKEN}+[.,;:!?]*(?=\s|$)|{TAKEN}")
AFTER_TITLE = re.compile(r"(?:[\s,;:–—-]+|\s(?:and|&)$)+$", re.IGNORECASE)


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
    check(wish, rest)
    try:
        schedule = _Reading(wish, now, ZoneInfo(time_zone)).schedule().settled()
    except ScheduleError as error:
        raise NotUnderstood(str(error)) from error
    except OverflowError:
        raise NotUnderstood("That is too far away.") from None
    return Understood(_title(rest), schedule, wish.lacks_a_time_of_day)


def _title(rest: str) -> str:
    """What is left of the line when its times are taken out."""
    words = PUNCTUATION.sub(" ", BEFORE_TITLE.sub("", rest))
    return AFTER_TITLE.sub("", " ".join(words.split()))


class _Reading:
    """A wish as it is meant at a moment in a zone."""

    def __init__(self, wish: Wish, now: datetime, zone: ZoneInfo) -> None:
        self.wish = wish
        self.now = now
        self.zone = zone
        self.today = now.astimezone(zone).date()
        self.time = self._time_of_day()

    def schedule(self) -> Schedule:
        self._check_ends()
        if self.wish.repetition:
            return self._repeating(self.wish.repetition)
        if self.wish.seconds is not None:
            if self.wish.clock or self.wish.part or self.wish.day:
                raise NotUnderstood(f"You named two times: {self._named('seconds', 'clock', 'part', 'day')}.")
            return Schedule.at(self.now + timedelta(seconds=self.wish.seconds), self.zone.key)
        return self._once()

    def _time_of_day(self) -> time:
        """With a part of the day beside it, "at 9" is the one that lies in it."""
        clock, part = self.wish.clock, self.wish.part
        if part is None:
            return clock or USUAL_TIME
        usual, hours = PARTS_OF_DAY[part]
        if clock is None:
            return usual
        halves = (clock.hour,) if self.wish.is_of_a_half else (clock.hour, clock.hour + 12)
        hour = next((hour for hour in halves if hour in hours), None)
        if hour is None:
            raise NotUnderstood(f"{self._named('part', 'clock')} do not go together.")
        return clock.replace(hour=hour)

    def _named(self, *names: str) -> str:
        texts = [self.wish.texts[name] for name in names if name in self.wish.texts]
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
        if day and wish.clock and wish.texts["clock"].lower().endswith("midnight"):
            raise NotUnderstood(
                f"Is {self._named('day')} at midnight its beginning or its end? Say 0:00 or 23:59."
            )
        if day is None and wish.lacks_a_time_of_day:
            raise NotUnderstood(SAY_WHEN)
        if day is None:
            return self._at(self.today if self._is_ahead(self.today) else self.today + timedelta(days=1))
        chosen = self._date(day)
        if not self._is_ahead(chosen):
            if chosen == self.today and wish.lacks_a_time_of_day:
                raise NotUnderstood("At what time today? Say, for example, “today at 18:00”.")
            named = self._named("day", "part", "clock", "starts").replace("” and “", " ")
            raise NotUnderstood(f"{named} is in the past.")
        return self._at(chosen)

    def _at(self, day: date) -> Schedule:
        return Schedule(self.zone.key, datetime.combine(day, self.time))

    def _is_ahead(self, day: date) -> bool:
        return resolve(datetime.combine(day, self.time), self.zone) > self.now

    def _date(self, day: Day) -> date:
        """The day that is meant: the first of its kind on which the time is still to come."""
        chosen = self._first_of(day)
        if day.weekday is not None and chosen.weekday() != day.weekday:
            words = f"{chosen.day} {MONTH_NAMES[chosen.month - 1].capitalize()} {chosen.year}"
            raise NotUnderstood(f"{words} is a {WEEKDAY_NAMES[chosen.weekday()].capitalize()}.")
        return chosen

    def _first_of(self, day: Day) -> date:
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
            return replace(repetition, rrule=f"FREQ=WEEKLY;BYDAY={WEEKDAY_CODES[day.day]}", needs="")
        if repetition.needs == "day of the month" and day.kind == "monthly" and day.weekday is None:
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
        if self.wish.clock or self.wish.part:
            raise NotUnderstood(f"You named two times: {self._named('repetition', 'clock', 'part')}.")
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
    if year > MAXYEAR:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
