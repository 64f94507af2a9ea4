"""Calls: arguments, warnings and refusals."""

from __future__ import annotations

import pytest

from arango_thinking.embedded.aql.functions import FUNCTIONS, REFUSED
from arango_thinking.embedded.errors import ArangoError

from ..conftest import Database


def test_names_are_written_in_any_case(db: Database) -> None:
    assert db.value("length([1]) + Length([2])") == 2


def test_a_warning_goes_with_null(db: Database) -> None:
    result = db.result("RETURN [FIRST(1), UNION([1], 2), DATE_YEAR('x'), REGEX_TEST('a', '(')]")
    assert list(result.rows) == [[None] * 4]
    assert [warning["message"] for warning in result.warnings] == [
        "in function 'FIRST()': array expected",
        "invalid argument type in call to function 'UNION()'",
        "in function 'DATE_YEAR()': invalid date value",
        "in function 'REGEX_TEST()': invalid regex value",
    ]


def test_nothing_is_both_there_and_refused() -> None:
    assert not REFUSED & FUNCTIONS.keys()


@pytest.mark.parametrize("name", ["SHORTEST_PATHS", "SHARDS", "X"])
def test_unknown(db: Database, name: str) -> None:
    with pytest.raises(ArangoError) as caught:
        db.value(f"{name}()")
    assert caught.value.number == 1540


def test_a_collection_is_counted_not_read(db: Database) -> None:
    result = db.result("RETURN [LENGTH(items), COUNT(links), COLLECTION_COUNT(other), COLLECTION_COUNT('items')]")
    assert list(result.rows) == [[40, 10, 0, 40]]
    assert result.statistics.scanned_full == 0
