"""Arrays as sets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("UNION([1, 2], [1])", [1, 2, 1]),
        ("UNION_DISTINCT([1, 2], [3, 1])", [1, 2, 3]),
        ("INTERSECTION([1, 2, 2, 3], [2, 3], [3, 2, 9])", [3, 2]),
        ("MINUS([1, 2, 2, 3], [3])", [2, 1]),
        ("OUTERSECTION([1, 2, 3], [2, 3, 4], [3, 4, 5])", [5, 1]),
        ("JACCARD([1, 2, 3, 4], [3, 4, 5, 6])", 1 / 3),
        ("JACCARD([], [])", 1),
        ("MINUS(1, [2])", None),
    ],
)
def test_sets(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize(
    ("call", "code"),
    [("UNION([1], 2)", 1542), ("MINUS([1], 2)", 1542), ("INTERSECTION([1], 2)", 1563), ("OUTERSECTION(1, [2])", 1563)],
)
def test_warnings(db: Database, call: str, code: int) -> None:
    assert db.warnings(call) == [code]
