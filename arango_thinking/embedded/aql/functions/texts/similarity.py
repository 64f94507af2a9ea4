"""How alike two texts are, and how they sound."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import NoResultError, function

BAD_PARAMETER = 10
SOUNDS = {
    letter: code
    for code, letters in {"1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}
SOUNDEX_LENGTH = 4

Likeness = Callable[[str, str], float]


@function("LEVENSHTEIN_DISTANCE", 2)
def levenshtein_distance(one: Any, other: Any) -> int:
    """The distance in which swapping two neighbouring characters is one edit."""
    return int(DamerauLevenshtein.distance(v.to_string(one), v.to_string(other)))


@function("SOUNDEX", 1)
def soundex(value: Any) -> str:
    """The Soundex code. It starts with the first ASCII letter, whose own sound does not count."""
    text = v.to_string(value).lower()
    begin = next((place for place, letter in enumerate(text) if "a" <= letter <= "z"), None)
    if begin is None:
        return ""
    code, previous = text[begin].upper(), ""
    for letter in text[begin + 1 :]:
        sound = SOUNDS.get(letter, "")
        if sound != previous:
            code += sound
        previous = sound
    return code[:SOUNDEX_LENGTH].ljust(SOUNDEX_LENGTH, "0")


@function("NGRAM_SIMILARITY", 3)
def ngram_similarity(text: Any, target: Any, size: Any) -> Any:
    """The length of the longest common sequence of n-grams, divided by the number of the target's n-grams."""
    _check(text, target, size)
    length = int(size)
    if min(len(text), len(target)) < length:
        return int(text == target)
    sources, targets = _ngrams(text, length), _ngrams(target, length)
    return _single(_common(targets, sources, lambda one, other: float(one == other)) / len(targets))


@function("NGRAM_POSITIONAL_SIMILARITY", 3)
def ngram_positional_similarity(text: Any, target: Any, size: Any) -> Any:
    """Like NGRAM_SIMILARITY(), but n-grams may agree in part, and the divisor is that of the longer text."""
    _check(text, target, size)
    length = int(size)
    shorter, longer = sorted((target, text), key=len)
    if len(shorter) < length:
        return _single(_agreeing(shorter, longer) / len(longer)) if longer else 1
    sources = _ngrams(longer, length)
    common = _common(_ngrams(shorter, length), sources, lambda one, other: _agreeing(one, other) / length)
    return _single(common / len(sources))


def _check(text: Any, target: Any, size: Any) -> None:
    if not isinstance(text, str) or not isinstance(target, str) or not v.is_number(size):
        raise NoResultError
    if int(size) < 1:
        raise NoResultError(BAD_PARAMETER)


def _ngrams(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(len(text) - length + 1)]


def _agreeing(one: str, other: str) -> float:
    return float(sum(left == right for left, right in zip(one, other, strict=False)))


def _common(targets: list[str], sources: list[str], likeness: Likeness) -> float:
    """The best total likeness of pairs of n-grams that are in the same order in both texts."""
    best = [0.0] * (len(sources) + 1)
    for target in targets:
        above = best.copy()
        for place, source in enumerate(sources, 1):
            best[place] = max(best[place - 1], above[place], above[place - 1] + likeness(source, target))
    return best[-1]


def _single(number: float) -> Any:
    """The number rounded to single precision, which ArangoDB uses for these functions."""
    return v.normalized(struct.unpack("f", struct.pack("f", number))[0])
