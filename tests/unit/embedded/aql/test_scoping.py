"""Which variable a name means."""

from __future__ import annotations

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("LET a = 1 LET a = 2 RETURN a", 1511),
        ("FOR a IN [1] FOR a IN [2] RETURN a", 1511),
        ("LET a = 1 RETURN (FOR a IN [1] RETURN a)", 1511),
        ("FOR x IN [1] COLLECT a = x KEEP b RETURN a", 1501),
        ("FOR x IN [1] COLLECT a = x INTO g KEEP b RETURN a", 1501),
        ("RETURN CURRENT", 1512),
        ("REMOVE 'k00' IN items RETURN NEW", 1512),
        ("INSERT { } INTO items RETURN OLD", 1512),
        ("INSERT { } INTO items OPTIONS { overwriteMode: 'ignore' } RETURN OLD", 1512),
        ("INSERT { } INTO items WINDOW { preceding: 1 } AGGREGATE n = COUNT() RETURN n", 1595),
        ("RETURN unknown", 1203),
        ("FOR x IN [1] COLLECT a = x RETURN x", 1203),
    ],
)
def test_errors(db: Database, text: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(text)
    assert caught.value.number == number


@pytest.mark.parametrize(
    ("clause", "place"),
    [("COLLECT a = x AGGREGATE b = SUM(a)", "COLLECT"), ("COLLECT a = x INTO g = a", "COLLECT's expression")],
)
def test_a_clause_does_not_know_its_own_variables(db: Database, clause: str, place: str) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(f"FOR x IN [1] {clause} RETURN 1")
    assert f"use of COLLECT variable 'a' inside same {place} (" in caught.value.message


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("LET a = 1 RETURN (LET b = a + 1 RETURN b)", [[2]]),
        ("RETURN [(LET b = 1 RETURN b), (LET b = 2 RETURN b)]", [[[1], [2]]]),
        ("LET a = 1 FOR x IN [1, 2] COLLECT y = x RETURN [a, y]", [[1, 1], [1, 2]]),
        ("LET a = [[1], [2]] RETURN a[* RETURN CURRENT[* RETURN CURRENT + 1]]", [[[2], [3]]]),
        ("LET items = [1] FOR x IN items RETURN x", [1]),
    ],
)
def test_names(db: Database, text: str, rows: list[object]) -> None:
    assert db.rows(text) == rows
