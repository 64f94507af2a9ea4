"""Sums, averages and measures of spread."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
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
        ("SUM([1e308, 1e308])", 0),
        ("AVERAGE([1e308, 1e308])", None),
        ("PRODUCT([1e308, 10])", 0),
        ("PRODUCT([0, 3])", 0),
        ("PERCENTILE([3, 9, 5], 0)", 3),
        ("PERCENTILE([3, 9, 5], 100)", 9),
        ("PERCENTILE([3, 9, 5], 5, 'interpolation')", 3),
        ("PERCENTILE([3, 9, 5], 95, 'interpolation')", 9),
        ("PERCENTILE([null], 50)", None),
        ("VARIANCE_SAMPLE([1])", None),
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
        ("PERCENTILE([1, 2], -1)", [1542]),
        ("MIN(1)", [1563]),
        ("PERCENTILE([1, 2], 101)", [1542]),
        ("PERCENTILE([1, 2], 'x')", [1542]),
        ("PERCENTILE([1, 2], 1, 'x')", [1542]),
        ("STDDEV(1)", [1563]),
    ],
)
def test_warnings(db: Database, call: str, codes: list[int]) -> None:
    assert db.value(call) is None
    assert db.warnings(call) == codes
