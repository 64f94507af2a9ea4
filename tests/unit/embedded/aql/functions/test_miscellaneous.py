"""Functions about the query, the database and the server."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("PASSTHRU(5)", 5),
        ("IN_RANGE(3, 1, 3, true, true)", True),
        ("IN_RANGE(3, 1, 3, true, false)", False),
        ("MIN_MATCH(true, false, 1 == 1, 2)", True),
        ("MIN_MATCH(true, false, 2)", False),
        ("MIN_MATCH(false, 0)", True),
        ("MIN_MATCH(true, 'x')", None),
        ("NOOPT([1])", [1]),
        ("ASSERT(true, 'x')", True),
        ("WARN(1, 'x')", True),
        ("WARN(0, 'careful')", False),
        ("CURRENT_DATABASE()", "_system"),
        ("CURRENT_USER()", "root"),
        ("SLEEP(0)", None),
        ("CHECK_DOCUMENT({})", True),
        ("CHECK_DOCUMENT(1)", False),
        ("COLLECTIONS()[*].name", ["_graphs", "items", "links", "other"]),
        ("COLLECTION_COUNT('links')", 10),
        ("SHARD_ID('items', {})", "items"),
        ("IS_IPV4('127.0.0.1')", True),
        ("IS_IPV4('127.0.0.256')", False),
        ("IS_IPV4('01.0.0.1')", False),
        ("IPV4_TO_NUMBER('192.168.0.1')", 3232235521),
        ("IPV4_FROM_NUMBER(134744072)", "8.8.8.8"),
        ("IPV4_TO_NUMBER('x')", None),
        ("SPLIT(VERSION(), '.')[0]", "3"),
    ],
)
def test_values(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize(
    ("call", "number", "message"),
    [
        ("FAIL('no')", 1569, "no"),
        ("ASSERT(1 == 2, 'wrong')", 1593, "wrong"),
        ("COLLECTION_COUNT(1)", 1542, "COLLECTION_COUNT"),
        ("SHARD_ID(1, {})", 10, "SHARD_ID"),
    ],
)
def test_errors(db: Database, call: str, number: int, message: str) -> None:
    with pytest.raises(ArangoError, match=message) as caught:
        db.value(call)
    assert caught.value.number == number


def test_sleep_ends_with_the_time_of_the_query(db: Database) -> None:
    with pytest.raises(ArangoError) as caught:
        db.result("RETURN SLEEP(3)", max_runtime=0.02)
    assert caught.value.number == 1500


def test_warn(db: Database) -> None:
    assert db.result("RETURN WARN(false, 'careful')").warnings == [{"code": 1594, "message": "careful"}]
