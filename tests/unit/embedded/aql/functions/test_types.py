"""Type checks and casts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("IS_NULL(null)", True),
        ("IS_BOOL(0)", False),
        ("IS_NUMBER(1.5)", True),
        ("IS_NUMBER(true)", False),
        ("IS_STRING('')", True),
        ("IS_ARRAY([])", True),
        ("IS_LIST({})", False),
        ("IS_OBJECT({})", True),
        ("IS_DOCUMENT([])", False),
        ("IS_KEY('a:b')", True),
        ("IS_KEY('a/b')", False),
        ("IS_KEY('')", False),
        ("TYPENAME(null)", "null"),
        ("TYPENAME(1)", "number"),
        ("TYPENAME(true)", "bool"),
        ("TO_BOOL([])", True),
        ("TO_BOOL('')", False),
        ("TO_NUMBER('3')", 3),
        ("TO_NUMBER('x')", 0),
        ("TO_NUMBER([[2]])", 2),
        ("TO_STRING(null)", ""),
        ("TO_STRING({a: [1]})", '{"a":[1]}'),
        ("TO_STRING(1.5)", "1.5"),
        ("TO_ARRAY(null)", []),
        ("TO_ARRAY(1)", [1]),
        ("TO_LIST({a: 1, b: 2})", [1, 2]),
        ("NOT_NULL(null, 0)", 0),
        ("NOT_NULL(null)", None),
        ("FIRST_LIST(1, [2])", [2]),
        ("FIRST_DOCUMENT([], {a: 1})", {"a": 1}),
    ],
)
def test_types(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected
    assert type(db.value(call)) is type(expected)
