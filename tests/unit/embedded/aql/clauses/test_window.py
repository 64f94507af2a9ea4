"""Aggregates over the rows around each row."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database

#: The observations of the manual.
OBSERVATIONS = [
    {"time": f"2021-05-25 {time}", "subject": subject, "val": val}
    for time, subject, val in [
        ("07:00:00", "st113", 10), ("07:15:00", "st113", 9), ("07:30:00", "st113", 25), ("07:45:00", "st113", 20),
        ("07:00:00", "xh458", 0), ("07:15:00", "xh458", 10), ("07:30:00", "xh458", 5), ("07:45:00", "xh458", 30),
        ("08:00:00", "xh458", 25),
    ]
]  # fmt: skip


def rows(db: Database, text: str) -> list[Any]:
    return db.rows(f"FOR t IN @data {text}", {"data": OBSERVATIONS})


def test_rows_around(db: Database) -> None:
    text = "SORT t.time WINDOW { preceding: 1, following: 1 } AGGREGATE s = SUM(t.val), values = PUSH(t.val) "
    found = rows(db, text + "WINDOW { preceding: 'unbounded' } AGGREGATE c = SUM(t.val) RETURN [t.val, values, s, c]")
    assert found == [
        [10, [10, 0], 10, 10], [0, [10, 0, 9], 19, 10], [9, [0, 9, 10], 19, 19], [10, [9, 10, 25], 44, 29],
        [25, [10, 25, 5], 40, 54], [5, [25, 5, 20], 50, 59], [20, [5, 20, 30], 55, 79], [30, [20, 30, 25], 75, 109],
        [25, [30, 25], 55, 134],
    ]  # fmt: skip


def test_values_around(db: Database) -> None:
    found = rows(db, "WINDOW t.val WITH { preceding: 10, following: 5 } AGGREGATE v = PUSH(t.val) RETURN [t.val, v]")
    assert found == [
        [0, [0, 5]], [5, [0, 5, 9, 10, 10]], [9, [0, 5, 9, 10, 10]], [10, [0, 5, 9, 10, 10]], [10, [0, 5, 9, 10, 10]],
        [20, [10, 10, 20, 25, 25]], [25, [20, 25, 25, 30]], [25, [20, 25, 25, 30]], [30, [20, 25, 25, 30]],
    ]  # fmt: skip


def test_time_around(db: Database) -> None:
    text = "WINDOW DATE_TIMESTAMP(t.time) WITH { preceding: 'PT30M' } AGGREGATE s = SUM(t.val), a = AVG(t.val) RETURN "
    assert rows(db, text + "[s, a]") == [
        [10, 5], [10, 5], [29, 7.25], [29, 7.25], [59, 59 / 6], [59, 59 / 6], [99, 16.5], [99, 16.5], [105, 21],
    ]  # fmt: skip


def test_in_a_subquery_over_a_group(db: Database) -> None:
    text = "COLLECT s = t.subject INTO g = t LET sums = (FOR u IN g SORT u.time WINDOW { preceding: 'inf' } "
    found = rows(db, text + "AGGREGATE c = SUM(u.val), n = COUNT() RETURN [c, n]) RETURN [s, sums]")
    assert found[0] == ["st113", [[10, 1], [19, 2], [44, 3], [64, 4]]]


def test_what_has_no_value_has_no_window(db: Database) -> None:
    result = db.result("FOR x IN [1, 'a', 2] WINDOW x WITH { preceding: 1 } AGGREGATE s = SUM(1) RETURN [x, s]")
    assert list(result.rows) == [[1, 1], [2, 2], ["a", None]]
    assert [warning["code"] for warning in result.warnings] == [1561]
    result = db.result("FOR x IN [0, 'a'] WINDOW x WITH { following: 'P1D' } AGGREGATE s = SUM(1) RETURN [x, s]")
    assert list(result.rows) == [[0, 1], ["a", None]]
    assert [warning["code"] for warning in result.warnings] == [1572]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("WINDOW { preceding: -1 } AGGREGATE s = SUM(x) RETURN s", 10),
        ("WINDOW { preceding: 'P1D' } AGGREGATE s = SUM(x) RETURN s", 10),
        ("WINDOW { preceding: x } AGGREGATE s = SUM(x) RETURN s", 1575),
        ("WINDOW x WITH { preceding: [] } AGGREGATE s = SUM(x) RETURN s", 10),
        ("WINDOW x WITH { preceding: 1, following: 'P1D' } AGGREGATE s = SUM(x) RETURN s", 10),
        ("WINDOW x WITH { preceding: 'one day' } AGGREGATE s = SUM(x) RETURN s", 10),
        ("WINDOW { preceding: 1 } AGGREGATE s = CONCAT(x) RETURN s", 1574),
        ("WINDOW { preceding: 1 } AGGREGATE x = SUM(x) RETURN x", 1511),
        ("WINDOW { preceding: 1 } AGGREGATE a = SUM(x), b = SUM(a) RETURN b", 1512),
    ],
)
def test_errors(db: Database, text: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(f"FOR x IN [1] {text}")
    assert caught.value.number == number


def test_every_frame_is_what_a_slice_would_give(db: Database) -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.integers(-9, 9), max_size=8), st.integers(0, 4), st.integers(0, 4))
    def check(values: list[int], before: int, behind: int) -> None:
        bound = {"v": values, "p": before, "f": behind}
        found = db.rows("FOR x IN @v WINDOW { preceding: @p, following: @f } AGGREGATE a = PUSH(x) RETURN a", bound)
        assert found == [values[max(0, place - before) : place + behind + 1] for place in range(len(values))]
        found = db.rows(
            "FOR x IN @v WINDOW x WITH { preceding: @p, following: @f } AGGREGATE a = PUSH(x) RETURN a", bound
        )
        ordered = sorted(values)
        assert found == [[one for one in ordered if x - before <= one <= x + behind] for x in ordered]

    check()
