"""Numeric functions."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import NoResultError, function
from arango_thinking.embedded.errors import ArangoError

Number = int | float


def _calculated(calculate: Callable[..., Number], *arguments: Any) -> Any:
    """The result, or null where it is not defined."""
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


@function("RAND RANDOM", 0)
def rand() -> float:
    return random.random()


@function("RANGE", 2, 3)
def range_of(start: Any, stop: Any, step: Any = None) -> list[Any]:
    """The numbers from `start` to `stop`, both included."""
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
