"""Decide whether a text gives a number away: as it stands, in another notation, by a calculation, by narrow bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from arango_thinking.firewall.arithmetic import calculated
from arango_thinking.firewall.assertions import asserted
from arango_thinking.matching.numbers.numbers import Number, numbers_in, proportions_in, regrouped, rounded, same
from arango_thinking.matching.numbers.quantities import endless
from arango_thinking.matching.numbers.units import asked_unit
from arango_thinking.matching.words.terms import stem, stems
from arango_thinking.matching.words.wording import after, before, plain, word_list, words

_REASON = "It states the number that is asked for."
_ONE_STATED = re.compile(
    r"(?:=|\b(?:is|are|was|be|equals?|gives?|makes?|get|exactly|leaves?|has|have|just|only))\s*(?:one\b|a single\b)"
    r"(?!\s+(?:of|more|by|at|step|thing|way|mistake|slip|error)\b)",
    re.IGNORECASE,
)
#: Numbers up to this one give nothing away when they count or name parts of the work itself ("step 3").
_SMALL = 10
_PLACE = re.compile(
    r"\b(?:step|line|part|sentence|paragraph|question|equation|section|row|item|point|case)s?\s*(?:no\.?|number)?\s*$",
    re.IGNORECASE,
)
_PARTS_OF_WORK = frozenset(
    stem(word)
    for word in word_list(
        "steps things parts quantities numbers values facts sentences words ways cases conditions mistakes errors"
        " calculations operations terms clues pieces statements questions possibilities figures amounts results"
    )
)
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
_NARROW = 2
_SHORT_MILLION = re.compile(r"(?<![\w.])(\d{1,6}(?:\.\d{1,3})?)(m|mn|b|bn)\b(?!/)")
_DIVISION = re.compile(r"(\d+)\s?/\s?(\d+)")
_SIZES = {"m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9}
_SPANS = {"decade": 10, "century": 100}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_DIGIT_BY_DIGIT = re.compile(r"(?<!\d)\d(?:\D{1,12}\d(?!\d)){2,}")


def number_leak(text: str, question: str, wanted: Number) -> str | None:
    """Why the text reveals the number; `None` when it does not.

    A number that the question holds may be repeated, but not as the answer.
    """
    said, asked = plain(text), numbers_in(question)
    if any(_states(number, wanted) for number in asked):
        told = [number for number in numbers_in(text) if _states(number, wanted)]
        return _REASON if any(asserted(said, number.start) for number in told) else None
    if not wanted.unit:
        wanted = replace(wanted, unit=asked_unit(question))
    found = [
        number
        for number in _read(said)
        if _states(number, wanted) and not _of_the_work(said, question, number) and not _step(said, number, asked)
    ]
    if any(number.word != "one" for number in found) or _one_is_stated(text, wanted):
        return _REASON
    if any(value == wanted.value for value in calculated(text, asked)):
        return "It tells a calculation that gives the number."
    return "It tells the number in a roundabout way." if _hinted(text, wanted) else None


def _states(number: Number, wanted: Number) -> bool:
    equal = same(number, wanted) or abs(number.value) == abs(wanted.value)
    near = endless(wanted) and rounded(number, wanted)
    return (equal or near) and (wanted.ordinal or not number.ordinal)


def _read(text: str) -> Iterator[Number]:
    """The numbers of a plain text, in every way that they can be read."""
    for number in (*numbers_in(text), *proportions_in(text)):
        yield number
        other = regrouped(number, text)
        if other:
            yield other
        if number.unit in _SPANS:
            yield replace(number, value=number.value * _SPANS[number.unit], unit="")
    for found in _SHORT_MILLION.finditer(text):
        yield Number(Fraction(found[1]) * _SIZES[found[2]], *found.span())


def _of_the_work(text: str, question: str, number: Number) -> bool:
    """Whether the number only counts or names a step, a sentence and the like."""
    if number.unit or not 1 <= number.value <= _SMALL:
        return False
    if _PLACE.search(before(text, number.start)):
        return True
    follows = [stem(word) for word in words(after(text, number.end))[:2]]
    named = [word for word in follows if word in _PARTS_OF_WORK]
    return bool(named) and named[0] not in stems(question)


def _step(text: str, number: Number, asked: list[Number]) -> bool:
    """Whether the number is written as a division of two numbers of the question, a step that is still to take."""
    parts = _DIVISION.fullmatch(text[number.start : number.end].strip())
    if parts is None or number.value.denominator != 1:
        return False
    known = {one.value for one in asked}
    return {Fraction(parts[1]), Fraction(parts[2])} <= known and not asserted(text, number.start)


def _one_is_stated(text: str, wanted: Number) -> bool:
    return wanted.value == 1 and _ONE_STATED.search(plain(text)) is not None


def _hinted(text: str, wanted: Number) -> bool:
    text = plain(text)
    return _bounded(text, wanted) or _short_year(text, wanted) or _roman(text, wanted) or _spelled(text, wanted)


def _bounded(text: str, wanted: Number) -> bool:
    """Whether the text names two bounds so close together that hardly another number lies between them."""
    found = numbers_in(text)
    return any(
        _BETWEEN.search(before(text, low.start)) and low.value < wanted.value < high.value <= low.value + _NARROW
        for low, high in pairwise(found)
    )


def _short_year(text: str, wanted: Number) -> bool:
    is_year = wanted.value.denominator == 1 and 1000 <= wanted.value < 2100
    return is_year and re.search(rf"(?<!\w)'{int(wanted.value) % 100:02}\b", text) is not None


def _roman(text: str, wanted: Number) -> bool:
    numerals = re.findall(r"\b[IVXLCDM]+\b", text) if "roman" in text.lower() else []
    return any(_roman_value(numeral) == wanted.value for numeral in numerals)


def _roman_value(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-value if value < max(values[place:], default=0) else value for place, value in enumerate(values))


def _spelled(text: str, wanted: Number) -> bool:
    """Whether the text gives the digits one by one."""
    if wanted.value.denominator != 1 or wanted.value < 100:
        return False
    return any(re.sub(r"\D", "", run) == str(wanted.value) for run in _DIGIT_BY_DIGIT.findall(text))
