"""Read dates in any notation, complete or in part: a day, a month, a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arango_thinking.matching.words.wording import plain, word_list

MONTH_NAMES = {
    name: month
    for month, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTH_NAMES, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_SPOKEN = (
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+(?:of\s+|in\s+)?{_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}\b(?:,?\s+(?:of\s+|in\s+)?{_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH},?\s+(?:of\s+|in\s+)?{_YEAR}", re.IGNORECASE),
)
_ISO = re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?(?![\d-])")
_FIGURES = re.compile(
    r"(?<![\d./])(?P<first>\d{1,2})(?P<mark>[./])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?![\d/])"
)
_AROUND = frozenset(
    word_list(
        "in on at by the of since from until before a d ad ce monday tuesday wednesday thursday friday saturday sunday"
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """What is known of a date, and where it stands in `plain(text)`."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int

    @property
    def parts(self) -> dict[str, int]:
        """The parts that are given."""
        given = {"year": self.year, "month": self.month, "day": self.day}
        return {name: value for name, value in given.items() if value is not None}


def covers(found: Date, wanted: Date) -> bool:
    """Whether `found` has every part of `wanted`."""
    return wanted.parts.items() <= found.parts.items()


def dates_in(text: str) -> list[Date]:
    """Every date with a month. Figures that can be read day first or month first give both dates."""
    text = plain(text)
    found: list[Date] = []
    for date in (*_spoken(text), *_iso(text)):
        if not any(date.start < other.end and other.start < date.end for other in found):
            found.append(date)
    return sorted([*found, *_figures(text)], key=lambda date: date.start)


def as_date(text: str) -> Date | None:
    """The date that the whole text is; `None` for any other text, and for a bare year, which is a number."""
    found = dates_in(text)
    if len(found) != 1:
        return None
    text, date = plain(text), found[0]
    around = re.findall(r"\w+", (text[: date.start] + " " + text[date.end :]).lower())
    return date if all(word in _AROUND for word in around) else None


def _spoken(text: str) -> Iterator[Date]:
    for pattern in _SPOKEN:
        for found in pattern.finditer(text):
            given = found.groupdict()
            date = Date(_int(given["year"]), MONTH_NAMES[given["month"].lower()], _int(given.get("day")), *found.span())
            if _possible(date):
                yield date


def _iso(text: str) -> Iterator[Date]:
    for found in _ISO.finditer(text):
        date = Date(int(found["year"]), int(found["month"]), _int(found["day"]), *found.span())
        if _possible(date):
            yield date


def _figures(text: str) -> Iterator[Date]:
    for found in _FIGURES.finditer(text):
        first, second = int(found["first"]), int(found["second"])
        for day, month in dict.fromkeys([(first, second), (second, first)]):
            date = Date(int(found["year"]), month, day, *found.span())
            if _possible(date):
                yield date


def _possible(date: Date) -> bool:
    return 1 <= (date.month or 1) <= 12 and 1 <= (date.day or 1) <= 31


def _int(text: str | None) -> int | None:
    return int(text) if text else None
