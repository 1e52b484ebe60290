"""One line of plain words: what it becomes, and what is said of what it does not say."""

import contextlib
import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.quick_add import NotUnderstood, Understood, understand
from tasks.recurrence import Schedule
from tasks.words import describe

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=BERLIN)


def read(line: str, now: datetime = WEDNESDAY, zone: str = "Europe/Berlin") -> Understood:
    return understand(line, now, zone)


ONCE = [
    ("tomorrow 9am call the bank", "2026-11-26 09:00", "call the bank"),
    ("tomorrow call the bank", "2026-11-26 09:00", "call the bank"),
    ("remind me to call Ann tomorrow at 9.30", "2026-11-26 09:30", "call Ann"),
    ("the day after tomorrow at 9 pm", "2026-11-27 21:00", ""),
    ("today at 11 lunch", "2026-11-25 11:00", "lunch"),
    ("at 11 lunch", "2026-11-25 11:00", "lunch"),
    ("at 10 lunch", "2026-11-26 10:00", "lunch"),
    ("@18:30 dinner", "2026-11-25 18:30", "dinner"),
    ("at 9 o'clock x", "2026-11-26 09:00", "x"),
    ("at 9 a.m. x", "2026-11-26 09:00", "x"),
    ("12am x", "2026-11-26 00:00", "x"),
    ("12 pm x", "2026-11-25 12:00", "x"),
    ("21h film", "2026-11-25 21:00", "film"),
    ("at midnight change", "2026-11-26 00:00", "change"),
    ("at 10:00:30 ping", "2026-11-25 10:00:30", "ping"),
    ("tonight film", "2026-11-25 20:00", "film"),
    ("this evening film", "2026-11-25 18:00", "film"),
    ("tomorrow evening film", "2026-11-26 18:00", "film"),
    ("Friday afternoon x", "2026-11-27 14:00", "x"),
    ("Friday 13:00 pay the 20 euros", "2026-11-27 13:00", "pay the 20 euros"),
    ("on fri at 8 x", "2026-11-27 08:00", "x"),
    ("Wednesday at 9 x", "2026-12-02 09:00", "x"),
    ("Wednesday at 11 x", "2026-11-25 11:00", "x"),
    ("on the 15th pay rent", "2026-12-15 09:00", "pay rent"),
    ("on the 31st at 8 x", "2026-12-31 08:00", "x"),
    ("1st of December 2027 at 10am exam", "2027-12-01 10:00", "exam"),
    ("Dec 1st 10:00 exam", "2026-12-01 10:00", "exam"),
    ("December 1, 2027 at noon exam", "2027-12-01 12:00", "exam"),
    ("1.12. 10:00 exam", "2026-12-01 10:00", "exam"),
    ("1.12.2027 10:00 exam", "2027-12-01 10:00", "exam"),
    ("2026-12-01 10:00 exam", "2026-12-01 10:00", "exam"),
    ("24 November x", "2027-11-24 09:00", "x"),
    ("29 February x", "2028-02-29 09:00", "x"),
    ("in 20 minutes", "2026-11-25 10:20", ""),
    ("in 20 seconds ping", "2026-11-25 10:00:20", "ping"),
    ("in an hour x", "2026-11-25 11:00", "x"),
    ("in half an hour turn", "2026-11-25 10:30", "turn"),
    ("in 2 hours and 30 minutes tea", "2026-11-25 12:30", "tea"),
    ("in 1h 30m tea", "2026-11-25 11:30", "tea"),
    ("in 3 days at 8:15 x", "2026-11-28 08:15", "x"),
    ("in 2 weeks at noon x", "2026-12-09 12:00", "x"),
    ("in a month x", "2026-12-25 09:00", "x"),
    ("tomorrow 9am buy 3 apples", "2026-11-26 09:00", "buy 3 apples"),
    ("at 10 meeting 2026 budget", "2026-11-26 10:00", "meeting 2026 budget"),
    ("get sun cream tomorrow 9am", "2026-11-26 09:00", "get sun cream"),
    ("I may call Bob at 9", "2026-11-26 09:00", "I may call Bob"),
    ("second opinion tomorrow", "2026-11-26 09:00", "second opinion"),
    ("tomorrow at 9 read chapter 5", "2026-11-26 09:00", "read chapter 5"),
    ("İstanbul tomorrow 9am", "2026-11-26 09:00", "İstanbul"),
    ("Monday 30 November at 9 x", "2026-11-30 09:00", "x"),
    ("Thu, 3 Dec 2026 9:00 x", "2026-12-03 09:00", "x"),
    ("on Monday the 30th at 9 x", "2026-11-30 09:00", "x"),
    ("Monday, December 7 at 9 x", "2026-12-07 09:00", "x"),
    ("fri at 9 call", "2026-11-27 09:00", "call"),
    ("sat at 9 call", "2026-11-28 09:00", "call"),
    ("in an hour and a half tea", "2026-11-25 11:30", "tea"),
    ("in one and a half hours tea", "2026-11-25 11:30", "tea"),
    ("in 2h30 tea", "2026-11-25 12:30", "tea"),
    ("20 minutes from now check the oven", "2026-11-25 10:20", "check the oven"),
    ("2 days from now at 9 x", "2026-11-27 09:00", "x"),
    ("in 20 minutes 5 eggs", "2026-11-25 10:20", "5 eggs"),
    ("tonight at 9 film", "2026-11-25 21:00", "film"),
    ("tonight at 9:30pm film", "2026-11-25 21:30", "film"),
    ("this afternoon at 3 x", "2026-11-25 15:00", "x"),
    ("tomorrow morning at 7 x", "2026-11-26 07:00", "x"),
    ("tomorrow evening at 19:30 x", "2026-11-26 19:30", "x"),
    ("at 9 in the evening x", "2026-11-25 21:00", "x"),
    ("in the morning x", "2026-11-26 09:00", "x"),
    ("tomorrow at night dinner", "2026-11-26 20:00", "dinner"),
    ("call the bank tomorrow at 9.", "2026-11-26 09:00", "call the bank"),
    ("call the bank (tomorrow 9am), then Ann", "2026-11-26 09:00", "call the bank then Ann"),
    ("Tomorrow, 9am: call the bank", "2026-11-26 09:00", "call the bank"),
    ("remind me at 5pm that the shop closes", "2026-11-25 17:00", "the shop closes"),
    ("remind me about the dentist on Friday at 3pm", "2026-11-27 15:00", "the dentist"),
    ("tomorrow remind me to call", "2026-11-26 09:00", "call"),
    ("remind me to march at 5pm", "2026-11-25 17:00", "march"),
    ("log on tomorrow 9am", "2026-11-26 09:00", "log on"),
    ("on second thought tomorrow", "2026-11-26 09:00", "on second thought"),
    ("to do list tomorrow", "2026-11-26 09:00", "to do list"),
    ("tomorrow at the office", "2026-11-26 09:00", "at the office"),
    ("A - B tomorrow", "2026-11-26 09:00", "A - B"),
    ("read 1984 tonight", "2026-11-25 20:00", "read 1984"),
    ("call 112 at 9", "2026-11-26 09:00", "call 112"),
    ("call +49 30 123456 tomorrow 9am", "2026-11-26 09:00", "call +49 30 123456"),
    ("read pages 10-20 tomorrow", "2026-11-26 09:00", "read pages 10-20"),
    ("version 10.11 release tomorrow", "2026-11-26 09:00", "version 10.11 release"),
    ("pay 12.50 at 17:00", "2026-11-25 17:00", "pay 12.50"),
    ("3/4 cup of sugar tomorrow", "2026-11-26 09:00", "3/4 cup of sugar"),
    ("ratio 16:9 tomorrow", "2026-11-26 09:00", "ratio 16:9"),
    ("run for an hour tomorrow at 7", "2026-11-26 07:00", "run for an hour"),
    ("read the 3rd chapter tomorrow 9am", "2026-11-26 09:00", "read the 3rd chapter"),
    ("look at two houses tomorrow at 9", "2026-11-26 09:00", "look at two houses"),
    ("sun cream on Saturday", "2026-11-28 09:00", "sun cream"),
    ("sun cream at 11", "2026-11-25 11:00", "sun cream"),
    ("call Mr May on Friday", "2026-11-27 09:00", "call Mr May"),
    ("meet April on 3 May", "2027-05-03 09:00", "meet April"),
    ("est-ce que tomorrow 9am", "2026-11-26 09:00", "est-ce que"),
    ("tomorrow, 9am, then lunch", "2026-11-26 09:00", "then lunch"),
    ("this coming Friday at 9 x", "2026-11-27 09:00", "x"),
    ("at 11 Lunch with Bob", "2026-11-25 11:00", "Lunch with Bob"),
    ("remind me at 11 Call Ann", "2026-11-25 11:00", "Call Ann"),
    ("meet Bob at 5pm Main Street tomorrow", "2026-11-26 17:00", "meet Bob Main Street"),
    ("meet Bob tomorrow at 17:00 at 5th Avenue", "2026-11-26 17:00", "meet Bob at 5th Avenue"),
    ("meet Bob at 11 Friday", "2026-11-27 11:00", "meet Bob"),
    ("at 9, 5 December call", "2026-12-05 09:00", "call"),
    ("5 December, 9:00 call", "2026-12-05 09:00", "call"),
    ("tomorrow at 9 book a flight in December", "2026-11-26 09:00", "book a flight in December"),
    ("in 10 days' time at 9 x", "2026-12-05 09:00", "x"),
    ("in a week's time at 9 x", "2026-12-02 09:00", "x"),
    ("read chapter 5 tomorrow", "2026-11-26 09:00", "read chapter 5"),
    ("finish part two tomorrow", "2026-11-26 09:00", "finish part two"),
    ("call this one tomorrow", "2026-11-26 09:00", "call this one"),
    ("tomorrow CT scan", "2026-11-26 09:00", "CT scan"),
    ("tomorrow at 9 in Berlin", "2026-11-26 09:00", "in Berlin"),
    ("buy fish tomorrow at 9", "2026-11-26 09:00", "buy fish"),
    ("buy about 20 eggs tomorrow at 9", "2026-11-26 09:00", "buy about 20 eggs"),
    ("call twice tomorrow at 9", "2026-11-26 09:00", "call twice"),
    ("buy half a cake tomorrow", "2026-11-26 09:00", "buy half a cake"),
    ("walk 10,000 steps tomorrow at 9", "2026-11-26 09:00", "walk 10,000 steps"),
    ("buy a Christmas tree tomorrow", "2026-11-26 09:00", "buy a Christmas tree"),
]


