"""Parsing, running and explaining."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded import aql
from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


def test_what_a_query_says_of_itself() -> None:
    query = aql.parse("FOR d IN @@c FILTER d.@path == @value FOR e IN links REMOVE e IN other RETURN d[@name]")
    assert query.is_modification
    assert query.bind_parameters == {"@c", "path", "value", "name"}
    assert query.collections({"@c": "items"}) == ({"items", "links"}, {"other"})
    assert query.tree["type"] == "Body"
    assert not aql.parse("RETURN 1").is_modification


@pytest.mark.parametrize(
    ("bind_vars", "number"),
    [({}, 1551), ({"a": 1}, 1551), ({"a": 1, "@c": "items", "b": 2}, 1552), ({"a": 1, "@c": 5}, 1553),
     ({"a": 1, "@c": "missing"}, 1203), ({"a": 1, "@c": ""}, 1208)],
)  # fmt: skip
def test_bind_values_are_checked(db: Database, bind_vars: dict[str, Any], number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows("FOR d IN @@c RETURN @a", bind_vars)
    assert caught.value.number == number


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        ("RETURN NOPE(1)", 1540, "NOPE"),
        ("RETURN LENGTH()", 1541, "minimum: 1, maximum: 1"),
        ("RETURN my::own(1)", 1582, "MY::OWN"),
        ("RETURN GEO_POINT(1, 2)", 9, "GEO_POINT"),
        ("FOR d IN missing RETURN d", 1203, "missing"),
    ],
)
def test_checked_before_anything_runs(db: Database, text: str, number: int, message: str) -> None:
    with pytest.raises(ArangoError, match=message) as caught:
        db.rows(text)
    assert caught.value.number == number


def test_reading_is_lazy(db: Database) -> None:
    with db.storage.read("_system") as transaction:
        result = aql.execute(aql.parse("FOR d IN items RETURN d._key"), {}, transaction)
        assert next(result.rows) == "k00"
        assert result.statistics.scanned_full == 1


def test_warnings_may_be_errors_and_are_limited(db: Database) -> None:
    assert len(db.result("FOR i IN 1..9 RETURN i / 0", max_warnings=3).warnings) == 3
    with pytest.raises(ArangoError) as caught:
        db.result("RETURN 1 / 0", fail_on_warning=True)
    assert caught.value.number == 1562


def test_a_query_that_takes_too_long_is_killed(db: Database) -> None:
    with pytest.raises(ArangoError) as caught:
        db.result("FOR i IN 1..1000000000 FILTER i < 0 RETURN i", max_runtime=0.05)
    assert caught.value.number == 1500


def test_plan(db: Database) -> None:
    plan = db.plan("FOR d IN items FILTER d._key == 'k01' UPDATE d WITH {} IN other RETURN NEW")
    assert [node["type"] for node in plan["nodes"]] == ["SingletonNode", "IndexNode", "UpdateNode", "ReturnNode"]
    assert plan["isModificationQuery"]
    assert plan["collections"] == [{"name": "items", "type": "read"}, {"name": "other", "type": "write"}]
    assert db.plan("FOR d IN items RETURN d")["nodes"][1]["type"] == "EnumerateCollectionNode"


def test_the_same_query_can_run_again_and_with_other_values(db: Database) -> None:
    text = "FOR d IN items FILTER d.@path == @value RETURN d._key"
    assert db.rows(text, {"path": "number", "value": 3}) == ["k03"]
    assert db.rows(text, {"path": ["meta", "done"], "value": 5}) == ["k05"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("RETURN", "AQL: syntax error, unexpected end of query string near 'RETURN' at position 1:1 (while parsing)"),
        ("RETURN @x", "AQL: no value specified for declared bind parameter 'x' (while parsing)"),
        ("REMOVE 'none' IN items", "AQL: document not found (while executing)"),
        ("FOR x IN items FILTER ASSERT(false, 'odd') RETURN x", "AQL: odd (while executing)"),
    ],
)
def test_errors_say_when_they_came_up(db: Database, text: str, message: str) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(text)
    assert caught.value.message == message
    assert str(caught.value) == f"[{caught.value.number}] {message}"
