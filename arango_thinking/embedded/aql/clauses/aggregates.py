"""The functions of AGGREGATE. Each computes one value from the values of a group."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Hashable
from functools import reduce
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import FUNCTIONS, NoResultError
from arango_thinking.embedded.errors import ArangoError

Number = int | float


def numbers(values: list[Any]) -> list[Number] | None:
    """The values without nulls; `None` if one of them is not a number."""
    found = [value for value in values if value is not None]
    return found if all(v.is_number(value) for value in found) else None


def total(values: list[Number]) -> Any:
    """The sum. Like ArangoDB, it adds floats one by one and does not compensate for rounding."""
    return v.computed(reduce(operator.add, map(float, values), 0.0))


def sum_of(values: list[Any]) -> Any:
    found = numbers(values)
    return total(found) if values and found is not None else None


def average(values: list[Any]) -> Any:
    found = numbers(values)
    return v.computed(reduce(operator.add, map(float, found), 0.0) / len(found)) if found else None


def least(values: list[Any]) -> Any:
    return min((value for value in values if value is not None), key=v.sort_key, default=None)


def greatest(values: list[Any]) -> Any:
    return max((value for value in values if value is not None), key=v.sort_key, default=None)


def variance(values: list[Any], lost_freedom: int) -> float | None:
    """The variance of a population (`lost_freedom` is 0) or of a sample (1).

    It is `None` for too few values, or if one of them is not a number.
    """
    found = numbers(values)
    if found is None or len(found) <= lost_freedom:
        return None
    mean = squares = 0.0
    for count, value in enumerate(found, 1):
        distance = value - mean
        mean += distance / count
        squares += distance * (value - mean)
    return squares / (len(found) - lost_freedom)


def variance_population(values: list[Any]) -> Any:
    return _number(variance(values, 0))


def variance_sample(values: list[Any]) -> Any:
    return _number(variance(values, 1))


def deviation_population(values: list[Any]) -> Any:
    found = variance(values, 0)
    return None if found is None else _number(math.sqrt(found))


def deviation_sample(values: list[Any]) -> Any:
    found = variance(values, 1)
    return None if found is None else _number(math.sqrt(found))


def _number(value: float | None) -> Any:
    return None if value is None else v.normalized(value)


def unique(values: list[Any]) -> list[Any]:
    """Each value once, in the order of its first appearance."""
    found: dict[Hashable, Any] = {}
    for value in values:
        found.setdefault(v.identity(value), value)
    return list(found.values())


def sorted_unique(values: list[Any]) -> list[Any]:
    return sorted(unique(values), key=v.sort_key)


def count_unique(values: list[Any]) -> int:
    return len({v.identity(value) for value in values})


def _bits(combine: Callable[[int, int], int]) -> Callable[[list[Any]], Any]:
    def combined(values: list[Any]) -> Any:
        found = numbers(values)
        if found is None or not all(0 <= value < 2**32 for value in found):
            raise NoResultError
        return reduce(combine, (int(value) for value in found)) if found else None

    return combined


bit_and = _bits(lambda left, right: left & right)
bit_or = _bits(lambda left, right: left | right)
bit_xor = _bits(lambda left, right: left ^ right)

AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "COUNT": len, "LENGTH": len, "SUM": sum_of, "MIN": least, "MAX": greatest,
    "AVERAGE": average, "AVG": average, "UNIQUE": unique, "SORTED_UNIQUE": sorted_unique,
    "COUNT_DISTINCT": count_unique, "COUNT_UNIQUE": count_unique, "PUSH": list,
    "VARIANCE": variance_population, "VARIANCE_POPULATION": variance_population,
    "VARIANCE_SAMPLE": variance_sample, "STDDEV": deviation_population,
    "STDDEV_POPULATION": deviation_population, "STDDEV_SAMPLE": deviation_sample,
    "BIT_AND": bit_and, "BIT_OR": bit_or, "BIT_XOR": bit_xor,
}  # fmt: skip

#: Functions that count rows. They need no argument.
COUNTING = ("COUNT", "LENGTH")


def check_aggregate(function: str, arguments: int) -> None:
    """Check that AGGREGATE may call the function with this number of arguments.

    Raises `ArangoError`: 1540 for an unknown function, 1574 for one that is not an aggregate function, 1541 for a wrong
    number of arguments.
    """
    if function not in AGGREGATES:
        if function in FUNCTIONS:
            raise ArangoError(1574, "unknown aggregate function used")
        raise ArangoError(1540, function)
    least = 0 if function in COUNTING else 1
    if not least <= arguments <= 1:
        expected = f"expected number of arguments: minimum: {least}, maximum: 1"
        raise ArangoError(1541, f"'{function}()', {expected}")
