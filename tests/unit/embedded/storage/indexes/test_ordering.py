from __future__ import annotations

from functools import cmp_to_key
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arango_thinking.embedded.storage.indexes.ordering import AFTER, encode, encode_all

#: One group of equal values after another, in AQL's order.
ASCENDING: list[list[Any]] = [
    [None],
    [False],
    [True],
    [-float("inf"), -(10**400)],
    [-(2**63)],
    [-1.5],
    [-1, -1.0],
    [0, 0.0, -0.0],
    [5e-324],
    [1, 1.0],
    [2**53],
    [2**53 + 1],
    [2**63 - 1],
    [2**63],
    [2**64 - 1],
    [1e300],
    [""],
    ["\0"],
    ["\0a"],
    ["\1"],
    ["A"],
    ["a"],
    ["a\0"],
    ["a\0b"],
    ["ab"],
    ["b"],
    ["é"],
    ["\uffff"],
    ["😀"],
    [[], [None], [None, None]],
    [[None, 0]],
    [[False]],
    [[1], [1, None]],
    [[1, 2]],
    [["a"]],
    [["a", "b"]],
    [["ab"]],
    [[[]], [[], None]],
    [[[1]]],
    [[{}]],
    [{}, {"a": None}],
    [{"b": 1}],
    [{"b": 1, "c": 1}],
    [{"b": 2}],
    [{"ab": 1}],
    [{"a": False}],
    [{"a": 1}],
    [{"a": 1, "b": 1}, {"b": 1, "a": 1}],
    [{"a": [1]}],
]


def test_encodings_sort_as_aql_orders() -> None:
    keys = [encode(group[0]) for group in ASCENDING]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("group", [group for group in ASCENDING if len(group) > 1], ids=repr)
def test_values_that_aql_calls_equal_have_one_encoding(group: list[Any]) -> None:
    assert len({encode(value) for value in group}) == 1


def test_the_first_of_several_values_weighs_most() -> None:
    rows = [("a", 2), ("a", "x"), ("a\0", 0), ("ab", None)]
    assert [encode_all(row) for row in rows] == sorted(encode_all(row) for row in rows)


def test_the_end_mark_sorts_after_all_continuations() -> None:
    prefix = encode("a")
    continuations = [encode_all(("a", group[0])) for group in ASCENDING]
    assert all(prefix <= key < prefix + AFTER for key in continuations)
    assert not any(prefix <= encode(group[0]) < prefix + AFTER for group in ASCENDING if group != ["a"])


_scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text()
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@given(st.lists(_values, min_size=2, max_size=6))
def test_encodings_compare_as_the_values_do(values: list[Any]) -> None:
    for left, right in combinations(values, 2):
        assert _sign(encode(left), encode(right)) == _compare(left, right)


@given(st.lists(_values, max_size=8))
def test_sorting_by_encoding_is_sorting_by_value(values: list[Any]) -> None:
    by_value = sorted(values, key=cmp_to_key(_compare))
    assert [encode(value) for value in by_value] == sorted(encode(value) for value in values)


def _compare(left: Any, right: Any) -> int:
    """AQL's comparison, written as its documentation tells it."""
    if _rank(left) != _rank(right):
        return _sign(_rank(left), _rank(right))
    if isinstance(left, list):
        pairs = [(_at(left, i), _at(right, i)) for i in range(max(len(left), len(right)))]
    elif isinstance(left, dict):
        pairs = [(left.get(name), right.get(name)) for name in sorted(left.keys() | right.keys())]
    else:
        return 0 if left is None else _sign(left, right)
    return next((found for one, other in pairs if (found := _compare(one, other))), 0)


def _at(values: list[Any], position: int) -> Any:
    return values[position] if position < len(values) else None


def _sign(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _rank(value: Any) -> int:
    kinds = (type(None), bool, (int, float), str, list)
    return next((rank for rank, kind in enumerate(kinds) if isinstance(value, kind)), len(kinds))
