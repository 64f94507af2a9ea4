"""FOR, FILTER, LET, SORT, LIMIT and RETURN."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database

ROWS: list[tuple[str, list[Any]]] = [
    ("FOR x IN [1, 2, 3] FILTER x > 1 RETURN x * 2", [4, 6]),
    ("FOR x IN 1..2 FOR y IN 1..2 RETURN [x, y]", [[1, 1], [1, 2], [2, 1], [2, 2]]),
    ("FOR x IN [1, 2] LET y = x * 2 FILTER y > 2 RETURN y", [4]),
    ("FOR x IN [3, 1, 2] SORT x RETURN x", [1, 2, 3]),
    ("FOR x IN [3, 1, 2] SORT x DESC RETURN x", [3, 2, 1]),
    ("FOR x IN [[1, 2], [1, 1], [0, 9]] SORT x[0], x[1] DESC RETURN x", [[0, 9], [1, 2], [1, 1]]),
    ("FOR x IN [2, null, 'a', true] SORT x RETURN x", [None, True, 2, "a"]),
    ("FOR x IN [[1, 'a'], [0, 'b'], [1, 'c']] SORT x[0] DESC RETURN x[1]", ["a", "c", "b"]),
    ("FOR x IN 1..9 SORT x DESC LIMIT 2, 3 RETURN x", [7, 6, 5]),
    ("FOR x IN 1..9 LIMIT 2 RETURN x", [1, 2]),
    ("FOR x IN 1..9 LIMIT 0 RETURN x", []),
    ("FOR x IN 1..3 LIMIT 1, null RETURN x", [2, 3]),
    ("FOR x IN 1..3 SORT x DESC LIMIT 1, null RETURN x", [2, 1]),
    ("FOR x IN 1..9 LIMIT 5 LIMIT 3, 5 RETURN x", [4, 5]),
    ("FOR x IN [1, 1.0, '1', 1] RETURN DISTINCT x", [1, "1"]),
    ("FOR x IN 1..3 LET s = (FOR y IN 1..x FILTER y > 1 RETURN y) RETURN s", [[], [2], [2, 3]]),
    ("FOR x IN (FOR y IN [1, 2] RETURN y + 1) RETURN x", [2, 3]),
    ("FOR x IN 1..3 FILTER x > 1 FILTER x < 3 RETURN x", [2]),
    ("FOR x IN [] RETURN FAIL()", []),
    ("FOR x IN [1, 2] SORT null RETURN x", [1, 2]),
    ("RETURN 1", [1]),
]


@pytest.mark.parametrize(("text", "rows"), ROWS)
def test_rows(db: Database, text: str, rows: list[Any]) -> None:
    assert db.rows(text) == rows


def test_limit_takes_bind_parameters(db: Database) -> None:
    assert db.rows("FOR x IN 1..9 LIMIT @offset, @count RETURN x", {"offset": 1, "count": 2}) == [2, 3]


@pytest.mark.parametrize(
    ("text", "number"),
    [("FOR x IN 1 RETURN x", 1563), ("FOR x IN null RETURN x", 1563), ("FOR x IN 1..2 LIMIT -1 RETURN x", 1504),
     ("FOR x IN 1..2 LIMIT 'a' RETURN x", 1504), ("FOR x IN 1..2 LIMIT x RETURN x", 1504),
     ("FOR d IN items OPTIONS { forceIndexHint: true } RETURN d", 1577), ("RETURN 1..100000000", 32)],
)  # fmt: skip
def test_errors(db: Database, text: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(text)
    assert caught.value.number == number


def test_limit_stops_reading(db: Database) -> None:
    assert db.result("FOR d IN items LIMIT 3 RETURN d").statistics.scanned_full == 3
    assert db.rows("FOR x IN 1..1000000000 LIMIT 2 RETURN x") == [1, 2]


def test_full_count_is_that_of_the_last_limit(db: Database) -> None:
    text = "FOR d IN items FILTER d.group == 'g0' SORT d.number LIMIT 5, 2 RETURN d.number"
    result = db.result(text, full_count=True)
    assert list(result.rows) == [15, 18]
    assert result.statistics.full_count == 14
    nested = db.result("FOR x IN (FOR y IN 1..9 LIMIT 4 RETURN y) LIMIT 3 LIMIT 1 RETURN x", full_count=True)
    assert nested.statistics.full_count == 3
    assert db.result("FOR x IN 1..9 RETURN x", full_count=True).statistics.full_count is None


def test_statistics(db: Database) -> None:
    result = db.result("FOR d IN items FILTER d.group == 'g0' RETURN d")
    assert result.statistics.to_dict() == {
        "writesExecuted": 0, "writesIgnored": 0, "scannedFull": 40, "scannedIndex": 0, "filtered": 26,
    }  # fmt: skip


def test_correlated_loops_over_edges_read_only_what_they_need(db: Database) -> None:
    text = """
        FOR id IN @ids
          LET found = (FOR edge IN @@edges FILTER edge._from == id SORT edge._key RETURN DOCUMENT(edge._to).number)
          RETURN [id, found]
    """
    ids = ["items/k03", "items/k77", "items/k04"]
    result = db.result(text, {"ids": ids, "@edges": "links"})
    assert list(result.rows) == [[ids[0], [4]], [ids[1], []], [ids[2], [5]]]
    assert result.statistics.scanned_index == 4
    assert result.statistics.scanned_full == 0


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("null", "specified type 'null' with content 'null'"),
        ("1 + 1", "specified type 'int' with content '2'"),
        ("1.5", "specified type 'double' with content '1.5'"),
        ("true", "specified type 'bool' with content 'true'"),
        ("'a'", "specified type 'string' with content '\"a\"'"),
        ("{foo: 'bar'}", "specified type 'object' with content '{\"foo\":\"bar\"}'"),
        ("NOOPT(1)", "provided a value of type 'number'"),
    ],
)
def test_loops_over_no_array_say_what_they_found(db: Database, source: str, problem: str) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(f"FOR x IN {source} RETURN x")
    assert f"collection or array expected as operand to FOR loop; you {problem} (" in caught.value.message
