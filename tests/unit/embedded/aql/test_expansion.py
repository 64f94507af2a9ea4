"""The operators [*] and [? ]."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database

USERS = [
    {"name": "john", "friends": [{"name": "tina", "age": 43}, {"name": "alfred", "age": 34}]},
    {"name": "yves", "friends": [{"name": "sergei", "age": 27}]},
]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("@u[*].name", ["john", "yves"]),
        ("@u[*].friends[*].name", [["tina", "alfred"], ["sergei"]]),
        ("@u[*].friends[**].name", ["tina", "alfred", "sergei"]),
        ("(@u[*].friends)[0][*].name", ["tina", "alfred"]),
        ("@u[*].friends[0].name", ["tina", "sergei"]),
        ("@u[0].friends[* FILTER CURRENT.age > 40].name", ["tina"]),
        ("@u[0].friends[* RETURN CURRENT.age + 1]", [44, 35]),
        ("@u[0].friends[* FILTER CURRENT.age > 1 LIMIT 1, 5 RETURN UPPER(CURRENT.name)]", ["ALFRED"]),
        ("@u[* LIMIT 1].name", ["john"]),
        ("@u[* RETURN CURRENT.friends[* RETURN CURRENT.age]]", [[43, 34], [27]]),
        ("@u[0].nothing[*].name", []),
        ("LENGTH(@u) + 0 * @u[0].name[*]", 2),
        ("LENGTH(@u) ? [[1, [2]], [3]][**] : @u", [1, [2], 3]),
        ("LENGTH(@u) ? [[1, [2]], [3]][***] : @u", [1, 2, 3]),
        ("@u[0].friends[?]", True),
        ("@u[0].friends[? FILTER CURRENT.age > 100]", False),
        ("@u[0].friends[? ALL FILTER CURRENT.age > 30]", True),
        ("@u[0].friends[? NONE FILTER CURRENT.age > 30]", False),
        ("@u[0].friends[? 1 FILTER CURRENT.age > 40]", True),
        ("@u[0].friends[? 2..3 FILTER CURRENT.age > 40]", False),
        ("@u[0].friends[? AT LEAST (2) FILTER CURRENT.age > 30]", True),
        ("@u[0].name[? FILTER true]", False),
    ],
)
def test_expansion(db: Database, expression: str, expected: Any) -> None:
    assert db.value(expression, {"u": USERS}) == expected
