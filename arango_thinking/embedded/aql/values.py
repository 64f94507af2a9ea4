"""AQL values: their order, their equality, their casts and arithmetic. A value is a plain JSON value."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from decimal import Decimal
from functools import total_ordering
from typing import Any

import orjson

from arango_thinking.embedded import collation
from arango_thinking.embedded.errors import ArangoError

Value = Any

NULL, BOOL, NUMBER, STRING, ARRAY, OBJECT = range(6)
RANKS: dict[type, int] = {
    type(None): NULL,
    bool: BOOL,
    int: NUMBER,
    float: NUMBER,
    str: STRING,
    list: ARRAY,
    dict: OBJECT,
}
TYPE_NAMES = ("null", "bool", "number", "string", "array", "object")
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**64 - 1
#: The greatest integer literal of a query. Greater literals become floats.
LARGEST_LITERAL = 2**63 - 1
#: Whole floats below this become integers, as in ArangoDB.
EXACT_FLOAT = 2.0**53
#: The longest array that a range may become.
MOST_ELEMENTS = 10_000_000
NUMERIC = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")


def type_name(value: Value) -> str:
    """The name that TYPENAME() gives."""
    return TYPE_NAMES[RANKS[type(value)]]


def is_number(value: Value) -> bool:
    kind = type(value)
    return kind is int or kind is float


def compare(left: Value, right: Value) -> int:
    """Below zero if `left` comes first, above zero if `right` comes first, zero if they are equal.

    Types have the order null, bool, number, string, array, object.
    """
    rank, other = RANKS[type(left)], RANKS[type(right)]
    if rank != other:
        return rank - other
    if rank < ARRAY:
        if left == right:
            return 0
        if rank == STRING and collation.language is not None:
            left, right = sort_key(left), sort_key(right)
        return -1 if left < right else 1
    return _compare_arrays(left, right) if rank == ARRAY else _compare_objects(left, right)


def _compare_arrays(left: list[Value], right: list[Value]) -> int:
    for position in range(max(len(left), len(right))):
        order = compare(
            left[position] if position < len(left) else None,
            right[position] if position < len(right) else None,
        )
        if order:
            return order
    return 0


def _compare_objects(left: dict[str, Value], right: dict[str, Value]) -> int:
    for key in sorted(left.keys() | right.keys()):
        order = compare(left.get(key), right.get(key))
        if order:
            return order
    return 0


def equal(left: Value, right: Value) -> bool:
    """`==` of AQL: no casts, numbers by value, arrays and objects by their contents."""
    kind = type(left)
    if kind is type(right) and kind is not list and kind is not dict:
        return bool(left == right)
    return compare(left, right) == 0


@total_ordering
class Compound:
    """An array or object as part of a sort key."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Compound) and compare(self.value, other.value) == 0

    def __lt__(self, other: Compound) -> bool:
        return compare(self.value, other.value) < 0

    __hash__ = None  # type: ignore[assignment]


SortKey = tuple[int, Any]


def sort_key(value: Value) -> SortKey:
    """A key that makes Python sort values as AQL does."""
    rank = RANKS[type(value)]
    if rank == NULL:
        return (NULL, 0)
    if rank == STRING and collation.language is not None:
        return (STRING, (collation.language(value), value))
    return (rank, value) if rank < ARRAY else (rank, Compound(value))


@total_ordering
class Descending:
    """A sort key for descending order."""

    __slots__ = ("key",)

    def __init__(self, key: SortKey) -> None:
        self.key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Descending) and self.key == other.key

    def __lt__(self, other: Descending) -> bool:
        return other.key < self.key

    __hash__ = None  # type: ignore[assignment]


