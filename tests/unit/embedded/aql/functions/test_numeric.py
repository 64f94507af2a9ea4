"""Numeric functions."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import Database


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
        ("MIN([5, 9, -2, null, 1])", -2),
        ("MIN([null])", None),
        ("MAX([5, 'a', 3])", "a"),
        ("SUM([1, 2, 3, null])", 6),
        ("SUM([])", 0),
        ("SUM([1, 'a'])", None),
        ("AVERAGE([5, 2, null])", 3.5),
        ("AVG([])", None),
        ("PRODUCT([2, 3, null])", 6),
        ("PRODUCT([])", 1),
        ("MEDIAN([4, 2, 3, 1])", 2.5),
        ("MEDIAN([1, 2, 3])", 2),
        ("MEDIAN([])", None),
        ("PERCENTILE([1, 2, 3, 4], 50)", 2),
        ("PERCENTILE([1, 2, 3, 4], 50, 'rank')", 2),
        ("PERCENTILE([1, 2, 3, 4], 50, 'interpolation')", 2.5),
        ("PERCENTILE([7], 1)", 7),
        ("VARIANCE_POPULATION([1, 3, 6, 5, 2])", 3.44),
        ("VARIANCE_SAMPLE([1, 3, 6, 5, 2])", 4.3),
        ("STDDEV_SAMPLE([1, 3, 6, 5, 2])", 4.3**0.5),
        ("STDDEV([1, 3, 6, 5, 2])", 3.44**0.5),
        ("COSINE_SIMILARITY([0, 1], [1, 0])", 0),
        ("L1_DISTANCE([-1, 2], [3, 4])", 6),
        ("L2_DISTANCE([0, 0], [3, 4])", 5),
        ("IN_RANGE(3, 1, 3, true, true)", True),
        ("IN_RANGE(3, 1, 3, true, false)", False),
    ],
)
def test_numbers(db: Database, call: str, expected: Any) -> None:
    found = db.value(call)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert not isinstance(found, float) or not found.is_integer()


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        ("SUM(1)", [1563]),
        ("SUM(['a'])", []),
        ("AVERAGE(['a'])", [1563]),
        ("MEDIAN(['a'])", [1561]),
        ("VARIANCE(['a'])", [1561]),
        ("PERCENTILE([1, 2], 0)", [1542]),
        ("RANGE(1, 2, 0)", [1542]),
        ("MIN(1)", [1563]),
    ],
)
def test_warnings(db: Database, call: str, codes: list[int]) -> None:
    assert db.warnings(call) == codes


def test_random_numbers(db: Database) -> None:
    numbers = db.rows("FOR i IN 1..20 RETURN RAND()")
    assert len(set(numbers)) > 1
    assert all(0 <= number < 1 for number in numbers)
