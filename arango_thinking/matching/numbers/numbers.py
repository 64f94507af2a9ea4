"""Numbers in any notation: digits, words, fractions, percent, currency, units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from arango_thinking.matching.numbers.dates import dates_in
from arango_thinking.matching.numbers.quantities import Number, endless, rounded, same
from arango_thinking.matching.numbers.spelled import is_minus, parts, spelled
from arango_thinking.matching.numbers.suffixes import with_suffix
from arango_thinking.matching.numbers.units import CURRENCIES, UNITS, unit_of
from arango_thinking.matching.words.terms import STOP_WORDS
from arango_thinking.matching.words.wording import plain, word_list

__all__ = ["Number", "as_number", "as_range", "endless", "numbers_in", "proportions_in", "regrouped", "rounded", "same"]

_CURRENCY = "|".join(sorted((re.escape(sign) for sign in CURRENCIES), key=len, reverse=True))
# Long runs of digits are identifiers, not quantities, and would be slow to compute with.
_DIGITS = r"\d{1,2}(?:,\d{2}){1,5},\d{3}|\d{1,3}(?:,\d{3}){1,12}|\d{1,3}(?:[ '_\u00a0\u202f]\d{3}){1,12}(?!\d)|\d{1,40}"
_NUMERAL = re.compile(
    rf"(?<![\w.^])(?<!\d[:,/])(?P<sign>-|\+)?(?:(?P<currency>{_CURRENCY})\s?)?(?P<inner>-)?"
    r"(?:(?P<whole>\d{1,9})\s+(?=\d{1,9}/\d))?"
    rf"(?:(?P<over>\d{{1,20}}(?:\.\d{{1,20}})?)\s?/\s?(?P<under>\d{{1,20}}(?:\.\d{{1,20}})?)"
    rf"|(?P<digits>{_DIGITS})(?P<decimals>\.\d{{1,40}})?|(?P<point>\.\d{{1,40}}))"
    r"(?:[eE](?P<exponent>[+-]?\d{1,3})|\s?[x×*]\s?10\^\{?(?P<tens>-?\d{1,3})\}?|\^\{?(?P<power>\d{1,2})\}?)?"
    r"(?![\d:]\d|\d|[.,/]\d)"
)
# The notation of continental Europe: "1.234.567" and "1.234,5". With only one point, "1.234" is a decimal.
_EUROPEAN = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:\.\d{3}){2,}(?:,\d{1,2})?|\.\d{3},\d{1,2})(?![\d.,]*\d)")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,(\[{;])(\d{1,9}),(\d{1,2})(?![\d,.;)]|\s?[,;)])")
_LONE_COMMA = re.compile(r"[^\w(\[]*\d{1,9},\d{1,2}\s?[^\W\d]*\W*")
_GROUPED = re.compile(r"[^\d.,]*(\d{1,3})[.,](\d{3})(?![\d.,])")
_AND_ONE = re.compile(r"\s*,?\s*and an?\s+(?P<unit>[a-z]+)\b", re.IGNORECASE)
# A text with one of these signs has an irrational value, which a `Number` cannot hold.
_IRRATIONAL = re.compile(r"\\?pi\b|π|√|\\sqrt", re.IGNORECASE)
_JOINT = re.compile(r"\s*(?:,\s*)?(?:and\s+)?", re.IGNORECASE)
_PROPORTION = re.compile(r"\s+(?:in|out\s+of)(?:\s+every)?\s+", re.IGNORECASE)
_RANGE = re.compile(r"\s*-\s*|\s+(?:to|and|through|until|till)\s+", re.IGNORECASE)
#: Quantities of these kinds may be stated in two units: an hour and ten minutes, six feet two inches.
_COMPOSED = frozenset({"time", "months", "length", "mass", "dollar", "euro", "sterling"})
_ABOUT = frozenset(
    word_list("about around approximately approx nearly almost roughly exactly circa over under than least most")
)


def numbers_in(text: str) -> list[Number]:
    """Every number of the text, in the order of their places in `plain(text)`."""
    text = _decimal_points(plain(text))
    taken = bytearray(len(text))
    found: list[Number] = []
    for reader in (parts, _numerals, spelled):
        for number in reader(text):
            if not any(taken[number.start : number.end]):
                taken[number.start : number.end] = b"x" * (number.end - number.start)
                found.append(number)
    return _composed(sorted(found, key=lambda number: number.start), text)


def as_number(text: str) -> Number | None:
    """The number that the whole text is, with its unit or what it counts; `None` for any other text."""
    if _IRRATIONAL.search(text):
        return None
    found = [number for number in numbers_in(text) if number.word != "one" or text.strip().lower().startswith("one")]
    if not found or dates_in(text) or any(not same(found[0], other) for other in found[1:]):
        return None
    number, text = found[0], plain(text)
    before = re.findall(r"[^\W\d_]+", text[: number.start].lower())
    after = re.findall(r"[^\W\d_]+", text[found[-1].end :])
    counted = [word for word in after if word.lower() not in STOP_WORDS]
    if any(word not in _ABOUT and word not in STOP_WORDS for word in before):
        return None
    if len(counted) > 2 or len(after) > 4 or any(not word.islower() for word in counted):
        return None
    return number


def as_range(text: str) -> tuple[Number, Number] | None:
    """The two ends of a range such as "3 to 5 hours"; `None` for any other text."""
    found, text = numbers_in(text), plain(text)
    if len(found) != 2 or dates_in(text):
        return None
    low, high = found
    # "3-5" reads as 3 and 5, not as 3 and minus 5.
    between = text[low.end : high.start]
    around = re.findall(r"[^\W\d_]+", (text[: low.start] + " " + text[high.end :]).lower())
    if not _RANGE.fullmatch(between) or len([word for word in around if word not in STOP_WORDS | _ABOUT]) > 2:
        return None
    joined_by_and = "and" in between.lower()
    if joined_by_and and "between" not in around:
        return None
    return replace(low, unit=low.unit or high.unit), high


def proportions_in(text: str) -> list[Number]:
    """The shares that the text states in the form "one in three" or "3 out of 4"."""
    text = plain(text)
    found = numbers_in(text)
    pairs = [
        (part, whole)
        for part, whole in pairwise(found)
        if _PROPORTION.fullmatch(text[part.end : whole.start]) and 0 < part.value < whole.value and not part.unit
    ]
    return [Number(part.value / whole.value, part.start, whole.end) for part, whole in pairs]


def regrouped(number: Number, text: str) -> Number | None:
    """The number when its one point or comma is read the other way: "1.234" as 1,234, or the reverse.

    `text` is the plain text that the number was read from. `None` when the number has no such mark.
    """
    found = _GROUPED.match(text[number.start : number.end + 1])
    if found is None:
        return None
    thousands = Fraction(found[1] + found[2])
    value = thousands if abs(number.value) < thousands else thousands / 1000
    return replace(number, value=value if number.value > 0 else -value)


def _composed(found: list[Number], text: str) -> list[Number]:
    """The numbers, after joining those that state one quantity in two units."""
    joined: list[Number] = []
    for number in found:
        last = joined[-1] if joined else None
        if last and _belongs(last, number) and _JOINT.fullmatch(text[last.end : number.start]):
            share = number.value * UNITS[number.unit][1] / UNITS[last.unit][1]
            joined[-1] = replace(last, value=last.value + share, end=number.end, word="")
        else:
            joined.append(number)
    return [_and_one(number, text) for number in joined]


def _and_one(number: Number, text: str) -> Number:
    """The number with a following "and a day" added: "two weeks and a day" is one day more than two weeks."""
    found = _AND_ONE.match(text, number.end) if number.unit else None
    unit = unit_of(found["unit"]) if found else ""
    if found is None or not unit or not _belongs(number, replace(number, value=Fraction(1), unit=unit)):
        return number
    return replace(number, value=number.value + UNITS[unit][1] / UNITS[number.unit][1], end=found.end())


def _belongs(large: Number, small: Number) -> bool:
    """Whether the second number continues the first in a smaller unit, as minutes (less than an hour) after hours."""
    if not large.unit or not small.unit or large.per or small.per or large.unit == small.unit:
        return False
    (dimension, size), (other, smaller) = UNITS[large.unit], UNITS[small.unit]
    return dimension == other and dimension in _COMPOSED and small.value * smaller < size


def _decimal_points(text: str) -> str:
    """The text with a point before all decimals. Its length stays the same, so that the places stay valid."""
    text = _EUROPEAN.sub(lambda found: found.group().replace(".", "_").replace(",", "."), text)
    if _LONE_COMMA.fullmatch(text):
        return text.replace(",", ".")
    return _DECIMAL_COMMA.sub(r"\1.\2", text)


def _numerals(text: str) -> Iterator[Number]:
    for found in _NUMERAL.finditer(text):
        value = _numeral_value(found)
        if value is None:
            continue
        sign = -1 if "-" in (found["sign"], found["inner"]) or is_minus(text, found.start()) else 1
        number = Number(sign * value, found.start(), found.end(), CURRENCIES.get(found["currency"] or "", ""))
        completed = with_suffix(text, number)
        if completed is not None:
            yield completed


def _numeral_value(found: re.Match[str]) -> Fraction | None:
    if found["over"]:
        under = Fraction(found["under"])
        if not under:
            return None
        value = Fraction(found["over"]) / under + int(found["whole"] or 0)
    else:
        digits = re.sub(r"[, '_\u00a0\u202f]", "", found["digits"] or "0")
        value = Fraction(digits + (found["decimals"] or found["point"] or ""))
    exponent = found["exponent"] or found["tens"]
    if exponent:
        value *= Fraction(10) ** int(exponent)
    return value ** int(found["power"]) if found["power"] else value
