"""The functions of AGGREGATE."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.aql.clauses.aggregates import AGGREGATES
from arango_thinking.embedded.aql.functions.registry import NoResultError


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("COUNT", [1, None], 2), ("SUM", [1, None, 2.5], 3.5), ("SUM", [0.1, 0.2, 0.3], 0.6000000000000001),
        ("SUM", ["a"], None), ("AVERAGE", [1, 2, None], 1.5), ("AVERAGE", [], None), ("MIN", [3, None, "a", 1], 1),
        ("MAX", [3, None, "a"], "a"), ("UNIQUE", [2, 1, 2.0, "2"], [2, 1, "2"]), ("SORTED_UNIQUE", [2, 1, 2], [1, 2]),
        ("COUNT_UNIQUE", [1, 1.0, None], 2), ("PUSH", [1, 1], [1, 1]), ("VARIANCE_POPULATION", [1, 3, 5], 8 / 3),
        ("VARIANCE_SAMPLE", [1, 3, 5], 4), ("VARIANCE_SAMPLE", [1], None), ("STDDEV_SAMPLE", [1, 3, 5], 2),
        ("STDDEV", [2, 2], 0), ("BIT_AND", [12, 10, None], 8), ("BIT_OR", [12, 10], 14), ("BIT_XOR", [12, 10], 6),
        ("BIT_OR", [], None),
    ],
)  # fmt: skip
def test_aggregates(name: str, values: list[Any], expected: Any) -> None:
    assert AGGREGATES[name](values) == pytest.approx(expected)


def test_bits_are_of_small_positive_numbers() -> None:
    with pytest.raises(NoResultError):
        AGGREGATES["BIT_AND"]([1, -1])
