"""COLLECT in its forms."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database

DATA = "FOR u IN [{ a: 2, n: 'z' }, { a: 1, n: 'x' }, { a: 1, n: 'y' }] "


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("COLLECT a = u.a RETURN a", [1, 2]),
        ("COLLECT a = u.a, n = u.n RETURN [a, n]", [[1, "x"], [1, "y"], [2, "z"]]),
        ("COLLECT a = u.a INTO g RETURN [a, g[*].u.n]", [[1, ["x", "y"]], [2, ["z"]]]),
        ("COLLECT a = u.a INTO g = u.n RETURN [a, g]", [[1, ["x", "y"]], [2, ["z"]]]),
        ("LET m = u.n COLLECT a = u.a INTO g KEEP m RETURN g", [[{"m": "x"}, {"m": "y"}], [{"m": "z"}]]),
        ("LET m = 1 COLLECT a = u.a INTO g RETURN ATTRIBUTES(g[0], false, true)", [["m", "u"], ["m", "u"]]),
        ("COLLECT a = u.a WITH COUNT INTO n RETURN [a, n]", [[1, 2], [2, 1]]),
        ("COLLECT WITH COUNT INTO n RETURN n", [3]),
        ("COLLECT a = u.a AGGREGATE n = COUNT(1), m = MAX(u.n) RETURN [a, n, m]", [[1, 2, "y"], [2, 1, "z"]]),
        (
            "COLLECT AGGREGATE l = LENGTH(1), s = SUM(u.a), v = AVG(u.a), w = MIN(u.n) RETURN [l, s, v, w]",
            [[3, 4, 4 / 3, "x"]],
        ),
        (
            "COLLECT AGGREGATE u1 = UNIQUE(u.a), s = SORTED_UNIQUE(u.a), c = COUNT_DISTINCT(u.a) RETURN [u1, s, c]",
            [[[2, 1], [1, 2], 2]],
        ),
        ("COLLECT a = u.a > 1 OPTIONS { method: 'hash' } RETURN a", [False, True]),
        ("COLLECT a = u.missing WITH COUNT INTO n RETURN [a, n]", [[None, 3]]),
        ("COLLECT a = u.a COLLECT WITH COUNT INTO n RETURN n", [2]),
        ("COLLECT a = u.a SORT a DESC LIMIT 1 RETURN a", [2]),
    ],
)
def test_rows(db: Database, text: str, rows: list[Any]) -> None:
    assert db.rows(DATA + text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("FOR x IN [] COLLECT a = x RETURN a", []),
        ("FOR x IN [] COLLECT WITH COUNT INTO n RETURN n", [0]),
        (
            "FOR x IN [] COLLECT AGGREGATE n = COUNT(x), s = SUM(x), m = MIN(x), u = UNIQUE(x) RETURN [n, s, m, u]",
            [[0, None, None, []]],
        ),
        ("FOR x IN [1, true, 1.0, '1'] COLLECT y = x WITH COUNT INTO n RETURN [y, n]", [[True, 1], [1, 2], ["1", 1]]),
        (
            "FOR x IN [null, null] COLLECT AGGREGATE s = SUM(x), v = AVG(x), m = MAX(x) RETURN [s, v, m]",
            [[0, None, None]],
        ),
        ("FOR x IN [1, 'a'] COLLECT AGGREGATE s = SUM(x), v = AVERAGE(x) RETURN [s, v]", [[None, None]]),
    ],
)
def test_edge_cases(db: Database, text: str, rows: list[Any]) -> None:
    assert db.rows(text) == rows


@pytest.mark.parametrize(
    ("text", "number"),
    [("COLLECT AGGREGATE s = CONCAT(u.a) RETURN s", 1574), ("COLLECT AGGREGATE s = u.a RETURN s", 1501),
     ("COLLECT AGGREGATE s = SUM(u.a, 1) RETURN s", 1541)],
)  # fmt: skip
def test_errors(db: Database, text: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(DATA + text)
    assert caught.value.number == number
