"""Decide whether a text gives a date or a time of day away. The year or the month alone gives a part of a date away."""

from __future__ import annotations

import re

from arango_thinking.matching.numbers.dates import MONTH_NAMES, Date, dates_in
from arango_thinking.matching.numbers.numbers import numbers_in
from arango_thinking.matching.numbers.times import Time, agree, times_in
from arango_thinking.matching.words.wording import plain

_FIGURES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{4})(?![\d/])")
_DECADE = re.compile(r"(?:in )?(?:the )?(1\d{2}0|20\d0)s\.?", re.IGNORECASE)
_CENTURY = re.compile(r"(?:in )?(?:the )?([\w-]+) century\.?", re.IGNORECASE)
_TENS = ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")
_ORDINAL_MONTH = re.compile(r"\b([a-z]+|\d{1,2}(?:st|nd|rd|th))\s+month\b", re.IGNORECASE)


def date_leak(text: str, question: str, wanted: Date) -> str | None:
    """Why the text reveals the date, or its year or month; `None` when it does not."""
    asked = _parts(question)
    new = set(wanted.parts.items()) - asked
    told = _parts(text) & new
    telling = {part for part in told if part[0] != "day"}
    if not telling and not (told and told == new):
        return None
    return "It states the date that is asked for." if told == new else "It states a part of the date."


def _parts(text: str) -> set[tuple[str, int]]:
    """The years, months and days that the text states."""
    text = plain(text)
    parts = {part for date in dates_in(text) for part in date.parts.items()}
    parts |= {("year", int(year)) for year in re.findall(r"(?<!\d)\d{4}(?!\d)", text)}
    parts |= {("year", int(number.value)) for number in numbers_in(text) if 1000 <= number.value < 2100}
    parts |= {("month", month) for name, month in MONTH_NAMES.items() if re.search(rf"\b{name.title()}\b", text)}
    parts |= {("month", int(month)) for month, _ in _FIGURES.findall(text)}
    for found in _ORDINAL_MONTH.finditer(text):
        parts |= {("month", int(number.value)) for number in numbers_in(found[1]) if number.ordinal}
    return parts


def span_of_years(text: str) -> tuple[int, int] | None:
    """The first and the last year of a text that is a decade or a century; `None` for any other text."""
    decade = _DECADE.fullmatch(plain(text))
    if decade:
        return int(decade[1]), int(decade[1]) + 9
    century = _CENTURY.fullmatch(plain(text))
    numbers = numbers_in(century[1]) if century else []
    if len(numbers) != 1:
        return None
    last = int(numbers[0].value) * 100
    return last - 99, last


def span_leak(text: str, question: str, wanted: tuple[int, int]) -> str | None:
    """Why the text reveals the decade or century; `None` when it does not."""
    told, asked = _years(text), _years(question)
    if any(wanted[0] <= year <= wanted[1] for year in told - asked):
        return "It states a year of the time that is asked for."
    return None


def _years(text: str) -> set[int]:
    """The years of the text. A century gives its middle year, and a decade its first year in two centuries."""
    text = plain(text)
    years = {int(year) for year in re.findall(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)", text)}
    years |= {int(number.value) for number in numbers_in(text) if 1000 <= number.value < 2100}
    for found in re.finditer(r"\b([\w-]+) century\b", text, re.IGNORECASE):
        years |= {int(number.value) * 100 - 50 for number in numbers_in(found[1])}
    for found in re.finditer(r"\b(twen|thir|for|fif|six|seven|eigh|nine)ties\b|'(\d)0s\b", text, re.IGNORECASE):
        tens = _TENS.index(found[1].lower()) + 2 if found[1] else int(found[2])
        years |= {century + tens * 10 for century in (1800, 1900)}
    return years


def time_leak(text: str, question: str, wanted: Time) -> str | None:
    """Why the text reveals the time of day; `None` when it does not."""
    if any(agree(time, wanted) is not False for time in times_in(question)):
        return None
    told = any(agree(time, wanted) is not False for time in times_in(text))
    return "It states the time that is asked for." if told else None