@pytest.mark.parametrize(("line", "when", "title"), ONCE)
def test_once(line: str, when: str, title: str) -> None:
    understood = read(line)
    assert (understood.schedule, understood.title) == (
        Schedule("Europe/Berlin", datetime.fromisoformat(when)), title,
    )  # fmt: skip


REPEATING = [
    ("every weekday at 8:30 stand-up", "Every weekday at 08:30", "2026-11-26", "stand-up"),
    ("every second Tuesday at noon", "Every second week on Tuesday at 12:00", "2026-12-01", ""),
    ("every other Friday at 16:00 beers", "Every second week on Friday at 16:00", "2026-11-27", "beers"),
    ("every Mon, Wed and Fri 18:00 gym", "Every Monday, Wednesday and Friday at 18:00", "2026-11-25", "gym"),
    ("every Monday at 8 call room 12", "Every Monday at 08:00", "2026-11-30", "call room 12"),
    ("every week on Friday at 3pm x", "Every Friday at 15:00", "2026-11-27", "x"),
    ("every week at 3pm on Friday x", "Every Friday at 15:00", "2026-11-27", "x"),
    ("every 2 weeks on Monday at 9 x", "Every second week on Monday at 09:00", "2026-11-30", "x"),
    ("weekends at 10 run", "Every Saturday and Sunday at 10:00", "2026-11-28", "run"),
    ("every day at midnight x", "Every day at 00:00", "2026-11-26", "x"),
    ("daily at 8:30 pills for 10 times", "Every day at 08:30, 10 times", "2026-11-26", "pills"),
    ("every 3 days at 9 water plants", "Every 3 days at 09:00", "2026-11-26", "water plants"),
    ("every day at 9 until 31 December x", "Every day at 09:00, until 31 December 2026", "2026-11-26", "x"),
    ("every day at 9am for 2 weeks x", "Every day at 09:00, until 9 December 2026", "2026-11-26", "x"),
    ("from 1 December every day at 9 x", "Every day at 09:00", "2026-12-01", "x"),
    ("every day from Monday until Friday x", "Every day at 09:00, until 4 December 2026", "2026-11-30", "x"),
    ("on the 1st of every month", "On the 1st of every month at 09:00", "2026-12-01", ""),
    ("every 1st and 15th of the month", "On the 1st and the 15th of every month at 09:00", "2026-12-01", ""),
    ("every month on the 15th at 9:00 rent", "On the 15th of every month at 09:00", "2026-12-15", "rent"),
    ("monthly on the 3rd at 9 x", "On the 3rd of every month at 09:00", "2026-12-03", "x"),
    ("on the last day of every month at 18:00", "On the last day of every month at 18:00", "2026-11-30", ""),
    ("on the last Friday of every month x", "On the last Friday of every month at 09:00", "2026-11-27", "x"),
    ("every first Monday of the month x", "On the first Monday of every month at 09:00", "2026-12-07", "x"),
    ("every year on 24 December at 18:00", "Every year on the 24th of December at 18:00", "2026-12-24", ""),
    ("every 24 December at 18:00 x", "Every year on the 24th of December at 18:00", "2026-12-24", "x"),
    ("rent on the last day of the month", "On the last day of every month at 09:00", "2026-11-30", "rent"),
    ("every day for 3 days at 8", "Every day at 08:00, until 28 November 2026", "2026-11-26", ""),
    ("every other week on Monday and Thursday at 7pm until 31 December",
     "Every second week on Monday and Thursday at 19:00, until 31 December 2026", "2026-11-26", ""),
    ("everyday at 7am pills", "Every day at 07:00", "2026-11-26", "pills"),
    ("every morning pills", "Every day at 09:00", "2026-11-26", "pills"),
    ("every evening at 7 pills", "Every day at 19:00", "2026-11-25", "pills"),
    ("every Monday evening yoga", "Every Monday at 18:00", "2026-11-30", "yoga"),
    ("mondays at 9 gym", "Every Monday at 09:00", "2026-11-30", "gym"),
    ("on Mondays and Thursdays at 9 gym", "Every Monday and Thursday at 09:00", "2026-11-26", "gym"),
    ("every Monday to Friday at 9 work", "Every weekday at 09:00", "2026-11-26", "work"),
    ("every sat-mon at 9 x", "Every Monday, Saturday and Sunday at 09:00", "2026-11-28", "x"),
    ("second Tuesday of the month x", "On the second Tuesday of every month at 09:00", "2026-12-08", "x"),
    ("every fortnight on Friday x", "Every second week on Friday at 09:00", "2026-11-27", "x"),
    ("fortnightly on Friday x", "Every second week on Friday at 09:00", "2026-11-27", "x"),
    ("every 3 months on the 1st tax", "Every 3 months on the 1st at 09:00", "2026-12-01", "tax"),
    ("second and fourth Tuesday of every month x",
     "On the second and the fourth Tuesday of every month at 09:00", "2026-12-08", "x"),
    ("every month on the 1st & 3rd Monday x",
     "On the first and the third Monday of every month at 09:00", "2026-12-07", "x"),
    ("on the first and the last Friday of the month x",
     "On the first and the last Friday of every month at 09:00", "2026-11-27", "x"),
    ("on the 1st/15th of the month x", "On the 1st and the 15th of every month at 09:00", "2026-12-01", "x"),
    ("on the 1st of every other month x", "Every second month on the 1st at 09:00", "2026-12-01", "x"),
    ("alternate Mondays at 9 x", "Every second week on Monday at 09:00", "2026-11-30", "x"),
    ("every alternate day at 9 x", "Every second day at 09:00", "2026-11-26", "x"),
    ("every 2nd Tuesday at 9 x", "Every second week on Tuesday at 09:00", "2026-12-01", "x"),
    ("every tue/thu 18:00 gym", "Every Tuesday and Thursday at 18:00", "2026-11-26", "gym"),
    ("every Sat & Sun at 10 run", "Every Saturday and Sunday at 10:00", "2026-11-28", "run"),
    ("every mon thru fri at 9 x", "Every weekday at 09:00", "2026-11-26", "x"),
    ("every Friday at 18:00 dinner in Berlin", "Every Friday at 18:00", "2026-11-27", "dinner in Berlin"),
    ("every day at 7 for 20 minutes run", "Every day at 07:00", "2026-11-26", "for 20 minutes run"),
    ("every day at 7 run for 20 minutes", "Every day at 07:00", "2026-11-26", "run for 20 minutes"),
    ("every 29 February leap", "Every year on the 29th of February at 09:00", "2028-02-29", "leap"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "words", "first", "title"), REPEATING)
