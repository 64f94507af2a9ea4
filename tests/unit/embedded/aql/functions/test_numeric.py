"""Numeric functions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ABS(-5)", 5),
        ("CEIL(2.49)", 3),
        ("FLOOR(-2.50)", -3),
        ("ROUND(2.5)", 3),
        ("ROUND(-2.5)", -2),
        ("ROUND(2.49)", 2),
        ("SQRT(9)", 3),
        ("SQRT(-1)", None),
        ("POW(2, 4)", 16),
        ("POW(0, -1)", None),
        ("POW(5, -1)", 0.2),
        ("EXP(0)", 1),
        ("EXP2(16)", 65536),
        ("LOG(0)", None),
        ("LOG10(10000)", 4),
        ("LOG2(1024)", 10),
        ("SIN(0)", 0),
        ("ACOS(2)", None),
        ("ATAN2(0, 1)", 0),
        ("DEGREES(PI())", 180),
        ("RADIANS(180)", 3.141592653589793),
        ("ABS('x')", 0),
        ("RANGE(1, 4)", [1, 2, 3, 4]),
        ("RANGE(1, 4, 2)", [1, 3]),
        ("RANGE(1.5, 2.5)", [1, 2]),
        ("RANGE(1.5, 2.5, 0.5)", [1.5, 2, 2.5]),
        ("RANGE(3, 1, -1)", [3, 2, 1]),
        ("RANGE(1, 2, -1)", None),
        ("RANGE(-0.75, 1.1, 0.5)", [-0.75, -0.25, 0.25, 0.75]),
    ],
)
def test_numbers(db: Database, call: str, expected: Any) -> None:
    found = db.value(call)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert not isinstance(found, float) or not found.is_integer()


@pytest.mark.parametrize(
    ("call", "codes"),
    [("RANGE(1, 2, 0)", [1542]), ("RANGE(1, 2, -1)", [1542]), ("LOG(0)", [])],
)
def test_warnings(db: Database, call: str, codes: list[int]) -> None:
    assert db.warnings(call) == codes


def test_random_numbers(db: Database) -> None:
    numbers = db.rows("FOR i IN 1..20 RETURN i % 2 ? RAND() : RANDOM()")
    assert len(set(numbers)) > 1
    assert all(0 <= number < 1 for number in numbers)
