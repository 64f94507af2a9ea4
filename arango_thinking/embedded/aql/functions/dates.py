"""Date functions. A date is a number of milliseconds since 1970 or an ISO 8601 text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Execution
from arango_thinking.embedded.aql.functions import moments
from arango_thinking.embedded.aql.functions.registry import NoResultError, function, function_of_run
from arango_thinking.embedded.errors import not_supported

INVALID_DATE = 1572
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
WEEK_DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
#: From the coarsest to the finest unit that DATE_COMPARE() compares.
COMPARED = ("year", "month", "day", "hour", "minute", "second", "millisecond")


def moment_of(value: Any) -> int:
    """The date in milliseconds; else the function's result is null, with a warning."""
    if v.is_number(value):
        moment = int(value)
        if not moments.EARLIEST <= moment <= moments.LATEST:
            raise NoResultError(INVALID_DATE)
        return moment
    if not isinstance(value, str):
        raise NoResultError
    parsed = moments.parse(value)
    if parsed is None:
        raise NoResultError(INVALID_DATE)
    return parsed


def _text(moment: int) -> str:
    text = moments.iso(moment)
    if text is None:
        raise NoResultError(INVALID_DATE)
    return text


def _in_utc(zone: tuple[Any, ...]) -> None:
    if zone and zone[0] not in (None, "UTC", "Etc/UTC", "GMT"):
        raise not_supported("time zones in date functions")


@function_of_run("DATE_NOW", 0)
def date_now(run: Execution) -> int:
    """The same in all of a query."""
    return int(run.started * 1000)


def _from_arguments(arguments: tuple[Any, ...]) -> int:
    if len(arguments) == 1:
        return moment_of(arguments[0])
    if len(arguments) == 2 or not all(v.is_number(one) or isinstance(one, str) for one in arguments):
        raise NoResultError
    numbers = [v.to_integer(one) for one in arguments] + [0] * (7 - len(arguments))
    year, month, day, hour, minute, second, millisecond = numbers
    if min(numbers) < 0 or year > 9999:
        raise NoResultError(INVALID_DATE)
    clock = hour * moments.HOUR + minute * moments.MINUTE + second * moments.SECOND
    return moments.day_start(year, month, day) + clock + min(millisecond, 999)


@function("DATE_TIMESTAMP", 1, 7)
def date_timestamp(*arguments: Any) -> int:
    return _from_arguments(arguments)


@function("DATE_ISO8601", 1, 7)
def date_iso8601(*arguments: Any) -> str:
    return _text(_from_arguments(arguments))


@function("IS_DATESTRING", 1)
def is_datestring(value: Any) -> bool:
    return isinstance(value, str) and moments.parse(value) is not None


def _iso_week_year(moment: int) -> dict[str, int]:
    year, week = moments.iso_week(moment)
    return {"week": week, "year": year}


PARTS: dict[str, Callable[[int], Any]] = {
    "DATE_YEAR": lambda moment: moments.parts(moment).year,
    "DATE_MONTH": lambda moment: moments.parts(moment).month,
    "DATE_DAY": lambda moment: moments.parts(moment).day,
    "DATE_HOUR": lambda moment: moments.parts(moment).hour,
    "DATE_MINUTE": lambda moment: moments.parts(moment).minute,
    "DATE_SECOND": lambda moment: moments.parts(moment).second,
    "DATE_MILLISECOND": lambda moment: moments.parts(moment).millisecond,
    "DATE_DAYOFWEEK": moments.week_day,
    "DATE_DAYOFYEAR": moments.day_of_year,
    "DATE_ISOWEEK": lambda moment: moments.iso_week(moment)[1],
    "DATE_ISOWEEKYEAR": _iso_week_year,
    "DATE_LEAPYEAR": moments.is_leap_year,
    "DATE_QUARTER": moments.quarter,
    "DATE_DAYS_IN_MONTH": moments.days_in_month,
}


def _register(name: str, part: Callable[[int], Any]) -> None:
    def of_date(value: Any, *zone: Any) -> Any:
        _in_utc(zone)
        return part(moment_of(value))

    function(name, 1, 1 if name in ("DATE_SECOND", "DATE_MILLISECOND") else 2)(of_date)


for _name, _part in PARTS.items():
    _register(_name, _part)


def _unit(value: Any, number: int = INVALID_DATE) -> str:
    unit = moments.UNITS.get(value.lower()) if isinstance(value, str) else None
    if unit is None:
        raise NoResultError(number)
    return unit


def _shifted(sign: int, value: Any, amount: Any, more: tuple[Any, ...]) -> str:
    moment = moment_of(value)
    _in_utc(more[1:])
    if more:
        if not v.is_number(amount) or not isinstance(more[0], str):
            raise NoResultError
        return _text(moments.shifted(moment, sign * amount, _unit(more[0])))
    if not isinstance(amount, str):
        raise NoResultError
    shifted = moments.shifted_by_duration(moment, amount, sign)
    if shifted is None:
        raise NoResultError(INVALID_DATE)
    return _text(shifted)


@function("DATE_ADD", 2, 4)
def date_add(value: Any, amount: Any, *more: Any) -> str:
    """With an amount and a unit, or with an ISO 8601 duration."""
    return _shifted(1, value, amount, more)


