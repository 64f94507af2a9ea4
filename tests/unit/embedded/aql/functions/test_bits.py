"""Functions on bits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("BIT_AND([1, 4, 8, 16])", 0), ("BIT_AND(127, 255)", 127), ("BIT_OR([1, 4, null])", 5), ("BIT_XOR(16, 24)", 8),
        ("BIT_NEGATE(10, 4)", 5), ("BIT_TEST(7, 1)", True), ("BIT_TEST(8, 0)", False), ("BIT_POPCOUNT(255)", 8),
        ("BIT_SHIFT_LEFT(2, 5, 16)", 64), ("BIT_SHIFT_LEFT(2, 5, 4)", 0), ("BIT_SHIFT_RIGHT(33, 1, 16)", 16),
        ("BIT_CONSTRUCT([1, 2, 3])", 14), ("BIT_DECONSTRUCT(14)", [1, 2, 3]), ("BIT_TO_STRING(7, 4)", "0111"),
        ("BIT_FROM_STRING('0111')", 7), ("BIT_AND([])", None), ("BIT_AND(-1, 2)", None), ("BIT_TEST(1, 40)", None),
    ],
)  # fmt: skip
def test_bits(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize(
    "call", ["BIT_AND(1, null)", "BIT_AND(1)", "BIT_FROM_STRING('2')", "BIT_CONSTRUCT([33])", "BIT_NEGATE(1, 33)"]
)
def test_wrong_types_are_warned_of(db: Database, call: str) -> None:
    assert db.warnings(call) == [1542]
