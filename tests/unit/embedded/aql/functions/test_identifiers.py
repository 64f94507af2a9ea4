"""Document identifiers and revisions."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.storage.revisions import revision_of
from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("PARSE_IDENTIFIER('coll/key')", {"collection": "coll", "key": "key"}),
        ("PARSE_KEY({ _id: 'coll/key' })", "key"),
        ("PARSE_COLLECTION('coll/key')", "coll"),
        ("PARSE_IDENTIFIER('nothing')", None),
        ("IS_SAME_COLLECTION('items', 'items/1')", True),
        ("IS_SAME_COLLECTION('items', { _id: 'links/1' })", False),
        ("IS_SAME_COLLECTION(items, 'items/1')", True),
    ],
)
def test_identifiers(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize("milliseconds", [1, 951782400123])
def test_revisions(db: Database, milliseconds: int) -> None:
    text = revision_of(milliseconds << 20 | 7)
    found = db.value("DECODE_REV(@rev)", {"rev": text})
    assert found["count"] == 7
    assert db.value("DATE_TIMESTAMP(@date)", {"date": found["date"]}) == milliseconds


def test_the_revision_of_a_document(db: Database) -> None:
    assert db.value("DATE_YEAR(DECODE_REV(DOCUMENT('items/k01')._rev).date)") > 2020


@pytest.mark.parametrize(
    "call",
    [
        "PARSE_KEY('x')",
        "PARSE_KEY('a/b/c')",
        "PARSE_KEY({})",
        "IS_SAME_COLLECTION('a', {})",
        "DECODE_REV(1)",
        "DECODE_REV('?')",
        "DECODE_REV('')",
        "DECODE_REV('------------')",
    ],
)
def test_wrong_types_are_warned_of(db: Database, call: str) -> None:
    assert db.value(call) is None
    assert db.warnings(call) == [1542]
