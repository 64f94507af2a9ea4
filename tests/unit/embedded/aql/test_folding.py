"""Arithmetic before a query runs is that of integers, within it that of floats."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("9007199254740993 + 0", 9007199254740993),
        ("NOOPT(9007199254740993) + 0", 9007199254740992),
        ("9223372036854775807 + 0", 2**63 - 1),
        ("9223372036854775807 + 1", 9223372036854776000),
        ("-9223372036854775807 - 1", -(2**63)),
        ("9223372036854775807 * 2", 2.0**64),
        ("9223372036854775807 * 9223372036854775807", 8.507059173023462e37),
        ("7 / 2", 3.5),
        ("-6 / 3", -2),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("@x * 2 + 1", 7),
        ("0 * -1", 0),
        ("1e308 * 10", None),
    ],
)
def test_values(db: Database, expression: str, value: Any) -> None:
    found = db.value(expression, {"x": 3} if "@x" in expression else {})
    assert found == value
    assert type(found) is type(value)


def test_constants_are_known_by_the_name_that_let_gave_them(db: Database) -> None:
    assert db.rows("LET a = 9007199254740993 LET b = a + 1 RETURN b") == [9007199254740994]
    assert db.rows("LET a = 1 FOR x IN 1..5 LIMIT a, a + 1 RETURN x") == [2, 3]


def test_division_by_zero_is_noticed_once_or_for_each_row(db: Database) -> None:
    constant, computed = "division by zero", "in function '/()': division by zero"
    assert [one["message"] for one in db.result("FOR i IN 1..2 RETURN 1 / 0").warnings] == [constant]
    assert [one["message"] for one in db.result("FOR i IN 1..2 RETURN i / 0").warnings] == [computed] * 2