def test_repeating(line: str, words: str, first: str, title: str) -> None:
    understood = read(line)
    assert (describe(understood.schedule), understood.title) == (words, title)
    following = understood.schedule.after(WEDNESDAY)
    assert following is not None
    assert f"{following.astimezone(BERLIN):%Y-%m-%d}" == first


@pytest.mark.parametrize(
    ("line", "crontab"),
    [
        ("every hour drink", "0 * * * *"),
        ("hourly drink", "0 * * * *"),
        ("every 2 hours stand up", "0 */2 * * *"),
        ("every 30 minutes stretch", "*/30 * * * *"),
        ("every half hour stretch", "*/30 * * * *"),
    ],
)
def test_several_times_a_day(line: str, crontab: str) -> None:
    assert read(line).schedule == Schedule("Europe/Berlin", crontab=crontab)


REFUSED = [
    ("call mom", "Say when"),
    ("", "Say when"),
    ("next Friday lunch", "Which day is “next Friday”?"),
    ("next week lunch", "Which day is “next week”?"),
    ("12/1 lunch", "“12/1” can be two dates."),
    ("at 25:00 x", "“25:00” is not a time of day."),
    ("at 13pm x", "“13pm” is not a time of day."),
    ("on 31 February party", "There is no 31 February."),
    ("on 1 January 2020 party", "“on 1 January 2020” is in the past."),
    ("today at 9 x", "“today at 9” is in the past."),
    ("at 5 meet at 6", "You named two: “at 5” and “at 6”."),
    ("tomorrow Friday at 9", "You named two"),
    ("on Monday and Friday", "“on Monday and Friday” was not understood."),
    ("every Monday at 9 and 17", "“and 17” was not understood."),
    ("in 20 minutes tomorrow", "You named two times"),
    ("in 0 minutes", "“in 0 minutes” is no time at all."),
    ("tomorrow at midnight", "its beginning or its end?"),
    ("every week x", "On which weekday is “every week”?"),
    ("every month x", "On which day of the month is “every month”?"),
    ("every year x", "On which date is “every year”?"),
    ("every 7 minutes x", "minutes can be 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30."),
    ("every 0 days", "“every 0 days” is not how often something can be."),
    ("every second", "“every second” was not understood."),
    ("every quarter x", "“every quarter x” was not understood."),
    ("on the 32nd of every month", "There is no 32nd of a month."),
    ("every 6th Monday of the month", "No month has a 6th Monday."),
    ("every hour at 9", "You named two times"),
    ("every day at 9 tomorrow", "To begin then, say “from …”."),
    ("every day at 9 until 1 January 2020", "in the past"),
    ("tomorrow until Friday", "goes with something that repeats"),
    ("wait until Bob calls tomorrow 9am", "“until Bob calls” was not understood."),
    ("x" * 301, "At most 300 characters"),
    ("buy 2 tickets", "Say when"),
    ("May I come", "Say when"),
    ("meet at the office", "Say when"),
    ("Friday 13th 9am", "13 December 2026 is a Sunday."),
    ("Tuesday 30 November at 9", "30 November 2026 is a Monday."),
    ("on the 40th x", "There is no 40th of a month."),
    ("in 9999 years x", "That is too far away."),
    ("in a day and a half x", "Only hours have halves."),
    ("today call Bob", "At what time today?"),
    ("tomorrow at 9 or 10", "“or 10” was not understood. Name one time of day."),
    ("tomorrow 9 or 10am x", "“9 or 10am” was not understood."),
    ("9-10am meeting tomorrow", "“9-10am” was not understood."),
    ("tomorrow from 9 to 10 meeting", "“from 9 to 10” was not understood."),
    ("every hour from 9 to 5 stretch", "“from 9 to 5” was not understood."),
    ("tomorrow 9-10 meeting", "Is “9-10” a time of day?"),
    ("Friday 10 call", "Is “10” a time of day?"),
    ("every day 7 pills", "Is “7” a time of day?"),
    ("tomorrow 12.30 lunch", "Is “12.30” a time of day?"),
    ("5 in the afternoon x", "Is “5” a time of day?"),
    ("tomorrow at five tea", "“at five” was not understood."),
    ("half past nine tomorrow tea", "“half past nine” was not understood."),
    ("tonight at 2 film", "“tonight” and “at 2” do not go together."),
    ("tomorrow morning at 8pm x", "“tomorrow morning” and “at 8pm” do not go together."),
    ("before 9am tomorrow call", "“before 9am” was not understood."),
    ("by Friday finish the report", "“by Friday” was not understood."),
    ("a week from tomorrow x", "“a week from tomorrow” was not understood."),
    ("2 hours before midnight x", "“2 hours before midnight” was not understood."),
    ("Friday week x", "“Friday week” was not understood."),
    ("second Tuesday", "Which day is “second Tuesday”?"),
    ("every last Friday beers", "Which day is “last Friday”?"),
    ("mon-fri at 9 work", "Try “every Monday to Friday”."),
    ("Monday to Friday at 9 work", "“Monday to Friday” was not understood."),
    ("every weekday except Friday at 9", "“except Friday” was not understood."),
    ("Fri call Bob at 9", "“Fri” was not understood. Is it a day?"),
    ("this weekend at 9 x", "“this weekend” was not understood."),
    ("end of the month at 9 pay", "“end of the month” was not understood."),
    ("in December at 9 x", "“in December” was not understood."),
    ("pay rent the 15th at 9", "“the 15th” was not understood. Is it a day?"),
    ("24.12 at 9 gifts", "“24.12” was not understood. Is it a date?"),
    ("24.12.26 at 9 gifts", "“24.12.26” was not understood. Is it a date?"),
    ("24/12/2026 at 9 gifts", "“24/12/2026” can be two dates."),
    ("biweekly sync tomorrow", "“biweekly” was not understood."),
    ("once a week call mum tomorrow at 9", "“once a week” was not understood."),
    ("tomorrow 9am PST call Bob", "“PST” was not understood."),
    ("email Bob at 9@example.com", "Say when"),
]
IN_DOUBT = {
    "several days": [
        ("tue/thu 18:00 gym", "“tue/thu”"),
        ("Tuesday/Thursday at 18:00 gym", "“Tuesday/Thursday”"),
        ("sat and sun 10:00 run", "“sat and sun”"),
        ("sat + sun 10:00 run", "“sat + sun”"),
        ("sat or sun 10:00 run", "“sat or sun”"),
        ("mon wed fri 18:00 gym", "“mon wed fri”"),
        ("mon, wed, fri at 18:00 gym", "“mon, wed, fri”"),
        ("Mon & Wed at 9 x", "“Mon & Wed”"),
        ("mon thru fri at 9 x", "“mon thru fri”"),
        ("every day at 9 from mon to fri x", "“from mon to fri”"),
        ("every mon wed gym at 9", "“every mon wed”"),
        ("every Monday or tue gym at 9", "“or tue”"),
        ("every weekday and sat gym at 9", "“and sat”"),
        ("on the 1st and 15th at 9 rent", "“and 15th”"),
        ("on the 15th/16th at 9 x", "/16th”"),
        ("1 and 2 December at 9 fair", "“1 and 2 December”"),
        ("1, 2 December at 9 fair", "“1, 2 December”"),
        ("1-3 December at 9 fair", "“1-3 December”"),
        ("December 1-3 at 9 fair", "-3”"),
        ("December 1 and 2 at 9 fair", "“and 2”"),
        ("first or third Monday of the month x", "“first or third Monday of the month”"),
        ("every 2nd and 4th Tuesday at 9 x", "“4th Tuesday”"),
        ("tomorrow and the day after at 9 x", "“and the day”"),
        ("every Friday the 13th at 9 x", "“the 13th”"),
        ("MWF at 9 gym", "“MWF”"),
        ("on the 5th of January and July at 9 x", "“and July”"),
        ("Dec 1, 2 and 3 at 9 x", "2 and 3”"),
        ("December 1/2 at 9 x", "“/2”"),
    ],
    "several times of day": [
        ("every day at 9, 13 and 17 pills", "“at 9, 13”"),
        ("daily at 8, 20 pills", "“at 8, 20”"),
        ("daily at 8 + 20 pills", "“at 8 + 20”"),
        ("daily at 8 / 20 pills", "“at 8 / 20”"),
        ("daily at 8; 20 pills", "“at 8; 20”"),
        ("daily at 9am, 1 and 5pm pills", "“9am, 1”"),
        ("tomorrow 9, 13:00 pills", "“9, 13:00”"),
        ("tomorrow 9:00-10 meeting", "-10”"),
        ("tomorrow at 9-11 meeting", "-11”"),
        ("tomorrow 9am to 5 work", "“to 5”"),
        ("tomorrow at 9 till 5 work", "“till 5 work”"),
        ("every morning and evening pills", "“and evening”"),
        ("in an hour or two x", "“or two”"),
    ],
    "a time of day": [
        ("21.30 tomorrow film", "“21.30”"),
        ("meeting 10.30 tomorrow", "“10.30”"),
        ("9 tomorrow call", "“9”"),
        ("dinner 7 Friday", "“7”"),
        ("meeting 1700 tomorrow", "“1700”"),
        ("tomorrow 5p call", "“5p”"),
        ("tomorrow 17:00hrs call", "“17:00hrs”"),
        ("tomorrow 17:00 hrs call", "“hrs”"),
        ("dinner seven on Friday", "“seven”"),
        ("tomorrow, 9, call", "“9”"),
        ("tomorrow 9,30 call", "“9,30”"),
        ("tomorrow at 9,30 call", "“at 9,30”"),
        ("tomorrow at 9 30 call", "“at 9 30”"),
        ("meet Bob at 5 Main Street tomorrow", "Is “at 5 Main” a place?"),
        ("at 5 Main Street tomorrow meet Bob", "Is “at 5 Main” a place?"),
        ("tomorrow half nine call", "“half nine”"),
        ("tomorrow nine o'clock call", "“nine o'clock”"),
        ("tomorrow nine pm call", "“nine pm”"),
        ("tomorrow nine thirty call", "“nine thirty”"),
        ("tomorrow at about 9 call", "“at about 9”"),
        ("tomorrow ~9 call", "“~9”"),
        ("every hour at quarter past x", "“at quarter past”"),
        ("tomorrow ten to nine call", "“ten to nine”"),
        ("10 past 9 tomorrow call", "“10 past 9”"),
        ("quarter to 5pm tomorrow call", "“quarter to 5pm”"),
        ("tomorrow eod report", "“eod”"),
        ("tomorrow end of day report", "“end of day”"),
        ("tomorrow first thing call", "“first thing”"),
        ("tomorrow at lunch call", "“at lunch”"),
        ("early tomorrow call", "“early tomorrow”"),
        ("tomorrow early morning call", "“early morning”"),
        ("Friday-night pizza", "“Friday-night”"),
    ],
    "about a time": [
        ("at 5 or so call", "“or so”"),
        ("at 5ish call tomorrow", "ish”"),
        ("noonish lunch tomorrow", "“noonish”"),
        ("5pm-ish call", "“5pm-ish”"),
        ("~5pm call", "“~5pm”"),
        ("circa 5pm call", "“circa 5pm”"),
        ("5pm or later call", "“or later”"),
        ("5pm at the latest call", "“at the latest”"),
        ("tomorrow around 5 call", "“around 5”"),
        ("call about 5 tomorrow", "“about 5”"),
        ("tomorrow after work gym", "“after work”"),
        ("sometime tomorrow call", "“sometime”"),
        ("in 1 hour 30 call", "“in 1 hour 30”"),
        ("in 1:30 call", "“in 1:30”"),
        ("in 1.5h call at 9", "“in 1.5h”"),
        ("in 2 working days at 9 x", "“in 2 working days”"),
        ("tomorrow no later than 5pm report", "“than 5pm”"),
        ("in 2-3 days at 9 x", "“in 2-3 days”"),
        ("in a few days at 9 x", "“in a few days”"),
        ("in about 3 days at 9 x", "“in about 3 days”"),
        ("within 3 days at 9 x", "“within 3 days”"),
        ("3 days later at 9 x", "“3 days later”"),
    ],
    "a day": [
        ("Good Friday at 9 x", "“Good Friday”"),
        ("Easter Monday at 9 x", "“Easter Monday”"),
        ("at Christmas at 9 x", "“at Christmas”"),
        ("Christmas Eve at 18:00 dinner", "“Christmas Eve”"),
        ("in spring at 9 x", "“in spring”"),
        ("mid December at 9 x", "“mid December”"),
        ("on my birthday at 9 x", "“on my birthday”"),
        ("Friday eve at 9 x", "“Friday eve”"),
        ("Friday after next at 9 x", "“after next”"),
        ("a week on Friday at 9 x", "“a week on Friday”"),
        ("prepare Monday's meeting at 9", "“Monday's”"),
        ("Friday 13 at 9 x", "13”"),
        ("2026/12/01 10:00 exam", "“2026/12/01”"),
        ("01-12-2026 10:00 exam", "“01-12-2026”"),
        ("eom at 9 rent", "“eom”"),
        ("the first at 9 x", "“the first”"),
        ("the following Monday at 9 x", "“following Monday”"),
        ("December 2026 at 9 x", "“December 2026”"),
        ("week 50 at 9 x", "“week 50”"),
    ],
    "how often": [
        ("alternate days at 9 x", "“alternate days”"),
        ("bi-weekly on Friday at 9 x", "“bi-weekly"),
        ("half-hourly stretch", "“half-hourly”"),
        ("twice daily at 9 pills", "“twice daily”"),
        ("2x daily at 9 pills", "“2x daily”"),
        ("twice a day at 9 pills", "“twice a day”"),
        ("every few days at 9 x", "“every few days”"),
        ("evenings at 7 pills", "“evenings”"),
        ("3x a day at 9 pills", "“3x a day”"),
        ("every hour and a half x", "“and a half”"),
        ("first business day of the month at 9 x", "“first business day of”"),
        ("fortnightly x", "On which weekday is “fortnightly”?"),
    ],
    "from when, until when": [
        ("every Sunday at 9 from December", "“from December”"),
        ("every weekday at 9 in December", "“in December”"),
        ("every day at 9 after Christmas", "“after Christmas”"),
        ("every day at 9 during Lent", "“during Lent”"),
        ("every Sunday at 9 walk in summer", "“in summer”"),
        ("every day at 9 x since May", "“since May”"),
        ("every day at 9 in 2027", "“in 2027”"),
        ("every day at 9 starting in January", "“starting in January”"),
        ("every day at 9 for the next 3 days x", "“for the next”"),
        ("every day at 9 for a while x", "“for a while”"),
        ("every day at 9 for 2-3 weeks x", "“for 2-3 weeks”"),
        ("every day but Sunday at 9 x", "“but Sunday”"),
        ("every day at 9 except holidays x", "“except holidays”"),
        ("every 2 hours during the day x", "“during the”"),
        ("every 10 minutes for 2 hours x", "“for 2 hours”"),
        ("every day at 9 this week x", "“this week”"),
    ],
    "whose clock": [
        ("tomorrow at 9 New York time call", "“New York time”"),
        ("tomorrow at 9 by New York time call", "“by New York time”"),
        ("tomorrow at 9 their time call", "“their time”"),
        ("at 9 tomorrow (Berlin time) call", "“Berlin time”"),
        ("tomorrow at 9 (UTC) call", "“UTC”"),
        ("tomorrow at 9 UTC+2 call", "“UTC”"),
        ("9 UTC tomorrow call", "“9 UTC”"),
        ("UTC 9am tomorrow call", "“UTC”"),
        ("tomorrow 9am ET call", "“ET”"),
        ("tomorrow 9am, gmt call", "“gmt”"),
        ("tomorrow 9am +0100 call", "“+0100”"),
        ("tomorrow 9:00 Pacific call", "“Pacific”"),
        ("tomorrow 09:00Z call", "“09:00Z”"),
        ("tomorrow 9:00 Europe/London call", "“Europe/London”"),
    ],
}
REFUSED += [row for rows in IN_DOUBT.values() for row in rows]


