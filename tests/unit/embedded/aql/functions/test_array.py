"""Array functions."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("FIRST([1, 2])", 1),
        ("FIRST([])", None),
        ("LAST([1, 2])", 2),
        ("NTH([1, 2], 1)", 2),
        ("NTH([1], -1)", None),
        ("NTH([1], -0.5)", 1),
        ("POSITION([2, 4], 4)", True),
        ("POSITION([2, 4], 4, true)", 1),
        ("CONTAINS_ARRAY([2], 3)", False),
        ("SLICE([1, 2, 3, 4, 5], 0, 1)", [1]),
        ("SLICE([1, 2, 3, 4, 5], 1, 2)", [2, 3]),
        ("SLICE([1, 2, 3, 4, 5], 3)", [4, 5]),
        ("SLICE([1, 2, 3, 4, 5], 1, -1)", [2, 3, 4]),
        ("SLICE([1, 2, 3, 4, 5], 0, -2)", [1, 2, 3]),
        ("SLICE([1, 2, 3, 4, 5], -3, 2)", [3, 4]),
        ("REVERSE([1, 2])", [2, 1]),
        ("UNIQUE([1, 2, 1.0, '1'])", [1, 2, "1"]),
        ("SORTED([8, 4, 'a', null])", [None, 4, 8, "a"]),
        ("SORTED_UNIQUE([2, 1, 2])", [1, 2]),
        ("COUNT_DISTINCT([1, 1, 2])", 2),
        ("FLATTEN([1, [2, [3, [4]]]])", [1, 2, [3, [4]]]),
        ("FLATTEN([1, [2, [3, [4]]]], 2)", [1, 2, 3, [4]]),
        ("APPEND([1, 2], [3, 2])", [1, 2, 3, 2]),
        ("APPEND([1, 2], [3, 2], true)", [1, 2, 3]),
        ("APPEND([1], 5)", [1, 5]),
        ("APPEND(null, [1])", [1]),
        ("APPEND([1], null)", [1]),
        ("PUSH([1], 1)", [1, 1]),
        ("PUSH([1], 1, true)", [1]),
        ("PUSH(null, 1)", [1]),
        ("POP([1, 2])", [1]),
        ("POP([])", []),
        ("POP(null)", None),
        ("SHIFT([1, 2])", [2]),
        ("UNSHIFT([1], 0)", [0, 1]),
        ("UNSHIFT([1], 1, true)", [1]),
        ("REMOVE_VALUE([1, 2, 1], 1)", [2]),
        ("REMOVE_VALUE([1, 2, 1], 1, 1)", [2, 1]),
        ("REMOVE_VALUES([1, 2, 3], [1, 3])", [2]),
        ("REMOVE_VALUES(null, [1])", []),
        ("REMOVE_NTH([1, 2, 3], 1)", [1, 3]),
        ("REMOVE_NTH([1, 2, 3], -1)", [1, 2]),
        ("REMOVE_NTH([1], 5)", [1]),
        ("REMOVE_NTH([1, 2], -3)", [1, 2]),
        ("REMOVE_NTH([1, 2], -0.5)", [1]),
        ("REPLACE_NTH([1, 2], 1, 'x')", [1, "x"]),
        ("REPLACE_NTH([1, 2], -2, 'x')", ["x", 2]),
        ("REPLACE_NTH([1], 3, 'x', 0)", [1, 0, 0, "x"]),
        ("INTERLEAVE([1, 1, 1], [2, 2], [3])", [1, 2, 3, 1, 2, 1]),
    ],
)
def test_arrays(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        ("FIRST(1)", [1563]),
        ("SORTED(null)", [1563]),
        ("PUSH(1, 2)", [1542]),
        ("SLICE(1, 2)", [1542]),
        ("APPEND(1, [1])", [1542]),
        ("INTERLEAVE([1], 2)", [1563]),
        ("REMOVE_VALUE(1, 1)", [1542]),
    ],
)
def test_warnings(db: Database, call: str, codes: list[int]) -> None:
    assert db.value(call) is None
    assert db.warnings(call) == codes


@pytest.mark.parametrize("call", ["REPLACE_NTH([1], 3, 'x')", "REPLACE_NTH([1], null, 'x')"])
def test_errors(db: Database, call: str) -> None:
    with pytest.raises(ArangoError) as caught:
        db.value(call)
    assert caught.value.number == 1542
