"""Operators and access to attributes and elements."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database

VALUES: list[tuple[str, Any]] = [
    ("0 == null", False), ("1 > 0", True), ("true != null", True), ('45 <= "yikes!"', True), ('65 != "65"', True),
    ("1.23 > 1.32", False), ("1.5 IN [2, 3, 1.5]", True), ('"foo" IN null', False), ("42 NOT IN [17, 40]", True),
    ("1 NOT IN null", False), ("[1] IN [[1.0]]", True), ('"foo" LIKE "f%"', True), ('"foo" NOT LIKE "f%"', False),
    ('"abc" LIKE "_bc"', True), (r'"a_b" LIKE "a\\_b"', True), (r'"axb" LIKE "a\\_b"', False),
    ('"a\nb" LIKE "a%b"', True), ('"foo" =~ "^f[o].$"', True), ('"foo" !~ "[a-z]+bar$"', True),
    ("1 || 7", 1), ('null || "foo"', "foo"), ("null && true", None), ("true && 23", 23), ("!0", True),
    ("NOT [1]", False),
    ('1 + "a"', 1), ('1 + "99"', 100), ("1 + null", 1), ("3 + []", 3), ("24 + [2]", 26), ("24 + [2, 4]", 24),
    ("17 - true", 16), ("23 * {}", 0), ("5 * [7]", 35), ('24 / "12"', 2), ("23 % 7", 2), ('-"3"', -3), ("+true", 1),
    ("7 / 2", 3.5), ("1..3", [1, 2, 3]), ("3..1", [3, 2, 1]), ("1.9..2.9", [1, 2]),
    ("null ? 1 : 2", 2), ("0 ?: 5", 5), ("3 ?: 5", 3), ("[1, 2, 3][-1]", 3), ("[1][5]", None), ('[1]["0"]', 1),
    ('{a: 1}["a"]', 1), ('{"1": 2}[1]', 2), ("{a: {b: 1}}.a.b", 1), ("{a: 1}.b.c", None), ('("abc")[0]', None),
    ('{[CONCAT("a", "b")]: 1}', {"ab": 1}), ("{a: 1, b: [2,]}", {"a": 1, "b": [2]}),
    ("[1, 2, 3] ALL IN [2, 3, 4]", False), ("[1, 2, 3] ALL IN [1, 2, 3]", True), ("[1, 2, 3] NONE IN [3]", False),
    ("[1, 2, 3] NONE IN [23]", True), ("[1, 2, 3] ANY == 2", True), ("[1, 2, 3] ANY > 3", False),
    ("[1, 2, 3] ALL > 0", True), ("[1, 2] ALL NOT IN [3]", True), ("[1, 2, 3] AT LEAST (2) IN [2, 3, 4]", True),
    ('["foo", "bar"] AT LEAST (1+1) == "foo"', False), ("1 ANY == 1", False), ("(FOR i IN 1..2 RETURN i)[0]", 1),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_values(db: Database, expression: str, expected: Any) -> None:
    assert db.value(expression) == expected


def test_bind_parameters(db: Database) -> None:
    assert db.value("@a.b", {"a": {"b": 1}}) == 1
    assert db.rows(
        "FOR d IN [{a: {b: 1}, 'a.b': 2}] RETURN [d.@path, d.@name]", {"path": ["a", "b"], "name": "a.b"}
    ) == [[1, 2]]
    assert db.value("{a: 1}[@name]", {"name": "a"}) == 1
    assert db.value("{@name: 1, [@name]: 2}", {"name": "a"}) == {"a": 1}
    assert db.rows("FOR d IN @@c FILTER d.number == @n RETURN d._key", {"@c": "items", "n": 3}) == ["k03"]


@pytest.mark.parametrize("path", [1, [], [1], "", None, {}])
def test_attribute_names_are_checked(db: Database, path: Any) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows("FOR d IN items RETURN d.@path", {"path": path})
    assert caught.value.number == 1553


def test_division_by_zero_warns(db: Database) -> None:
    result = db.result("RETURN [1 / 0, 1 % 0]")
    assert list(result.rows) == [[None, None]]
    assert result.warnings == [{"code": 1562, "message": "division by zero"}] * 2


def test_operands_are_not_evaluated_in_vain(db: Database) -> None:
    assert db.value("true || FAIL('never')") is True
    assert db.value("false && FAIL('never')") is False
    assert db.value("true ? 1 : FAIL('never')") == 1


def test_a_collection_is_the_array_of_its_documents(db: Database) -> None:
    assert [item["_key"] for item in db.value("items")][:2] == ["k00", "k01"]


def test_subqueries_that_do_not_depend_on_a_row_run_once(db: Database) -> None:
    result = db.result("FOR i IN 1..5 LET every = (FOR d IN items RETURN d.number) RETURN LENGTH(every)")
    assert list(result.rows) == [40] * 5
    assert result.statistics.scanned_full == 40


def test_icu_only_regular_expressions_are_refused(db: Database) -> None:
    with pytest.raises(ArangoError, match=r"a&&b") as caught:
        db.value('"a" =~ "[a&&b]"')
    assert caught.value.number == 9