def identity(value: Value) -> Hashable:
    """A hashable key for the value. Values with the same key are equal."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is list:
        return ("array", tuple(identity(item) for item in value))
    if kind is dict:
        return ("object", frozenset((key, identity(item)) for key, item in value.items()))
    return (RANKS[kind], value)


def truth(value: Value) -> bool:
    """Null, false, 0 and "" are false; all arrays and objects are true."""
    kind = type(value)
    if kind is list or kind is dict:
        return True
    return bool(value)


def to_number(value: Value) -> int | float:
    """The cast of arithmetic and of TO_NUMBER(): 0 for a value that cannot be read as a number."""
    kind = type(value)
    if kind is int:
        return int(value)
    if kind is float:
        return float(value)
    if kind is bool:
        return int(value)
    if kind is str:
        return parse_number(value) if NUMERIC.fullmatch(value) else 0
    if kind is list and len(value) == 1:
        return to_number(value[0])
    return 0


def parse_number(text: str) -> int | float:
    """A number from text that is known to hold one."""
    try:
        number = normalized(int(text))
    except ValueError:
        number = normalized(float(text))
    return 0 if number is None else number


def normalized(number: int | float) -> int | float | None:
    """A computed number as ArangoDB would give it: whole floats are integers, overflow becomes a float or null."""
    if isinstance(number, int):
        if SMALLEST_INTEGER <= number <= LARGEST_INTEGER:
            return number
        try:
            return float(number)
        except OverflowError:
            return None
    if not math.isfinite(number):
        return None
    if not number.is_integer():
        return number
    return int(number) if abs(number) < EXACT_FLOAT else _beyond_exact(number)


def _beyond_exact(number: float) -> int | float:
    """A big whole float as an integer, if 64 bits can hold it. As in ArangoDB, zeros follow its shortest digits."""
    whole = int(Decimal(repr(number)))
    return whole if SMALLEST_INTEGER <= whole <= LARGEST_INTEGER else number


def to_string(value: Value) -> str:
    """The cast of CONCAT() and TO_STRING()."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is float:
        return float_text(value)
    return "" if value is None else to_json(value)


def float_text(number: float) -> str:
    """The shortest text that stands for the number, with an exponent where ArangoDB writes one."""
    sign, places, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits, zeros = "".join(map(str, places)), int(exponent)
    magnitude = zeros + len(digits) - 1
    if zeros >= 0 and magnitude < len(digits) + 7:
        text = digits + "0" * zeros
    elif -7 < zeros < 0 or (zeros < 0 and abs(magnitude) < 4):
        padded = digits.rjust(1 - zeros, "0")
        text = f"{padded[:zeros]}.{padded[zeros:]}"
    else:
        text = f"{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{magnitude:+}"
    return "-" * sign + text if number else "0"


def to_json(value: Value) -> str:
    """Compact JSON; whole floats are written without a fraction."""
    text = orjson.dumps(value).decode()
    return text if ".0" not in text else orjson.dumps(_with_whole_numbers(value)).decode()


def _with_whole_numbers(value: Value) -> Value:
    if isinstance(value, float):
        return normalized(value)
    if isinstance(value, list):
        return [_with_whole_numbers(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_whole_numbers(item) for name, item in value.items()}
    return value


def to_array(value: Value) -> list[Value]:
    """The cast of TO_ARRAY()."""
    kind = type(value)
    if kind is list:
        return list(value)
    if kind is dict:
        return list(value.values())
    return [] if value is None else [value]


def to_integer(value: Value) -> int:
    """A number without its fraction, kept within 64 bits."""
    number = to_number(value)
    if not math.isfinite(number):
        return 0
    return max(SMALLEST_INTEGER, min(int(number), -SMALLEST_INTEGER - 1))


def add(left: Value, right: Value) -> Value:
    return computed(float(to_number(left)) + float(to_number(right)))


def subtract(left: Value, right: Value) -> Value:
    return computed(float(to_number(left)) - float(to_number(right)))


def multiply(left: Value, right: Value) -> Value:
    return computed(float(to_number(left)) * float(to_number(right)))


def divide(left: Value, right: Value) -> Value:
    """The quotient. Raises `ZeroDivisionError`."""
    return computed(float(to_number(left)) / float(to_number(right)))


def modulo(left: Value, right: Value) -> Value:
    """The remainder; it has the sign of the dividend. Raises `ZeroDivisionError`."""
    dividend, divisor = float(to_number(left)), float(to_number(right))
    if divisor == 0:
        raise ZeroDivisionError
    return computed(math.fmod(dividend, divisor))


def computed(number: float) -> Value:
    """Like `normalized`, but only for floats, and faster in the common case."""
    if -EXACT_FLOAT < number < EXACT_FLOAT:
        whole = int(number)
        return whole if whole == number else number
    return normalized(number)


def negate(value: Value) -> Value:
    return normalized(-to_number(value))


def range_array(lower: Value, upper: Value) -> list[int]:
    """`range_values` as an array. Raises `ArangoError` 32 when it is too big."""
    found = range_values(lower, upper)
    if len(found) > MOST_ELEMENTS:
        raise ArangoError(32, "the range is too big")
    return list(found)


def range_values(lower: Value, upper: Value) -> range:
    """The integers of `lower..upper`. They go downwards if `upper` is less than `lower`."""
    first, last = to_integer(lower), to_integer(upper)
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)
