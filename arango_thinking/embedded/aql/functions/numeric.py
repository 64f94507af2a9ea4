"""Numeric functions."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import aggregates
from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import (
    ARRAY_EXPECTED,
    INVALID_ARITHMETIC,
    NoResultError,
    array,
    function,
)
from arango_thinking.embedded.errors import ArangoError

Number = int | float


def _calculated(calculate: Callable[..., Number], *arguments: Any) -> Any:
    """The result, or null where mathematics has none."""
    try:
        return v.normalized(calculate(*(v.to_number(one) for one in arguments)))
    except (ValueError, OverflowError, ZeroDivisionError):
        return None


SIMPLE: dict[str, Callable[[float], Number]] = {
    "FLOOR": math.floor, "CEIL": math.ceil, "ABS": abs, "SQRT": math.sqrt, "EXP": math.exp,
    "EXP2": lambda number: 2.0**number, "ROUND": lambda number: math.floor(number + 0.5),
    "LOG": math.log, "LOG2": math.log2, "LOG10": math.log10, "SIN": math.sin, "COS": math.cos,
    "TAN": math.tan, "ASIN": math.asin, "ACOS": math.acos, "ATAN": math.atan,
    "RADIANS": math.radians, "DEGREES": math.degrees,
}  # fmt: skip


def _register(name: str, calculate: Callable[[float], Number]) -> None:
    function(name, 1)(lambda value: _calculated(calculate, value))


for _name, _calculate in SIMPLE.items():
    _register(_name, _calculate)


@function("POW", 2)
def power(base: Any, exponent: Any) -> Any:
    return _calculated(lambda one, other: math.pow(one, other), base, exponent)


@function("ATAN2", 2)
def atan2(y: Any, x: Any) -> Any:
    return _calculated(math.atan2, y, x)


@function("PI", 0)
def pi() -> float:
    return math.pi


@function("RAND", 0)
def rand() -> float:
    return random.random()


@function("RANGE", 2, 3)
def range_of(start: Any, stop: Any, step: Any = None) -> list[Any]:
    """From start to stop, both included."""
    if step is None:
        return v.range_array(start, stop)
    first, last, width = (v.to_number(one) for one in (start, stop, step))
    if width == 0 or (first < last and width < 0) or (first > last and width > 0):
        raise NoResultError
    if (last - first) / width > v.MOST_ELEMENTS:
        raise ArangoError(32, "the range is too big")
    found, current = [], first
    while current <= last if width > 0 else current >= last:
        found.append(v.normalized(current))
        current += width
    return found


def _numbers(values: Any) -> list[Number]:
    """The array without nulls; with anything but numbers in it the result is null, with a warning."""
    found = aggregates.numbers(array(values))
    if found is None:
        raise NoResultError(INVALID_ARITHMETIC)
    return found


@function("MIN", 1)
def minimum(values: Any) -> Any:
    return aggregates.least(array(values))


@function("MAX", 1)
def maximum(values: Any) -> Any:
    return aggregates.greatest(array(values))


@function("SUM", 1)
def total(values: Any) -> Any:
    found = aggregates.numbers(array(values))
    return None if found is None else aggregates.total(found)


@function("PRODUCT", 1)
def product(values: Any) -> Any:
    found = aggregates.numbers(array(values))
    return None if found is None else v.normalized(math.prod(found))


@function("AVERAGE AVG", 1)
def average(values: Any) -> Any:
    if aggregates.numbers(array(values)) is None:
        raise NoResultError(ARRAY_EXPECTED)
    return aggregates.average(values)


@function("MEDIAN", 1)
def median(values: Any) -> Any:
    found = sorted(_numbers(values))
    if not found:
        return None
    middle = len(found) // 2
    if len(found) % 2:
        return v.normalized(found[middle])
    return v.normalized((found[middle - 1] + found[middle]) / 2)


@function("PERCENTILE", 2, 3)
def percentile(values: Any, share: Any, method: Any = "rank") -> Any:
    items = array(values)
    if not v.is_number(share) or not 0 < share <= 100 or method not in ("rank", "interpolation"):
        raise NoResultError
    found = sorted(_numbers(items))
    if len(found) < 2:
        return found[0] if found else None
    if method == "rank":
        return v.normalized(found[min(math.ceil(share * len(found) / 100), len(found)) - 1])
    position = share * (len(found) + 1) / 100
    whole = math.floor(position)
    if whole <= 0:
        return None
    if whole >= len(found):
        return v.normalized(found[-1])
    below, above = found[whole - 1], found[whole]
    return v.normalized((position - whole) * (above - below) + below)


@function("VARIANCE_POPULATION VARIANCE", 1)
def variance_population(values: Any) -> Any:
    return aggregates.variance_population(_numbers(values))


@function("VARIANCE_SAMPLE", 1)
def variance_sample(values: Any) -> Any:
    return aggregates.variance_sample(_numbers(values))


@function("STDDEV_POPULATION STDDEV", 1)
def deviation_population(values: Any) -> Any:
    return aggregates.deviation_population(_numbers(values))


@function("STDDEV_SAMPLE", 1)
def deviation_sample(values: Any) -> Any:
    return aggregates.deviation_sample(_numbers(values))


@function("COSINE_SIMILARITY", 2)
def cosine_similarity(one: Any, other: Any) -> Any:
    left, right = _vector(one), _vector(other)
    if len(left) != len(right):
        raise NoResultError
    lengths = math.hypot(*left) * math.hypot(*right)
    if not lengths:
        raise NoResultError
    return v.normalized(math.fsum(a * b for a, b in zip(left, right, strict=True)) / lengths)


@function("L1_DISTANCE", 2)
def l1_distance(one: Any, other: Any) -> Any:
    left, right = _vector(one), _vector(other)
    if len(left) != len(right):
        raise NoResultError
    return v.normalized(math.fsum(abs(a - b) for a, b in zip(left, right, strict=True)))


@function("L2_DISTANCE", 2)
def l2_distance(one: Any, other: Any) -> Any:
    left, right = _vector(one), _vector(other)
    if len(left) != len(right):
        raise NoResultError
    return v.normalized(math.dist(left, right))


def _vector(value: Any) -> list[Number]:
    if not isinstance(value, list) or not all(v.is_number(one) for one in value):
        raise NoResultError
    return value
