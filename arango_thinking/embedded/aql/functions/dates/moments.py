"""Moments in time as AQL counts them: milliseconds since 1970 in UTC, in the years 0 to 9999."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import INVALID_DATE, NoResultError

EARLIEST, LATEST = -62_167_219_200_000, 253_402_300_799_999
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
#: The calendar repeats after this number of years, or days. This makes up for the years that `date` does not support.
CYCLE_YEARS, CYCLE_DAYS = 400, 146_097
EPOCH = date(1970, 1, 1).toordinal()

DATE = re.compile(
    r"[ \t\r\n]*\+?0*(?P<year>[0-9]{1,4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?"
    r"(?:[ T](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2})"
    r"(?::(?P<second>[0-9]{1,2})(?:\.(?P<fraction>[0-9]+))?)?)?"
    r"(?:[zZ]|(?P<sign>[+-])(?P<zone_hour>[0-9]{1,2}):(?P<zone_minute>[0-9]{1,2}))?[ \t\r\n]*"
)
DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:[.,](?P<fraction>\d{1,3}))?S)?)?"
)
UNITS = {
    "years": "year", "year": "year", "y": "year", "months": "month", "month": "month", "m": "month",
    "weeks": "week", "week": "week", "w": "week", "days": "day", "day": "day", "d": "day",
    "hours": "hour", "hour": "hour", "h": "hour", "minutes": "minute", "minute": "minute", "i": "minute",
    "seconds": "second", "second": "second", "s": "second",
    "milliseconds": "millisecond", "millisecond": "millisecond", "f": "millisecond",
}  # fmt: skip
LENGTHS = {
    "week": 7 * DAY, "day": DAY, "hour": HOUR, "minute": MINUTE, "second": SECOND, "millisecond": 1,
    "year": CYCLE_DAYS * DAY // CYCLE_YEARS, "month": CYCLE_DAYS * DAY // CYCLE_YEARS // 12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """A moment as the calendar and the clock show it."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    millisecond: int


def day_start(year: int, month: int, day: int) -> int:
    """The moment at which a day begins. A day or month beyond the last one runs over into the next month or year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    cycles = (year - 1) // CYCLE_YEARS
    first = date(year - cycles * CYCLE_YEARS, month, 1).toordinal() + cycles * CYCLE_DAYS
    return (first + day - 1 - EPOCH) * DAY


def calendar_date(moment: int) -> tuple[date, int]:
    """The day, moved by whole cycles of the calendar into the years of `date`, and the number of years to add back."""
    ordinal = moment // DAY + EPOCH
    cycles = (ordinal - 1) // CYCLE_DAYS
    return date.fromordinal(ordinal - cycles * CYCLE_DAYS), cycles * CYCLE_YEARS


def parts(moment: int) -> Parts:
    day, years = calendar_date(moment)
    clock = moment % DAY
    return Parts(
        day.year + years, day.month, day.day,
        clock // HOUR, clock // MINUTE % 60, clock // SECOND % 60, clock % SECOND,
    )  # fmt: skip


def parse(text: str) -> int | None:
    """The moment that an ISO 8601 text states; `None` if the text is not valid."""
    match = DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(match[name] or default) for name, default in (("year", 0), ("month", 1), ("day", 1)))
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    zone = int(match["zone_hour"] or 0) * HOUR + int(match["zone_minute"] or 0) * MINUTE
    zone_is_valid = int(match["zone_hour"] or 0) < 24 and int(match["zone_minute"] or 0) < 60
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60 and zone_is_valid):
        return None
    fraction = int((match["fraction"] or "0").ljust(3, "0")[:3])
    local = day_start(year, month, day) + hour * HOUR + minute * MINUTE + second * SECOND + fraction
    moment = local + zone if match["sign"] == "-" else local - zone
    return moment if EARLIEST <= moment <= LATEST or not zone else None


def iso(moment: int) -> str | None:
    """The ISO 8601 text, with milliseconds and Z; `None` outside the years 0 to 9999."""
    if not EARLIEST <= moment <= LATEST:
        return None
    one = parts(moment)
    clock = f"{one.hour:02}:{one.minute:02}:{one.second:02}.{one.millisecond:03}"
    return f"{one.year:04}-{one.month:02}-{one.day:02}T{clock}Z"


def moment_of(value: Any) -> int:
    """The date that an argument states. Raises `NoResultError` when the argument is not a valid date."""
    if v.is_number(value):
        moment = int(value)
        if not EARLIEST <= moment <= LATEST:
            raise NoResultError(INVALID_DATE)
        return moment
    if not isinstance(value, str):
        raise NoResultError
    parsed = parse(value)
    if parsed is None:
        raise NoResultError(INVALID_DATE)
    return parsed


def text_of(moment: int) -> str:
    """Like `iso`, but raises `NoResultError` for a date outside the years 0 to 9999."""
    text = iso(moment)
    if text is None:
        raise NoResultError(INVALID_DATE)
    return text


def with_months(moment: int, months: int) -> int:
    """The moment `months` months later. A day that the month lacks runs over into the next month."""
    one = parts(moment)
    return day_start(one.year, one.month + months, one.day) + moment % DAY


def shifted(moment: int, amount: float, unit: str) -> int:
    """The moment `amount` units later, or earlier if negative. Part of a month counts as that part of 30 days."""
    sign = -1 if amount < 0 else 1
    rest = abs(amount)
    months = 0
    if unit == "year":
        months = int(rest) * 12
        rest, unit = (rest - int(rest)) * 12, "month"
    if unit == "month":
        months += int(rest)
        moment = with_months(moment, sign * months)
        rest, unit = (rest - int(rest)) * 30, "day"
    return moment + sign * int(rest * LENGTHS[unit])


def shifted_by_duration(moment: int, text: str, sign: int) -> int | None:
    """The moment later or earlier by an ISO 8601 duration; `None` if the text is not a valid duration."""
    match = DURATION.fullmatch(text)
    if match is None or len(text) < 2:
        return None
    found = {name: int(value or 0) for name, value in match.groupdict().items() if name != "fraction"}
    moment = with_months(moment, sign * (found["years"] * 12 + found["months"]))
    length = sum(found[f"{unit}s"] * LENGTHS[unit] for unit in ("week", "day", "hour", "minute", "second"))
    return moment + sign * (length + int((match["fraction"] or "0").ljust(3, "0")))


def day_of_year(moment: int) -> int:
    return calendar_date(moment)[0].timetuple().tm_yday


def week_day(moment: int) -> int:
    """The day of the week; 0 is Sunday."""
    return calendar_date(moment)[0].isoweekday() % 7


def iso_week(moment: int) -> tuple[int, int]:
    """The year and the number of the ISO week."""
    day, years = calendar_date(moment)
    year, week, _ = day.isocalendar()
    return year + years, week


def is_leap_year(moment: int) -> bool:
    year = parts(moment).year
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def quarter(moment: int) -> int:
    return math.ceil(parts(moment).month / 3)


def days_in_month(moment: int) -> int:
    one = parts(moment)
    return (day_start(one.year, one.month + 1, 1) - day_start(one.year, one.month, 1)) // DAY
