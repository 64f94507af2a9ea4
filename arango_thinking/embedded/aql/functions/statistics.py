"""Functions on arrays of numbers: sums, averages and measures of spread. They ignore nulls."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses import aggregates
from arango_thinking.embedded.aql.functions.registry import (
    ARRAY_EXPECTED,
    INVALID_ARITHMETIC,
    NoResultError,
    array,
    function,
)

Number = int | float


def _numbers(values: Any) -> list[Number]:
    """The array without nulls. Raises `NoResultError` when another member is not a number."""
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
    """The sum; 0 if it is too big for a number; null, without a warning, if a member is neither a number nor null."""
    return _combined(operator.add, 0.0, values)


@function("PRODUCT", 1)
def product(values: Any) -> Any:
    return _combined(operator.mul, 1.0, values)


def _combined(combine: Callable[[Number, Number], Number], start: float, values: Any) -> Any:
    found = aggregates.numbers(array(values))
    return None if found is None else v.normalized(reduce(combine, map(float, found), start)) or 0


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
    """The percentile as ArangoDB computes it since 3.12.6: for the lowest shares the smallest number, not null."""
    items = array(values)
    if not v.is_number(share) or not 0 <= share <= 100 or method not in ("rank", "interpolation"):
        raise NoResultError
    found = sorted(_numbers(items))
    if len(found) < 2:
        return found[0] if found else None
    if method == "rank":
        return v.normalized(found[max(math.ceil(share * len(found) / 100), 1) - 1])
    position = share * (len(found) + 1) / 100
    whole = math.floor(position)
    if whole <= 0 or whole >= len(found):
        return v.normalized(found[0 if whole <= 0 else -1])
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