@pytest.mark.parametrize(("line", "words"), REFUSED)
def test_what_is_not_understood_is_said(line: str, words: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read(line)
    assert words in str(refused.value)


def test_a_time_of_day_that_was_not_given_is_known_to_be_assumed() -> None:
    assert read("tomorrow call the bank").assumed_time
    assert read("on the 1st of every month").assumed_time
    assert not read("tomorrow 9am call the bank").assumed_time
    assert not read("in 20 minutes").assumed_time
    assert not read("every hour drink").assumed_time


def test_minutes_from_now_are_exact_while_clocks_change() -> None:
    """At 02:50 of the second pass, twenty minutes later is not an hour and ten before."""
    second_pass = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    for now in (second_pass, second_pass - timedelta(minutes=45)):
        understood = read("in 20 minutes", now)
        assert understood.schedule.after(now) == now + timedelta(minutes=20)


def test_the_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert read("tomorrow 9am", late, "Asia/Tokyo").schedule.starts == datetime(2026, 11, 27, 9)
    assert read("tomorrow 9am", late, "America/New_York").schedule.starts == datetime(2026, 11, 26, 9)


@pytest.mark.parametrize("line", [line for line, *_ in [*ONCE, *REPEATING]])
def test_a_title_has_words_of_the_line_in_their_order(line: str) -> None:
    words = iter(re.findall(r"[\w’']+", line))
    assert all(word in words for word in re.findall(r"[\w’']+", read(line).title))


WORDS = [word for line, *_ in [*ONCE, *REPEATING, *REFUSED] for word in line.split()] + [
    "\0",
    "٣",
    "31.",
    "²",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=80))
def test_whatever_is_typed_is_understood_or_refused(line: str) -> None:
    try:
        understood = read(line)
    except NotUnderstood:
        return
    assert understood.schedule.settled() == understood.schedule
    assert understood.schedule.after(WEDNESDAY), "what is understood is still to come"


@pytest.mark.parametrize(
    "piece",
    [
        *("in 1h 1h ", "1 and a half ", "every mon, ", "1st and the ", "at 9 ", "- ", "1.", "mon ", "mon, "),
        *("9, ", "at 9, 1", "UTC ", "New York ", "9am A ", "from in the ", "for the a ", "in the next "),
        *("every day a", "a-", "until ", "first & the ", "1-1-", "every day at 9 from the mid-", "at 5 A "),
    ],
)
def test_no_line_keeps_it_busy(piece: str) -> None:
    began = time.process_time()
    with contextlib.suppress(NotUnderstood):
        read((piece * 100)[:300])
    assert time.process_time() - began < 0.5
