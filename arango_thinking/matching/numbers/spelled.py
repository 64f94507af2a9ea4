"""Numbers in words: "two hundred and five", "two and a half", "a quarter", "an hour and a half"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from arango_thinking.matching.numbers.quantities import Number
from arango_thinking.matching.numbers.suffixes import SCALES, with_suffix
from arango_thinking.matching.numbers.units import unit_of
from arango_thinking.matching.words.wording import word_list

SMALL = {
    word: value
    for value, word in enumerate(
        word_list(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
            " seventeen eighteen nineteen"
        )
    )
} | {
    word: value * 10
    for value, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        word_list(
            "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
            " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        )
    )
}
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_PARTS |= {"eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100}

_SPANS = "|".join(
    word_list("hours? minutes? days? weeks? months? years? miles? kilometers? kilometres? meters? metres?")
)
_SCALE_WORDS = "|".join([*SCALES, "hundred"])
_COUNTED = "|".join([*SMALL, r"an?", r"\d{1,4}"])
# "half a hundred", "a quarter of a million": the scale belongs to the part.
_OF_A_SCALE = rf"(?P<of>\s+(?:of\s+)?an?\s+(?=(?:{_SCALE_WORDS}|century|centuries|decades?)\b))?"
_PART_WORDS = re.compile(
    rf"\b(?:(?P<whole>{'|'.join(SMALL)}|\d{{1,6}})\s+and\s+)?(?P<count>{_COUNTED})[\s-]+"
    rf"(?P<part>{'|'.join(_PARTS)})s?\b{_OF_A_SCALE}",
    re.IGNORECASE,
)
_UNIT_AND_PART = re.compile(
    rf"\b(?P<whole>{_COUNTED})\s+(?P<unit>{_SPANS})\s+and\s+(?:(?P<count>{_COUNTED})\s+)?"
    rf"(?P<part>{'|'.join(_PARTS)})s?\b",
    re.IGNORECASE,
)
_OF_A_UNIT = re.compile(r"\s+(?:of\s+)?(?:an?|one)\s+(?P<unit>[a-z]+)\b", re.IGNORECASE)
_HALF = re.compile(rf"\bhalf\b{_OF_A_SCALE}", re.IGNORECASE)
_WORDS = re.compile(
    rf"\b(?:{'|'.join(sorted([*SMALL, *SCALES, *_ORDINALS, 'hundred'], key=len, reverse=True))})\b", re.IGNORECASE
)
_MINUS = re.compile(r"\b(?:minus|negative)\s+$", re.IGNORECASE)
_GAP = re.compile(r"[\s-]+|\s+and\s+", re.IGNORECASE)


def is_minus(text: str, place: int) -> bool:
    """Whether a word before this place makes the number negative."""
    return _MINUS.search(text[max(0, place - len("negative  ")) : place]) is not None


def parts(text: str) -> Iterator[Number]:
    """Fractions in words."""
    for found in _UNIT_AND_PART.finditer(text):
        value = _small(found["whole"]) + Fraction(_small(found["count"] or "a"), _PARTS[found["part"].lower()])
        yield Number(value, *found.span(), unit=unit_of(found["unit"]))
    for found in _PART_WORDS.finditer(text):
        whole = _small(found["whole"]) if found["whole"] else 0
        value = whole + Fraction(_small(found["count"]), _PARTS[found["part"].lower()])
        sign = -1 if is_minus(text, found.start()) else 1
        yield _part_of(text, Number(sign * value, *found.span()))
    for found in _HALF.finditer(text):
        yield _part_of(text, Number(Fraction(1, 2), *found.span()))


def _suffixed(text: str, number: Number) -> Number:
    return with_suffix(text, number) or number


def _part_of(text: str, number: Number) -> Number:
    """A fraction with what it is a part of: "half an hour", "a quarter of a kilometre"."""
    found = _OF_A_UNIT.match(text, number.end)
    unit = unit_of(found["unit"]) if found else ""
    return replace(number, end=found.end(), unit=unit) if found and unit else _suffixed(text, number)


def _small(word: str) -> int:
    word = word.lower()
    if word in ("a", "an"):
        return 1
    return SMALL[word] if word in SMALL else int(word)


def spelled(text: str) -> Iterator[Number]:
    """Whole numbers and ordinals in words."""
    for run in _runs(text):
        ordinal = run[-1][0] in _ORDINALS
        number = Number(Fraction(_run_value(run)), run[0][1], run[-1][2], ordinal=ordinal, word=run[0][0])
        if len(run) > 1:
            number = replace(number, word="")
        if is_minus(text, number.start):
            number = replace(number, value=-number.value)
        yield number if ordinal else _suffixed(text, number)


_Token = tuple[str, int, int]


def _runs(text: str) -> Iterator[list[_Token]]:
    """Number words that belong together: "two hundred and five", not "five and six"."""
    run: list[_Token] = []
    for found in _WORDS.finditer(text):
        token = (found.group().lower(), found.start(), found.end())
        if run and not _continues(run, token, text[run[-1][2] : token[1]]):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _continues(run: list[_Token], token: _Token, gap: str) -> bool:
    last, word = run[-1][0], token[0]
    if not _GAP.fullmatch(gap) or last in _ORDINALS:
        return False
    large = last in SCALES or last == "hundred"
    if "and" in gap.lower():
        return large and (word in SMALL or word in _ORDINALS)
    if word in SCALES or word == "hundred" or large:
        return True
    value = _ORDINALS.get(word, SMALL.get(word, 0))
    tens = SMALL[last] >= 20 and 0 < value < 10
    year = SMALL[last] >= 10 and value >= 10 and len(run) == 1
    return tens or (year and word in SMALL)


def _run_value(run: list[_Token]) -> int:
    total = current = 0
    for word, _, _ in run:
        if word in SCALES:
            total, current = total + (current or 1) * SCALES[word], 0
        elif word == "hundred":
            current = (current or 1) * 100
        else:
            value = SMALL.get(word, _ORDINALS.get(word, 0))
            current = current * 100 + value if 10 <= current < 100 and value >= 10 else current + value
    return total + current
