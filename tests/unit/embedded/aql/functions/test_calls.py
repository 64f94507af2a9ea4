"""Calls of functions whose names are values."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("CALL('concat', 'a', 1)", "a1"),
        ("CALL('PI')", 3.141592653589793),
        ("APPLY('PI')", 3.141592653589793),
        ("APPLY('SLICE', [[1, 2, 3], 1])", [2, 3]),
        ("CALL('DOCUMENT', 'items/k01').number", 1),
        ("CALL('APPLY', 'ABS', [-1])", 1),
    ],
)
def test_values(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


def test_warnings_name_the_function_called(db: Database) -> None:
    result = db.result("RETURN [CALL('FIRST', 1), APPLY('ABS', 1)]")
    assert list(result.rows) == [[None, None]]
    assert [warning["message"] for warning in result.warnings] == [
        "in function 'FIRST()': array expected",
        "invalid argument type in call to function 'APPLY()'",
    ]


@pytest.mark.parametrize(
    ("call", "number"),
    [
        ("CALL(1)", 1542),
        ("APPLY(null, 1)", 1542),
        ("CALL('X')", 1540),
        ("CALL('ABS')", 1541),
        ("CALL('A::B')", 1582),
        ("CALL('GEO_AREA', 1)", 9),
    ],
)
def test_errors(db: Database, call: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        db.value(call)
    assert caught.value.number == number
