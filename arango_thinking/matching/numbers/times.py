"""Times of day in any notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arango_thinking.matching.numbers.spelled import SMALL
from arango_thinking.matching.words.wording import plain, word_list

_HALF_DAY = 12 * 60
_HOURS = "|".join(word for word, value in SMALL.items() if 1 <= value <= 12)
_HOUR = rf"(?P<hour>\d{{1,2}}|{_HOURS})"
_HALF = (
    r"(?:\s*(?P<half>[ap])\.?m\b\.?|\s+(?:o'?\s?clock\s+)?(?:in the |at )?(?P<part>morning|afternoon|evening|night)\b)?"
)
_FIGURES = re.compile(
    rf"(?<![\d:.,$€£])(?P<hour>\d{{1,2}})(?P<mark>[:.h])(?P<minute>[0-5]\d)(?![\d:]){_HALF}", re.IGNORECASE
)
_ON_THE_HOUR = re.compile(rf"(?<![\d:.,$€£])\b{_HOUR}(?:\s*o'?\s?clock)?{_HALF}(?![\w:])", re.IGNORECASE)
_SPOKEN = re.compile(
    rf"\b(?P<much>half|quarter|a quarter|\d{{1,2}}|{'|'.join(SMALL)})(?: minutes?)?"
    rf"\s+(?P<side>past|to|before|after)\s+{_HOUR}\b(?![-\d%]){_HALF}",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?P<name>noon|midday|midnight)\b", re.IGNORECASE)
_AROUND = frozenset(
    word_list("at about around exactly the it is was by from until till local time in o clock sharp on hours hrs")
)


@dataclass(frozen=True, slots=True)
class Time:
    """A time in minutes after midnight, and where it stands in `plain(text)`.

    `whole_day` is `False` when the text does not say which half of the day it means. The minutes may then be
    twelve hours off.
    """

    minutes: int
    whole_day: bool
    start: int
    end: int


def agree(left: Time, right: Time) -> bool | None:
    """Whether two times are the same; `None` when the clock face is, but only one time names its half of the day."""
    if left.whole_day == right.whole_day:
        return left.minutes == right.minutes
    return None if left.minutes % _HALF_DAY == right.minutes % _HALF_DAY else False


def times_in(text: str) -> list[Time]:
    """Every time of day in the text. A bare number is not read as a time."""
    text = plain(text)
    found: list[Time] = []
    for time in (*_spoken(text), *_figures(text), *_on_the_hour(text), *_named(text)):
        if not any(time.start < other.end and other.start < time.end for other in found):
            found.append(time)
    return sorted(found, key=lambda time: time.start)


def as_time(text: str) -> Time | None:
    """The time that the whole text is; `None` for any other text."""
    found, text = times_in(text), plain(text)
    if len(found) != 1:
        return None
    around = re.findall(r"\w+", (text[: found[0].start] + " " + text[found[0].end :]).lower())
    return found[0] if all(word in _AROUND for word in around) else None


def _spoken(text: str) -> Iterator[Time]:
    for found in _SPOKEN.finditer(text):
        much = found["much"].lower().removeprefix("a ")
        minutes = {"half": 30, "quarter": 15}.get(much) or _count(much)
        later = found["side"].lower() in ("past", "after")
        # "Half to six" is not a time, and "5 to 10" may be a range. "5 past 10" needs its half of the day ("pm").
        if (much == "half" or much.isdigit()) and (not later or not (found["half"] or found["part"] or much == "half")):
            continue
        yield from _time(found, _count(found["hour"]) * 60 + (minutes if later else -minutes))


def _figures(text: str) -> Iterator[Time]:
    for found in _FIGURES.finditer(text):
        if found["mark"] == ":" or found["half"] or found["part"]:
            yield from _time(found, int(found["hour"]) * 60 + int(found["minute"]))


def _on_the_hour(text: str) -> Iterator[Time]:
    for found in _ON_THE_HOUR.finditer(text):
        if found["half"] or found["part"] or "clock" in found.group().lower():
            yield from _time(found, _count(found["hour"]) * 60)


def _named(text: str) -> Iterator[Time]:
    for found in _NAMED.finditer(text):
        yield Time(0 if found["name"].lower() == "midnight" else _HALF_DAY, True, *found.span())


def _time(found: re.Match[str], minutes: int) -> Iterator[Time]:
    half = (found["half"] or {"morning": "a"}.get((found["part"] or "").lower(), "p" if found["part"] else "")).lower()
    if not half:
        if minutes < 24 * 60:
            yield Time(minutes, minutes >= _HALF_DAY + 60, *found.span())
    elif minutes < _HALF_DAY + 60:
        yield Time(minutes % _HALF_DAY + (_HALF_DAY if half == "p" else 0), True, *found.span())


def _count(word: str) -> int:
    return SMALL.get(word.lower(), 0) or (int(word) if word.isdigit() else 0)
