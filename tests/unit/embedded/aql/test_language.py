"""Random values and expressions, compared with what the manual says, written down once more in plain Python."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from arango_thinking.embedded.storage.storage import Storage
from tests.unit.embedded.aql.conftest import Database

KINDS = [type(None), bool, (int, float), str, list, dict]
OPERATORS: dict[str, Callable[[int], bool]] = {
    "==": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
OTHERS: list[Any] = [None, False, True, 0.5, -1.5, 2.0, "", "a", "B", "ab", "2", " -1 "]
SCALARS = st.integers(-3, 3) | st.sampled_from(OTHERS)
#: Groups are told apart by what their keys are made of: `[]` and `[null]` are equal, but not one group.
KEYS = SCALARS | st.lists(st.integers(-1, 1), max_size=2)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "C"]), inner, max_size=2),
    max_leaves=5,
)
LISTS = st.lists(VALUES, max_size=6)
FEW = settings(max_examples=60, deadline=None)

#: One database for all: nothing is written to it.
DATABASE = Database(Storage(":memory:"))


def value(expression: str, **bound: Any) -> Any:
    return DATABASE.value(expression, bound)


def kind(one: Any) -> int:
    if isinstance(one, bool):
        return 1
    return next(place for place, types in enumerate(KINDS) if isinstance(one, types))  # type: ignore[arg-type]


def order(one: Any, other: Any) -> int:
    """The rules of "Type and value order"."""
    if kind(one) != kind(other):
        return kind(one) - kind(other)
    if isinstance(one, list):
        length = max(len(one), len(other))
        padded = zip(one + [None] * (length - len(one)), other + [None] * (length - len(other)), strict=True)
        return next((found for pair in padded if (found := order(*pair))), 0)
    if isinstance(one, dict):
        names = sorted({*one, *other})
        return next((found for name in names if (found := order(one.get(name), other.get(name)))), 0)
    if one is None:
        return 0
    return int(one > other) - int(one < other)


def number(one: Any) -> float:
    """The rules of TO_NUMBER()."""
    if isinstance(one, list):
        return number(one[0]) if len(one) == 1 else 0
    if isinstance(one, str):
        try:
            return float(one)
        except ValueError:
            return 0
    return float(one) if isinstance(one, bool | int | float) else 0


def truth(one: Any) -> bool:
    return isinstance(one, list | dict) or bool(one)


def distinct(values: list[Any]) -> list[Any]:
    return [one for place, one in enumerate(values) if not any(order(one, other) == 0 for other in values[:place])]


in_order = functools.cmp_to_key(order)


@FEW
@given(VALUES, VALUES)
def test_comparisons(one: Any, other: Any) -> None:
    text = ", ".join(f"@one {operator} @other" for operator in OPERATORS)
    expected = [holds(order(one, other)) for holds in OPERATORS.values()]
    assert value(f"[{text}]", one=one, other=other) == expected
    # Once more with values that are not known beforehand.
    text = ", ".join(f"x {operator} y" for operator in OPERATORS)
    rows = DATABASE.rows(f"FOR x IN [@one] FOR y IN [@other] RETURN [{text}]", {"one": one, "other": other})
    assert rows == [expected]


@FEW
@given(LISTS)
def test_sorting(values: list[Any]) -> None:
    up = DATABASE.rows("FOR x IN @values SORT x RETURN x", {"values": values})
    down = DATABASE.rows("FOR x IN @values SORT x DESC RETURN x", {"values": values})
    expected = sorted(values, key=in_order)
    assert [order(*pair) for pair in zip(up, expected, strict=True)] == [0] * len(values)
    assert [order(*pair) for pair in zip(down, reversed(expected), strict=True)] == [0] * len(values)
    first = DATABASE.rows("FOR x IN @values SORT x LIMIT 1, 2 RETURN x", {"values": values})
    assert [order(*pair) for pair in zip(first, expected[1:3], strict=True)] == [0] * len(expected[1:3])


@FEW
@given(VALUES, LISTS)
def test_membership(one: Any, values: list[Any]) -> None:
    expected = any(order(one, other) == 0 for other in values)
    text = "[@one IN @values, @one NOT IN @values, x IN values, x NOT IN values]"
    rows = DATABASE.rows(f"FOR x IN [@one] FOR values IN [@values] RETURN {text}", {"one": one, "values": values})
    assert rows == [[expected, not expected] * 2]


@FEW
@given(LISTS)
def test_least_and_greatest(values: list[Any]) -> None:
    found = [one for one in values if one is not None]
    expected = [min(found, key=in_order), max(found, key=in_order)] if found else [None, None]
    text = "FOR x IN @values COLLECT AGGREGATE least = MIN(x), most = MAX(x) RETURN [least, most]"
    ((least, most),) = DATABASE.rows(text, {"values": values})
    assert order(least, expected[0]) == order(most, expected[1]) == 0


@FEW
@given(LISTS, VALUES, st.sampled_from(list(OPERATORS)), st.integers(0, 4))
def test_quantified_comparisons(values: list[Any], one: Any, operator: str, least: int) -> None:
    hits = sum(OPERATORS[operator](order(item, one)) for item in values)
    text = ", ".join(f"@values {how} {operator} @one" for how in ("ANY", "ALL", "NONE", "AT LEAST (@least)"))
    expected = [hits > 0, hits == len(values), hits == 0, bool(values) and hits >= least]
    assert value(f"[{text}]", values=values, one=one, least=least) == expected
    text = ", ".join(f"@values[? {how} FILTER CURRENT {operator} @one]" for how in ("ANY", "ALL", "NONE", "@least"))
    assert value(f"[{text}]", values=values, one=one, least=least) == [*expected[:3], hits == least]


@FEW
@given(LISTS, st.integers(0, 3), st.integers(0, 3), st.integers(-3, 3))
def test_expansions(values: list[Any], offset: int, count: int, least: int) -> None:
    expected = [[one] for one in values if order(one, least) >= 0][offset : offset + count]
    text = "@values[* FILTER CURRENT >= @least LIMIT @offset, @count RETURN [CURRENT]]"
    assert value(text, values=values, least=least, offset=offset, count=count) == expected
    flat = [inner for one in values for inner in (one if isinstance(one, list) else [one])]
    assert value("@values[**]", values=values) == flat
    names = [one.get("a") if isinstance(one, dict) else None for one in values]
    assert value("@values[*].a", values=values) == names


@FEW
@given(LISTS, st.integers(-7, 7))
def test_elements(values: list[Any], place: int) -> None:
    expected = values[place] if -len(values) <= place < len(values) else None
    assert value("@values[@place]", values=values, place=place) == expected


@FEW
@given(VALUES, VALUES)
def test_arithmetic(one: Any, other: Any) -> None:
    left, right = number(one), number(other)
    expected: list[float | None] = [left + right, left - right, left * right]
    expected += [left / right, math.fmod(left, right)] if right else [None, None]
    text = "[x + y, x - y, x * y, x / y, x % y]"
    for query in (f"RETURN {text.replace('x', '@x').replace('y', '@y')}", f"FOR x IN [@x] FOR y IN [@y] RETURN {text}"):
        assert DATABASE.rows(query, {"x": one, "y": other}) == [expected]


@FEW
@given(VALUES, VALUES, VALUES)
def test_logic(one: Any, two: Any, three: Any) -> None:
    expected = [
        two if truth(one) else one, one if truth(one) else two, not truth(one), two if truth(one) else three,
        one if truth(one) else three,
    ]  # fmt: skip
    text = "[@one && @two, @one || @two, !@one, @one ? @two : @three, @one ?: @three]"
    assert value(text, one=one, two=two, three=three) == expected


@FEW
@given(st.lists(st.tuples(KEYS, st.integers(-9, 9)), max_size=7))
def test_groups(pairs: list[tuple[Any, int]]) -> None:
    keys = sorted(distinct([key for key, _ in pairs]), key=in_order)
    members = [[number for key, number in pairs if order(key, one) == 0] for one in keys]
    text = (
        "FOR p IN @pairs COLLECT k = p[0] AGGREGATE s = SUM(p[1]), l = MIN(p[1]), u = SORTED_UNIQUE(p[1]), n = COUNT() "
        "INTO g = p[1] RETURN [k, s, l, u, n, g]"
    )
    rows = DATABASE.rows(text, {"pairs": [list(pair) for pair in pairs]})
    assert [order(row[0], key) for row, key in zip(rows, keys, strict=True)] == [0] * len(keys)
    assert [row[1:] for row in rows] == [
        [sum(one), min(one), sorted(set(one)), len(one), one] for one in members
    ]  # fmt: skip
    text = "FOR p IN @pairs RETURN DISTINCT p[0]"
    found = DATABASE.rows(text, {"pairs": [list(pair) for pair in pairs]})
    assert [order(*pair) for pair in zip(found, distinct([key for key, _ in pairs]), strict=True)] == [0] * len(keys)
