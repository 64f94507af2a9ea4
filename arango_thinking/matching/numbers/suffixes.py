"""Read what follows the digits of a number: its scale, its unit, and the unit after "per"."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from arango_thinking.matching.numbers.quantities import Number
from arango_thinking.matching.numbers.units import CURRENCIES, powered, speed_of, unit_of

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}

_SCALE = re.compile(
    r"[\s-]?(?:(hundred|thousand|million|billion|trillion|dozen|bn)\b|(?-i:k|(?<=\d)K)\b)", re.IGNORECASE
)
# After a currency sign, "m" means million, not metre.
_MONEY_SCALE = re.compile(
    r"[\s-]?(?:(hundred|thousand|million|billion|trillion|dozen|bn|k)\b)|(?P<short>[mb]n?\b)", re.IGNORECASE
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b|percent\b|percentage points?\b|pct\b)", re.IGNORECASE)
_UNIT = re.compile(
    r"([\s-]?)(?:(?P<before>square|sq\.?|cubic|cu\.?)\s)?(?:degrees?\s(?=[CFKcfk]))?(?P<unit>[A-Za-z°][A-Za-z°]*)"
    r"(?:\^?(?P<power>[23])(?!\d)|\s(?P<after>squared|cubed)\b)?"
)
_PER = re.compile(r"\s?(?:/|\bper\b|\bann?\b|\ba\b|\beach\b|\bevery\b)\s?(?P<per>[a-z]+)", re.IGNORECASE)
_MONEY = re.compile(r"\s?([$€£¥₹])(?!\s?\d)")
_DEGREES = {"c": "°c", "f": "°f", "k": "K", "°c": "°c", "°f": "°f", "celsius": "°c", "fahrenheit": "°f"}


def with_suffix(text: str, number: Number) -> Number | None:
    """The number with the scale and unit that follow; `None` when the letters that follow make it a name ("3D")."""
    ordinal = _ORDINAL.match(text, number.end)
    if ordinal:
        return replace(number, end=ordinal.end(), ordinal=True)
    number = _scaled(text, number)
    percent = _PERCENT.match(text, number.end)
    if percent:
        return replace(number, end=percent.end(), unit="%")
    money = None if number.unit else _MONEY.match(text, number.end)
    if money:
        return replace(number, end=money.end(), unit=CURRENCIES[money[1]])
    measured = _with_unit(text, number)
    return None if measured is None else _with_rate(text, measured)


def _scaled(text: str, number: Number) -> Number:
    scales = _MONEY_SCALE if number.unit else _SCALE
    while scale := scales.match(text, number.end):
        word = scale.group().strip(" -\t\n").lower()
        number = replace(number, value=number.value * scale_of(word), end=scale.end())
    return number


def scale_of(word: str) -> int:
    """The factor that a scale word such as "thousand" or "k" stands for."""
    short = {"hundred": 100, "k": 1000, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9}
    return short.get(word) or SCALES[word]


def _with_unit(text: str, number: Number) -> Number | None:
    suffix = _UNIT.match(text, number.end)
    if suffix is None:
        return number
    word = suffix["unit"]
    if word == "s" and not suffix[1] and _is_decade(number.value):
        return None
    speed, per = speed_of(word)
    if speed:
        return replace(number, end=suffix.end("unit"), unit=speed, per=per)
    return _measured(number, suffix)


def _measured(number: Number, suffix: re.Match[str]) -> Number | None:
    word, attached = suffix["unit"], not suffix[1]
    degrees = _DEGREES.get(word.lower()) if "degree" in suffix.group() else None
    unit = unit_of(degrees or word, number.unit)
    if not unit or unit == number.unit:
        is_name = attached and not number.unit and (len(word) == 1 or not word.islower())
        return None if is_name else number
    power = _power(suffix)
    return replace(number, end=suffix.end(), unit=powered(unit, power) if power > 1 else unit)


def _power(suffix: re.Match[str]) -> int:
    if suffix["power"]:
        return int(suffix["power"])
    word = (suffix["before"] or suffix["after"] or "").lower()
    return 2 if word.startswith("sq") else 3 if word.startswith("cu") else 1


def _is_decade(value: Fraction) -> bool:
    return value % 10 == 0 and 1000 <= value < 2100


def _with_rate(text: str, number: Number) -> Number:
    """The number with the unit after "per" or a slash: "80 km per hour", "$20/hour"."""
    found = _PER.match(text, number.end) if number.unit and not number.per else None
    per = unit_of(found["per"]) if found else ""
    return replace(number, end=found.end(), per=per) if found and per else number
