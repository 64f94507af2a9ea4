"""Vectors of numbers, and decaying scores."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("COSINE_SIMILARITY([0, 1], [1, 0])", 0),
        ("L1_DISTANCE([-1, 2], [3, 4])", 6),
        ("L2_DISTANCE([0, 0], [3, 4])", 5),
        ("COSINE_SIMILARITY([2, 0], [-3, 0])", -1),
        ("L1_DISTANCE([[1, 1], [0, 5]], [0, 0])", [2, 5]),
        ("L2_DISTANCE([0, 0], [[3, 4], [0, 1]])", [5, 1]),
        ("DECAY_LINEAR(0, 0, 4, 0, 0.5)", 1),
        ("DECAY_LINEAR([2, 4, 100], 0, 4, 0, 0.5)", [0.75, 0.5, 0]),
        ("DECAY_EXP(-6, 0, 4, 2, 0.5)", 0.5),
        ("DECAY_GAUSS(1..2, 0, 2, 0, 0.5)[1]", 0.5),
        ("DECAY_GAUSS([], 0, 2, 0, 0.5)", []),
    ],
)
def test_vectors(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("COSINE_SIMILARITY([0, 0], [1, 1])", 1561),
        ("L1_DISTANCE([], [])", 1542),
        ("L1_DISTANCE([1], [1, 2])", 1542),
        ("L2_DISTANCE([1], ['a'])", 1542),
        ("L2_DISTANCE([[1], 2], [1])", 1542),
        ("DECAY_EXP(1, 0, 0, 0, 0.5)", 1504),
        ("DECAY_EXP(1, 0, 1, 0, 1)", 1504),
        ("DECAY_EXP('1', 0, 1, 0, 0.5)", 1542),
        ("DECAY_EXP([1, null], 0, 1, 0, 0.5)", 1542),
    ],
)
def test_warnings(db: Database, call: str, code: int) -> None:
    assert db.value(call) is None
    assert db.warnings(call) == [code]
