"""Schedules in words: those of people for what they write, and never words for something else."""

from datetime import UTC, datetime

import pytest
from cronsim import CronSim

from tasks.recurrence import Schedule
from tasks.words import describe

MONDAY = datetime(2030, 1, 7, 8, 30)
ZONE = "Europe/Berlin"


@pytest.mark.parametrize(
    ("crontab", "words"),
    [
        ("* * * * *", "Every minute"),
        ("*/1 * * * *", "Every minute"),
        ("*/2 * * * *", "Every 2 minutes"),
        ("*/15 * * * *", "Every 15 minutes"),
        ("0 * * * *", "Every hour"),
        ("@hourly", "Every hour"),
        ("1 * * * *", "Every hour, 1 minute past the hour"),
        ("15 * * * *", "Every hour, 15 minutes past the hour"),
        ("0 */4 * * *", "Every 4 hours"),
        ("30 */2 * * *", "Every 2 hours, 30 minutes past the hour"),
        ("30 9 * * *", "Every day at 09:30"),
        ("@daily", "Every day at 00:00"),
        ("0 21,9,9 * * *", "Every day at 09:00 and 21:00"),
        ("0 9 * * 0-7", "Every day at 09:00"),
        ("0 9 * * MON-FRI", "Every weekday at 09:00"),
        ("0 9 * * 1,2,3,4,5", "Every weekday at 09:00"),
        ("0 9 * * mon", "Every Monday at 09:00"),
        ("0 9 * * 0", "Every Sunday at 09:00"),
        ("0 9 * * 7", "Every Sunday at 09:00"),
        ("0 9 * * 5-7", "Every Friday, Saturday and Sunday at 09:00"),
        ("0 9 * * SUN-TUE", "Every Monday, Tuesday and Sunday at 09:00"),
        ("0 9 * * 1-2,FRI", "Every Monday, Tuesday and Friday at 09:00"),
        ("0 18 1 * *", "On the 1st of every month at 18:00"),
        ("0 18 1,15 * *", "On the 1st and the 15th of every month at 18:00"),
        ("0 18 L * *", "On the last day of every month at 18:00"),
        ("0 18 24 12 *", "Every year on the 24th of December at 18:00"),
        ("0 18 1 JAN,7 *", "Every year on the 1st of January and July at 18:00"),
        ("@yearly", "Every year on the 1st of January at 00:00"),
    ],
)
def test_crontabs_that_most_people_write_are_in_plain_words(crontab: str, words: str) -> None:
    assert describe(Schedule(ZONE, crontab=crontab).settled()) == words


@pytest.mark.parametrize(
    "crontab",
    [
        *("*/7 * * * *", "0 */5 * * *", "*/15 9 * * *", "0,30 9 * * *", "0 9-17 * * *", "* 9 * * *"),
        *("0 9 1 * MON", "0 9 1-5 * *", "0 9 LW * *", "0 9 * 6 *", "0 9 1 1-3 *", "0 9 1 */2 *"),
        *("0 9 * * MON#2", "0 9 * * 5L", "0 9 * * */2", "0 9 * 6 MON", "*/15 * * * MON", "0 * 1 * *"),
    ],
)
def test_others_are_in_the_exact_words_of_the_library_that_fires_them(crontab: str) -> None:
    words = CronSim(crontab, datetime(2030, 1, 1)).explain()
    assert describe(Schedule(ZONE, crontab=crontab).settled()) == words


@pytest.mark.parametrize(
    ("rrule", "words"),
    [
        ("FREQ=DAILY", "Every day at 08:30"),
        ("FREQ=DAILY;INTERVAL=2", "Every second day at 08:30"),
        ("FREQ=WEEKLY", "Every Monday at 08:30"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday at 08:30"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=FR,MO", "Every 3 weeks on Monday and Friday at 08:30"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "On the 1st and the last day of every month at 08:30"),
        ("FREQ=MONTHLY;BYDAY=2TU,4TU", "On the second and the fourth Tuesday of every month at 08:30"),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR", "On the first Monday and the last Friday of every month at 08:30"),
        ("FREQ=YEARLY", "Every year on the 7th of January at 08:30"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "By the rule FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1 at 08:30"),
    ],
)
def test_rules(rrule: str, words: str) -> None:
    assert describe(Schedule(ZONE, MONDAY, rrule)) == words


def test_a_single_time_says_its_date() -> None:
    assert describe(Schedule.at(datetime(2030, 1, 7, 7, 30, tzinfo=UTC), ZONE)) == (
        "Once, on 7 January 2030 at 08:30"
    )


def test_an_end_is_said() -> None:
    end = datetime(2030, 1, 31, 22, 59, 59, tzinfo=UTC)
    assert describe(Schedule(ZONE, crontab="0 */4 * * *", ends_at=end)) == (
        "Every 4 hours, until 31 January 2030"
    )
    assert describe(Schedule(ZONE, MONDAY, "FREQ=DAILY", max_runs=2)) == "Every day at 08:30, 2 times"
    assert describe(Schedule(ZONE, MONDAY, "FREQ=DAILY", max_runs=1)) == "Every day at 08:30, one time"
