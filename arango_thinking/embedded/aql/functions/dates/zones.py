"""Time zones by their IANA names, and the functions that convert between them and UTC."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from arango_thinking.embedded.aql.functions.dates import moments
from arango_thinking.embedded.aql.functions.registry import NoResultError, function
from arango_thinking.embedded.errors import ArangoError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Names that are known even where the system has no time zone data.
UTC_NAMES = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT"})
#: Moments outside these limits use the state of a zone at the limit: `datetime` supports only the years 1 to 9999.
FIRST, LAST = moments.day_start(2, 1, 1), moments.day_start(9998, 1, 1)
#: No zone changes before the first date. After the second date, the rules of a zone only repeat.
ZONES_BEGIN, RULES_REPEAT = moments.day_start(1800, 1, 1), moments.day_start(2040, 1, 1)
#: The step of the search for changes. No state of a zone lasts for a shorter time.
STRIDE = 7 * moments.DAY

#: Offset from UTC in milliseconds, whether daylight saving time is on, and the abbreviation.
State = tuple[int, bool, str]


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    return UTC_NAMES | zoneinfo.available_timezones()


def zone_of(name: Any) -> tzinfo:
    """The zone. Raises `NoResultError` when the name is not a string, `ArangoError` 4 when no zone has that name."""
    if not isinstance(name, str):
        raise NoResultError
    if name not in names():
        raise ArangoError(4, f"{name} not found in timezone database")
    return UTC if name in UTC_NAMES else zoneinfo.ZoneInfo(name)


def _date(moment: int) -> datetime:
    return EPOCH + timedelta(milliseconds=min(max(moment, FIRST), LAST))


def _state(moment: int, zone: tzinfo) -> State:
    local = _date(moment).astimezone(zone)
    offset = local.utcoffset() or timedelta()
    return _milliseconds(offset), bool(local.dst()), local.tzname() or ""


def _milliseconds(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def to_local(moment: int, zone: tzinfo) -> int:
    """The time that the clock in the zone shows, in milliseconds as if it were UTC."""
    return moment if zone is UTC else moment + _state(moment, zone)[0]


def to_utc(local: int, zone: tzinfo) -> int:
    """The moment of a local time.

    Raises `ArangoError` 4 when there is no such moment, or more than one, as happens when the clock is changed.
    """
    if zone is UTC:
        return local
    wall = _date(local).replace(tzinfo=zone)
    offsets = {_milliseconds(wall.replace(fold=fold).utcoffset() or timedelta()) for fold in (0, 1)}
    fitting = [local - offset for offset in offsets if _state(local - offset, zone)[0] == offset]
    if len(fitting) != 1:
        what = "is ambiguous" if fitting else "does not exist"
        raise ArangoError(4, f"{wall:%Y-%m-%d %H:%M:%S} {what} in {zone}")
    return fitting[0]


def _change(moment: int, zone: tzinfo, *, forward: bool) -> int | None:
    """When the zone's state at the moment ends (`forward`) or began; `None` if it never does."""
    state, near = _state(moment, zone), moment
    end = max(moment, RULES_REPEAT) + 2 * 366 * moments.DAY if forward else ZONES_BEGIN
    step = STRIDE if forward else -STRIDE
    while (near < end) is forward and (near > end) is not forward:
        far = near + step
        if _state(far, zone) != state:
            return _first_difference(near, far, lambda at: _state(at, zone) == state)
        near = far
    return None


def _first_difference(near: int, far: int, holds: Callable[[int], bool]) -> int:
    """The whole second at which `holds` changes between `near`, where it is true, and `far`, where it is false."""
    while abs(far - near) > moments.SECOND:
        middle = (near + far) // 2
        near, far = (middle, far) if holds(middle) else (near, middle)
    later = max(near, far)
    return later // moments.SECOND * moments.SECOND


@lru_cache(maxsize=1)
def _release() -> str:
    """The release of the time zone data, such as "2025b"; `""` if it is not known."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder) / "tzdata.zi"
        if path.is_file():
            with path.open(encoding="utf-8") as lines:
                return next(lines, "").removeprefix("# version ").strip()
    return ""


def _described(name: str, text: str | None, moment: int, zone: tzinfo) -> dict[str, Any]:
    offset, is_dst, abbreviation = _state(moment, zone)
    begin, end = (None if zone is UTC else _change(moment, zone, forward=forward) for forward in (False, True))
    return {
        name: text,
        "tzdb": _release(),
        "zoneInfo": {
            "name": abbreviation,
            "begin": None if begin is None else moments.iso(begin),
            "end": None if end is None else moments.iso(end),
            "dst": is_dst,
            "offset": offset // moments.SECOND,
        },
    }


def _with_details(details: tuple[Any, ...]) -> bool:
    if details and not isinstance(details[0], bool):
        raise NoResultError
    return bool(details and details[0])


@function("DATE_UTCTOLOCAL", 2, 3)
def date_utctolocal(value: Any, name: Any, *details: Any) -> Any:
    """The local time. Its text has the Z of UTC only if the zone has the same time as UTC."""
    moment, zone = moments.moment_of(value), zone_of(name)
    text = moments.text_of(to_local(moment, zone))
    if _state(moment, zone)[:2] != (0, False):
        text = text.removesuffix("Z")
    return _described("local", text, moment, zone) if _with_details(details) else text


@function("DATE_LOCALTOUTC", 2, 3)
def date_localtoutc(value: Any, name: Any, *details: Any) -> Any:
    zone = zone_of(name)
    moment = to_utc(moments.moment_of(value), zone)
    text = moments.text_of(moment)
    return _described("utc", text, moment, zone) if _with_details(details) else text


@function("DATE_TIMEZONE", 0)
def date_timezone() -> str:
    """The engine's own zone. It is the same wherever the engine runs."""
    return "Etc/UTC"


@function("DATE_TIMEZONES", 0)
def date_timezones() -> list[str]:
    return sorted(names())
