"""Functions on vectors of numbers, and scores that decay with the distance from an origin."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import (
    INVALID_ARITHMETIC,
    OUT_OF_RANGE,
    NoResultError,
    array,
    function,
)

Vector = list[float]
Measure = Callable[[Vector, Vector], float]
Score = Callable[[float], float]


def _cosine(one: Vector, other: Vector) -> float:
    product = _total(a * b for a, b in zip(one, other, strict=True))
    lengths = math.sqrt(_total(a * a for a in one)) * math.sqrt(_total(b * b for b in other))
    if not lengths:
        raise NoResultError(INVALID_ARITHMETIC)
    return min(max(product / lengths, -1.0), 1.0)


def _manhattan(one: Vector, other: Vector) -> float:
    return _total(abs(a - b) for a, b in zip(one, other, strict=True))


def _euclidean(one: Vector, other: Vector) -> float:
    return math.sqrt(_total((a - b) ** 2 for a, b in zip(one, other, strict=True)))


def _total(numbers: Any) -> float:
    """The sum, adding one by one as ArangoDB does. In newer versions of Python, `sum` compensates for rounding."""
    result = 0.0
    for number in numbers:
        result += number
    return result


@function("COSINE_SIMILARITY", 2)
def cosine_similarity(one: Any, other: Any) -> Any:
    return _measured(_cosine, one, other)


@function("L1_DISTANCE", 2)
def l1_distance(one: Any, other: Any) -> Any:
    return _measured(_manhattan, one, other)


@function("L2_DISTANCE", 2)
def l2_distance(one: Any, other: Any) -> Any:
    return _measured(_euclidean, one, other)


def _measured(measure: Measure, one: Any, other: Any) -> Any:
    """One number, or one for each row if either argument is an array of vectors."""
    if not isinstance(one, list) or not isinstance(other, list) or not one or not other:
        raise NoResultError
    if isinstance(one[0], list):
        return [_pair(measure, row, other) for row in one]
    if isinstance(other[0], list):
        return [_pair(measure, row, one) for row in other]
    return _pair(measure, one, other)


def _pair(measure: Measure, one: Any, other: Any) -> Any:
    left, right = _vector(one), _vector(other)
    if len(left) != len(right):
        raise NoResultError
    return v.normalized(measure(left, right))


def _vector(value: Any) -> Vector:
    if not isinstance(value, list) or not all(v.is_number(one) for one in value):
        raise NoResultError
    return [float(one) for one in value]


def _gauss(scale: float, decay: float) -> Score:
    variance = -(scale * scale) / (2 * math.log(decay))
    return lambda distance: math.exp(-distance * distance / (2 * variance))


def _exponential(scale: float, decay: float) -> Score:
    rate = math.log(decay) / scale
    return lambda distance: math.exp(rate * distance)


def _linear(scale: float, decay: float) -> Score:
    reach = scale / (1.0 - decay)
    return lambda distance: max((reach - distance) / reach, 0.0)


SHAPES: dict[str, Callable[[float, float], Score]] = {
    "DECAY_GAUSS": _gauss, "DECAY_EXP": _exponential, "DECAY_LINEAR": _linear,
}  # fmt: skip


def _register(name: str, shape: Callable[[float, float], Score]) -> None:
    def decayed(values: Any, origin: Any, *settings: Any) -> Any:
        """The score of one number, or the scores of an array of them."""
        items = [values] if v.is_number(values) else array(values, 1542)
        if not all(v.is_number(one) for one in (*items, origin, *settings)):
            raise NoResultError
        scale, offset, decay = settings
        if scale <= 0 or offset < 0 or not 0 < decay < 1:
            raise NoResultError(OUT_OF_RANGE)
        score = shape(scale, decay)
        found = [v.normalized(score(max(0.0, abs(item - origin) - offset))) for item in items]
        return found if isinstance(values, list) else found[0]

    function(name, 5)(decayed)


for _name, _shape in SHAPES.items():
    _register(_name, _shape)
