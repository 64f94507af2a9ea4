"""Whether a text gives a date or a time of day away: its year or its month is a part of the answer."""

from __future__ import annotations

import re

from arango_thinking.teaching.dates import MONTH_NAMES, Date, dates_in
from arango_thinking.teaching.numbers import numbers_in
from arango_thinking.teaching.times import Time, agree, times_in
from arango_thinking.teaching.wording import plain

_FIGURES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{4})(?![\d/])")
_ORDINAL_MONTH = re.compile(r"\b([a-z]+|\d{1,2}(?:st|nd|rd|th))\s+month\b", re.IGNORECASE)


def date_leak(text: str, question: str, wanted: Date) -> str | None:
    """Why the text reveals the date or its year or month; None when it does not."""
    asked = _parts(question)
    new = set(wanted.parts.items()) - asked
    told = _parts(text) & new
    telling = {part for part in told if part[0] != "day"}
    if not telling and not (told and told == new):
        return None
    return "It states the date that is asked for." if told == new else "It states a part of the date."


def _parts(text: str) -> set[tuple[str, int]]:
    """The years, months and days that the text tells."""
    text = plain(text)
    parts = {part for date in dates_in(text) for part in date.parts.items()}
    parts |= {("year", int(year)) for year in re.findall(r"(?<!\d)\d{4}(?!\d)", text)}
    parts |= {("year", int(number.value)) for number in numbers_in(text) if 1000 <= number.value < 2100}
    parts |= {("month", month) for name, month in MONTH_NAMES.items() if re.search(rf"\b{name.title()}\b", text)}
    parts |= {("month", int(month)) for month, _ in _FIGURES.findall(text)}
    for found in _ORDINAL_MONTH.finditer(text):
        parts |= {("month", int(number.value)) for number in numbers_in(found[1]) if number.ordinal}
    return parts


def time_leak(text: str, question: str, wanted: Time) -> str | None:
    """Why the text reveals the time of day; None when it does not."""
    if any(agree(time, wanted) is not False for time in times_in(question)):
        return None
    told = any(agree(time, wanted) is not False for time in times_in(text))
    return "It states the time that is asked for." if told else None
