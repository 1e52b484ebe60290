"""Schedules that hypothesis makes up, as people and calendars would write them, and stranger ones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.tasks.oracle import CRON_DAYS, MONTHS, RULE_DAYS, clock_changes

FIRST_YEAR, LAST_YEAR = 2024, 2032
ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"),
    *("Africa/Casablanca", "Africa/Cairo", "America/Havana", "America/Santiago", "Antarctica/Troll"),
    *("Asia/Beirut", "Pacific/Apia", "Pacific/Chatham", "UTC"),
)
zones = st.sampled_from(ZONES)
walls = st.datetimes(datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR, 12, 1)).map(
    lambda wall: wall.replace(second=0, microsecond=0)
)
moments = walls.map(lambda wall: wall.replace(tzinfo=UTC))


@st.composite
def moments_around_clock_changes(draw: st.DrawFn, zone: str) -> datetime:
    """Up to two days away from one; any moment where clocks are left alone."""
    changes = clock_changes(ZoneInfo(zone), FIRST_YEAR, LAST_YEAR)
    if not changes:
        return draw(moments)
    return draw(st.sampled_from(changes)) + timedelta(minutes=draw(st.integers(-2 * 1440, 1440)))


def field(lowest: int, highest: int, names: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """One of a crontab that is not `*`."""
    numbers = st.integers(lowest, highest)
    one = numbers.map(str) | st.sampled_from(names) if names else numbers.map(str)
    ends = st.lists(numbers, min_size=2, max_size=2, unique=True)  # cronsim reads `5-5/10` like `5/10`
    span = ends.map(lambda ends: f"{min(ends)}-{max(ends)}")
    steps = st.builds("{}/{}".format, st.just("*") | one | span, st.integers(1, highest))
    return one | span | steps | st.lists(one | span | steps, min_size=2, max_size=3).map(",".join)


any_minute, any_hour, any_day, any_month, any_weekday = (st.just("*"),) * 5
few_minutes = st.sampled_from(["0", "15", "30", "59", "0,30", "15,45", "*/10", "*/15", "*/7", "10-50/20"])
few_hours = st.sampled_from(["0", "1", "2", "3", "1,2", "1-3", "0-4/2", "*/2", "23", "*/5"])
crontab_days = st.tuples(
    any_day | field(1, 28), any_month | field(1, 12, MONTHS), any_weekday | field(0, 7, CRON_DAYS)
).map(" ".join)
crontabs = st.tuples(
    any_minute | few_minutes | field(0, 59), any_hour | few_hours | field(0, 23), crontab_days
).map(" ".join)
crontabs_of_most_days = st.tuples(
    any_minute | few_minutes, any_hour | few_hours, st.just("* * *") | crontab_days
).map(" ".join)


def listed(values: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=most, unique=True).map(",".join)


def signed(highest: int) -> st.SearchStrategy[str]:
    return st.integers(-highest, highest).filter(bool).map(str)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules whose every part is allowed; some are for days that never come."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    days, month_days = st.sampled_from(RULE_DAYS), signed(31) | st.sampled_from(["-1", "13", "29", "31"])
    months = st.integers(1, 12).map(str)
    parts: dict[str, st.SearchStrategy[str | None]] = {"FREQ": st.just(frequency)}
    parts |= {
        "INTERVAL": st.integers(1, {"DAILY": 40, "WEEKLY": 9, "MONTHLY": 14, "YEARLY": 4}[frequency]).map(str)
    }
    parts |= {"BYMONTH": st.none() | listed(months), "WKST": st.none() | days}
    if frequency != "WEEKLY":
        parts["BYMONTHDAY"] = st.none() | listed(month_days)
    if frequency in {"MONTHLY", "YEARLY"}:
        days |= st.builds("{}{}".format, signed(5), days)
        parts["BYSETPOS"] = st.none() | listed(signed(2), 2)
    if frequency == "WEEKLY":
        parts["BYSETPOS"] = st.none() | st.sampled_from(["1", "-1"])
    parts["BYDAY"] = st.none() | listed(days)
    drawn = {name: draw(values) for name, values in parts.items()}
    return ";".join(f"{name}={value}" for name, value in drawn.items() if value)
