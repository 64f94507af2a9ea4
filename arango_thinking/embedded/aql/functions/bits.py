"""Functions on the bits of unsigned integers of up to 32 bits."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses import aggregates
from arango_thinking.embedded.aql.functions.registry import ARGUMENT_TYPE, NoResultError, array, function

MOST_BITS = 32


def unsigned(value: Any) -> int:
    """The number without its fraction. Raises `NoResultError` when it is negative or has more than 32 bits."""
    if not v.is_number(value) or not 0 <= value < 2**MOST_BITS:
        raise NoResultError
    return int(value)


def _bit_count(value: Any) -> int:
    count = unsigned(value)
    if count > MOST_BITS:
        raise NoResultError
    return count


@function("BIT_AND", 1, 2)
def bit_and(value: Any, *other: Any) -> Any:
    return aggregates.bit_and(_operands(value, other))


@function("BIT_OR", 1, 2)
def bit_or(value: Any, *other: Any) -> Any:
    return aggregates.bit_or(_operands(value, other))


@function("BIT_XOR", 1, 2)
def bit_xor(value: Any, *other: Any) -> Any:
    return aggregates.bit_xor(_operands(value, other))


def _operands(value: Any, other: tuple[Any, ...]) -> list[Any]:
    """Two numbers, or an array of them."""
    return [unsigned(value), unsigned(other[0])] if other else array(value, ARGUMENT_TYPE)


@function("BIT_NEGATE", 2)
def bit_negate(value: Any, bits: Any) -> int:
    return ~unsigned(value) & (1 << _bit_count(bits)) - 1


@function("BIT_TEST", 2)
def bit_test(value: Any, index: Any) -> bool:
    place = unsigned(index)
    if place >= MOST_BITS:
        raise NoResultError
    return bool(unsigned(value) >> place & 1)


@function("BIT_POPCOUNT", 1)
def bit_popcount(value: Any) -> int:
    return unsigned(value).bit_count()


@function("BIT_SHIFT_LEFT", 3)
def bit_shift_left(value: Any, shift: Any, bits: Any) -> int:
    return unsigned(value) << _bit_count(shift) & (1 << _bit_count(bits)) - 1


@function("BIT_SHIFT_RIGHT", 3)
def bit_shift_right(value: Any, shift: Any, bits: Any) -> int:
    return unsigned(value) >> _bit_count(shift) & (1 << _bit_count(bits)) - 1


@function("BIT_CONSTRUCT", 1)
def bit_construct(places: Any) -> int:
    if not isinstance(places, list):
        raise NoResultError
    result = 0
    for place in places:
        if unsigned(place) >= MOST_BITS:
            raise NoResultError
        result |= 1 << unsigned(place)
    return result


@function("BIT_DECONSTRUCT", 1)
def bit_deconstruct(value: Any) -> list[int]:
    number = unsigned(value)
    return [place for place in range(MOST_BITS) if number >> place & 1]


@function("BIT_TO_STRING", 2)
def bit_to_string(value: Any, bits: Any) -> str:
    width = _bit_count(bits)
    return f"{unsigned(value) & (1 << width) - 1:0{width}b}" if width else ""


@function("BIT_FROM_STRING", 1)
def bit_from_string(text: Any) -> int:
    if not isinstance(text, str) or len(text) > MOST_BITS or set(text) - {"0", "1"}:
        raise NoResultError
    return int(text or "0", 2)
