"""ISO 8601 durations, and points in time moved by them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?)?",
    re.IGNORECASE,
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The timestamps of the years 0 to 9999, in milliseconds.
FIRST, LAST = -62_167_219_200_000, 253_402_300_799_999

#: Months and milliseconds. They are separate because months differ in length.
Duration = tuple[int, int]


def parse_duration(text: str) -> Duration | None:
    """The duration that the text states; `None` if the text is not a valid duration."""
    match = DURATION.fullmatch(text)
    if match is None or text[-1] in "PpTt":
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:7])
    milliseconds = int((match[8] or "0").ljust(3, "0"))
    whole = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return 12 * years + months, whole // timedelta(milliseconds=1) + milliseconds


def moved(timestamp: int, duration: Duration, sign: int) -> int:
    """The timestamp, in milliseconds, moved by the duration: later if `sign` is 1, earlier if it is -1."""
    months, milliseconds = duration
    return _by_months(timestamp, sign * months) + sign * milliseconds if months else timestamp + sign * milliseconds


def _by_months(timestamp: int, months: int) -> int:
    """The timestamp moved by months; `FIRST` or `LAST` if that is outside the calendar.

    A day that the month lacks runs over into the next month: 30 February becomes 1 or 2 March.
    """
    try:
        day = EPOCH + timedelta(milliseconds=timestamp)
        month = day.year * 12 + day.month - 1 + months
        first = day.replace(year=month // 12, month=month % 12 + 1, day=1)
    except (ValueError, OverflowError):
        return LAST if months > 0 else FIRST
    return (first - EPOCH) // timedelta(milliseconds=1) + (day.day - 1) * 86_400_000
