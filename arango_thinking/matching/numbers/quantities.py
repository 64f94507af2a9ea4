"""A number with its unit: what it measures, and when two numbers state the same quantity."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from arango_thinking.matching.numbers.units import measured, rate


@dataclass(frozen=True, slots=True)
class Number:
    """A number as stated, and where it stands in `plain(text)`. `per` is the unit after "per" or a slash."""

    value: Fraction
    start: int
    end: int
    unit: str = ""
    ordinal: bool = False
    word: str = ""
    per: str = ""


def same(left: Number, right: Number) -> bool:
    """Whether two numbers state the same quantity. A missing unit agrees with any unit."""
    if not left.unit or not right.unit:
        return left.value == right.value or _same_share(left, right)
    if left.per and right.per:
        return rate(left.value, left.unit, left.per) == rate(right.value, right.unit, right.per)
    return measured(left.value, left.unit) == measured(right.value, right.unit)


def _same_share(left: Number, right: Number) -> bool:
    if (left.unit == "%") == (right.unit == "%"):
        return False
    share, bare = (left, right) if left.unit == "%" else (right, left)
    return not bare.unit and share.value == bare.value * 100


def as_share(number: Number) -> Number:
    """A percentage as a bare number (50% as 0.5); any other number unchanged."""
    if number.unit != "%":
        return number
    return Number(number.value / 100, number.start, number.end)


def rounded(left: Number, right: Number) -> bool:
    """Whether the two agree once the more precise one is rounded to the other's decimals, but at least to two."""
    if (left.unit == "%") != (right.unit == "%"):
        left, right = as_share(left), as_share(right)
    for precise, coarse in ((left, right), (right, left)):
        for decimals in range(2, 7):
            if coarse.value * 10**decimals % 1 == 0:
                if precise.value != coarse.value and round(precise.value, decimals) == coarse.value:
                    return True
                break
    return False


def endless(number: Number) -> bool:
    """Whether no finite decimal is exactly this number, as for a third."""
    rest = as_share(number).value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return rest != 1