@function("DATE_SUBTRACT", 2, 4)
def date_subtract(value: Any, amount: Any, *more: Any) -> str:
    return _shifted(-1, value, amount, more)


@function("DATE_DIFF", 3, 4)
def date_diff(start: Any, end: Any, unit: Any, as_float: Any = False) -> Any:
    length = moment_of(end) - moment_of(start)
    if not isinstance(unit, str) or not isinstance(as_float, bool):
        raise NoResultError
    units = length / moments.LENGTHS[_unit(unit)]
    if as_float:
        return v.normalized(units)
    return int(math.copysign(math.floor(abs(units) + 0.5), units))


@function("DATE_COMPARE", 3, 4)
def date_compare(one: Any, other: Any, coarsest: Any, finest: Any = None) -> bool:
    """Whether the dates agree in all units from the coarsest to the finest one asked for."""
    left, right = moments.parts(moment_of(one)), moments.parts(moment_of(other))
    first = _unit(coarsest, 1542)
    last = first if finest is None else _unit(finest, 1542)
    if "week" in (first, last):
        raise NoResultError
    begin, end = COMPARED.index(first), COMPARED.index(last)
    return all(getattr(left, unit) == getattr(right, unit) for unit in COMPARED[begin : end + 1])


@function("DATE_TRUNC", 2, 3)
def date_trunc(value: Any, unit: Any, *zone: Any) -> str:
    moment = moment_of(value)
    _in_utc(zone)
    if not isinstance(unit, str):
        raise NoResultError
    name, one = _unit(unit), moments.parts(moment)
    if name == "week":
        raise NoResultError(INVALID_DATE)
    if name in ("year", "month"):
        return _text(moments.day_start(one.year, one.month if name == "month" else 1, 1))
    return _text(moment - moment % moments.LENGTHS[name])


@function("DATE_ROUND", 3, 4)
def date_round(value: Any, amount: Any, unit: Any, *zone: Any) -> str:
    """Down to a whole number of `amount` units."""
    moment = moment_of(value)
    _in_utc(zone)
    name = moments.UNITS.get(unit) if isinstance(unit, str) else None
    if not v.is_number(amount) or int(amount) <= 0 or name in (None, "year", "month", "week"):
        raise NoResultError
    width = moments.LENGTHS[str(name)] * int(amount)
    return _text(int(math.copysign(abs(moment) // width * width, moment)))


FORMATS: dict[str, Callable[[int], str]] = {
    "%&": lambda _moment: "",
    "%yyyyyy": lambda moment: f"+{moments.parts(moment).year:06}",
    "%mmmm": lambda moment: MONTHS[moments.parts(moment).month - 1],
    "%yyyy": lambda moment: f"{moments.parts(moment).year:04}",
    "%wwww": lambda moment: WEEK_DAYS[moments.week_day(moment)],
    "%mmm": lambda moment: MONTHS[moments.parts(moment).month - 1][:3],
    "%www": lambda moment: WEEK_DAYS[moments.week_day(moment)][:3],
    "%fff": lambda moment: f"{moments.parts(moment).millisecond:03}",
    "%xxx": lambda moment: f"{moments.day_of_year(moment):03}",
    "%yy": lambda moment: f"{moments.parts(moment).year:02}"[-2:],
    "%mm": lambda moment: f"{moments.parts(moment).month:02}",
    "%dd": lambda moment: f"{moments.parts(moment).day:02}",
    "%hh": lambda moment: f"{moments.parts(moment).hour:02}",
    "%ii": lambda moment: f"{moments.parts(moment).minute:02}",
    "%ss": lambda moment: f"{moments.parts(moment).second:02}",
    "%kk": lambda moment: f"{moments.iso_week(moment)[1]:02}",
    "%t": str,
    "%z": _text,
    "%w": lambda moment: str(moments.week_day(moment)),
    "%y": lambda moment: str(moments.parts(moment).year),
    "%m": lambda moment: str(moments.parts(moment).month),
    "%d": lambda moment: str(moments.parts(moment).day),
    "%h": lambda moment: str(moments.parts(moment).hour),
    "%i": lambda moment: str(moments.parts(moment).minute),
    "%s": lambda moment: str(moments.parts(moment).second),
    "%f": lambda moment: str(moments.parts(moment).millisecond),
    "%x": lambda moment: str(moments.day_of_year(moment)),
    "%k": lambda moment: str(moments.iso_week(moment)[1]),
    "%l": lambda moment: str(int(moments.is_leap_year(moment))),
    "%q": lambda moment: str(moments.quarter(moment)),
    "%a": lambda moment: str(moments.days_in_month(moment)),
    "%%": lambda _moment: "%",
    "%": lambda _moment: "",
}
PLACEHOLDER = re.compile("|".join(map(re.escape, FORMATS)))


@function("DATE_FORMAT", 2, 3)
def date_format(value: Any, template: Any, *zone: Any) -> str:
    """Placeholders such as %yyyy, %mm and %dd are filled in; %% is a percent sign."""
    moment = moment_of(value)
    _in_utc(zone)
    if not isinstance(template, str):
        raise NoResultError
    return PLACEHOLDER.sub(lambda match: FORMATS[match[0]](moment), template)
