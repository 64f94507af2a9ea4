"""Date functions. A date is a number of milliseconds since 1970 or an ISO 8601 text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Execution
from arango_thinking.embedded.aql.functions.dates import moments, zones
from arango_thinking.embedded.aql.functions.dates.moments import moment_of, text_of
from arango_thinking.embedded.aql.functions.registry import INVALID_DATE, NoResultError, function, function_of_run

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
WEEK_DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
#: The units of DATE_COMPARE(), from the coarsest to the finest. Weeks have a place here, but are not compared.
COMPARED = ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
#: The names of units that DATE_ROUND() accepts. Unlike the other functions, it accepts them only in lower case.
ROUNDED = {name: unit for name, unit in moments.UNITS.items() if unit not in ("year", "month", "week")}


def _local(value: Any, zone: tuple[Any, ...]) -> int:
    """The date in milliseconds. If a zone is given, it is the time that the clock shows there."""
    moment = moment_of(value)
    return zones.to_local(moment, zones.zone_of(zone[0])) if zone else moment


def _text(local: int, zone: tuple[Any, ...]) -> str:
    return text_of(zones.to_utc(local, zones.zone_of(zone[0])) if zone else local)


@function_of_run("DATE_NOW", 0)
def date_now(run: Execution) -> int:
    """The time at which the query started, in milliseconds. It is the same everywhere in the query."""
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
    return text_of(_from_arguments(arguments))


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
        return part(_local(value, zone))

    function(name, 1, 1 if name in ("DATE_SECOND", "DATE_MILLISECOND") else 2)(of_date)


for _name, _part in PARTS.items():
    _register(_name, _part)


def _unit(value: Any, number: int = INVALID_DATE) -> str:
    unit = moments.UNITS.get(value.lower()) if isinstance(value, str) else None
    if unit is None:
        raise NoResultError(number)
    return unit


def _shifted(sign: int, value: Any, arguments: tuple[Any, ...]) -> str:
    """The date moved by `arguments`: an amount and a unit, or a duration; then, optionally, a zone."""
    by_duration = len(arguments) == 1 or (len(arguments) == 2 and isinstance(arguments[0], str))
    zone = arguments[1:] if by_duration else arguments[2:]
    local = _local(value, zone)
    if by_duration:
        return _text(_shifted_by_duration(local, arguments[0], sign), zone)
    amount, unit = arguments[:2]
    if not v.is_number(amount) or not isinstance(unit, str):
        raise NoResultError
    return _text(moments.shifted(local, sign * amount, _unit(unit)), zone)


def _shifted_by_duration(local: int, duration: Any, sign: int) -> int:
    if not isinstance(duration, str):
        raise NoResultError
    shifted = moments.shifted_by_duration(local, duration, sign)
    if shifted is None:
        raise NoResultError(INVALID_DATE)
    return shifted


@function("DATE_ADD", 2, 4)
def date_add(value: Any, *arguments: Any) -> str:
    """Add an amount of a unit, or an ISO 8601 duration."""
    return _shifted(1, value, arguments)


@function("DATE_SUBTRACT", 2, 4)
def date_subtract(value: Any, *arguments: Any) -> str:
    return _shifted(-1, value, arguments)


def _both_local(one: Any, other: Any, given: tuple[Any, ...]) -> tuple[int, int]:
    """Both dates as local times, in one given zone or each in its own."""
    return _local(one, given[:1]), _local(other, given[1:2] or given[:1])


@function("DATE_DIFF", 3, 6)
def date_diff(start: Any, end: Any, unit: Any, *more: Any) -> Any:
    """The difference in units. `more` holds whether to keep the fraction, then zones; or only zones."""
    first, last = moment_of(start), moment_of(end)
    if not isinstance(unit, str):
        raise NoResultError
    as_float = bool(more) and more[0] is True
    first, last = _both_local(first, last, more[1:] if more and isinstance(more[0], bool) else more)
    units = (last - first) / moments.LENGTHS[_unit(unit)]
    if as_float:
        return v.normalized(units)
    return int(math.copysign(math.floor(abs(units) + 0.5), units))


@function("DATE_COMPARE", 3, 6)
def date_compare(one: Any, other: Any, coarsest: Any, *more: Any) -> bool:
    """Whether the dates agree in all units from the coarsest to the finest one asked for."""
    moment_of(one), moment_of(other)
    first = last = _unit(coarsest, 1542)
    given = more
    if more and isinstance(more[0], str) and more[0].lower() in moments.UNITS:
        last, given = _unit(more[0]), more[1:]
    if len(given) > 2:
        raise NoResultError
    left, right = (moments.parts(local) for local in _both_local(one, other, given))
    begin, end = COMPARED.index(first), COMPARED.index(last)
    units = [] if first == "week" else [unit for unit in COMPARED[begin : end + 1] if unit != "week"]
    return all(getattr(left, unit) == getattr(right, unit) for unit in units)


@function("DATE_TRUNC", 2, 3)
def date_trunc(value: Any, unit: Any, *zone: Any) -> str:
    moment_of(value)
    if not isinstance(unit, str):
        raise NoResultError
    local = _local(value, zone)
    name, one = _unit(unit), moments.parts(local)
    if name == "week":
        raise NoResultError(INVALID_DATE)
    if name in ("year", "month"):
        return _text(moments.day_start(one.year, one.month if name == "month" else 1, 1), zone)
    return _text(local - local % moments.LENGTHS[name], zone)


@function("DATE_ROUND", 3, 4)
def date_round(value: Any, amount: Any, unit: Any, *zone: Any) -> str:
    """Round the date to a multiple of `amount` units, towards 1970."""
    moment_of(value)
    if not v.is_number(amount) or not isinstance(unit, str):
        raise NoResultError
    local = _local(value, zone)
    if int(amount) <= 0 or unit not in ROUNDED:
        raise NoResultError
    width = moments.LENGTHS[ROUNDED[unit]] * int(amount)
    return _text(int(math.copysign(abs(local) // width * width, local)), zone)


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
    "%z": moments.text_of,
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
    moment_of(value)
    if not isinstance(template, str):
        raise NoResultError
    local = _local(value, zone)
    return PLACEHOLDER.sub(lambda match: FORMATS[match[0]](local), template)
