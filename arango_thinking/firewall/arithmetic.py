"""Find numbers that a text gives as a calculation: "two less than fifty", "half of ten", "12 x 52"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

from arango_thinking.matching.numbers.numbers import Number, numbers_in
from arango_thinking.matching.words.wording import before, plain

_Operation = Callable[[Fraction, Fraction], Fraction]
_OPERATIONS: tuple[tuple[str, _Operation], ...] = (
    (r"(?:times|multiplied by|x|×|\*)", lambda left, right: left * right),
    (r"(?:plus|\+|added to|more than|greater than|larger than|above|after|later than|past)", lambda a, b: a + b),
    (r"(?:minus|-|decreased by|reduced by)", lambda left, right: left - abs(right)),
    (r"(?:less than|fewer than|smaller than|below|before|short of|under|subtracted from)", lambda a, b: b - a),
    (r"(?:divided by|÷|over|/)", lambda left, right: left / right if right else Fraction(0)),
    (r"of(?: an?| the)?", lambda left, right: left * right),
)
_GAPS = [
    (re.compile(rf"[\s,]*(?:and\s+)?{words}\s*(?:an?\s+)?", re.IGNORECASE), operation)
    for words, operation in _OPERATIONS
]
_MULTIPLES = {"twice": 2, "double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_MULTIPLE = re.compile(rf"\b({'|'.join(_MULTIPLES)})\s+(?:of\s+|as much as\s+)?$", re.IGNORECASE)


def calculated(text: str, known: list[Number]) -> Iterator[Fraction]:
    """Yield the results of the calculations in the text.

    A calculation on known numbers alone is left out: it is a step that is still to take.
    """
    text = plain(text)
    found = numbers_in(text)
    for left, right in pairwise(found):
        if not (_among(left, known) and _among(right, known)):
            yield from _combined(left, right, text[left.end : right.start])
    for number in found:
        multiple = _MULTIPLE.search(before(text, number.start))
        if multiple and not _among(number, known):
            yield number.value * _MULTIPLES[multiple[1].lower()]


def _combined(left: Number, right: Number, gap: str) -> Iterator[Fraction]:
    for pattern, operation in _GAPS:
        if pattern.fullmatch(gap) and (pattern is not _GAPS[-1][0] or _is_part(left)):
            yield operation(_bare(left), _bare(right))


def _is_part(number: Number) -> bool:
    return number.unit == "%" or number.value.denominator > 1


def _bare(number: Number) -> Fraction:
    return number.value / 100 if number.unit == "%" else number.value


def _among(number: Number, known: list[Number]) -> bool:
    return any(number.value == other.value for other in known)
