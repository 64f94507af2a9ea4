"""Functions on objects, and DOCUMENT()."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ATTRIBUTES({ b: 1, _id: 2, a: 3 }, true, true)", ["a", "b"]),
        ("VALUES({ _id: 1, a: 2 }, true)", [2]),
        ("VALUE({ a: [{ b: 5 }] }, ['a', 0, 'b'])", 5),
        ("VALUE({ a: 1 }, ['x', 'y'])", None),
        ("VALUE({ a: 1 }, [])", None),
        ("VALUE({ a: [1, 2] }, ['a', -1])", None),
        ("HAS({ a: null }, 'a')", True),
        ("HAS({}, 'a')", False),
        ("HAS(1, 'a')", False),
        ("KEEP({ a: 1, b: 2, c: 3 }, 'a', ['c'])", {"a": 1, "c": 3}),
        ("UNSET({ a: 1, b: 2 }, 'b')", {"a": 1}),
        ("UNSET_RECURSIVE({ a: 1, s: { a: 2, b: 3 } }, 'a')", {"s": {"b": 3}}),
        ("KEEP_RECURSIVE({ a: 1, s: { a: 2, b: 3 } }, ['a', 's'])", {"a": 1, "s": {"a": 2}}),
        ("UNSET_RECURSIVE({ l: [{ a: 1 }] }, 'a')", {"l": [{"a": 1}]}),
        ("MERGE({ a: { b: 1 } }, { a: { c: 2 } })", {"a": {"c": 2}}),
        ("MERGE([{ a: 1 }, { b: 2 }])", {"a": 1, "b": 2}),
        ("MERGE([])", {}),
        ("MERGE_RECURSIVE({ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 3 } })", {"a": {"b": 3, "c": 2}}),
        ("TRANSLATE('FR', { US: 1, FR: 2 })", 2),
        ("TRANSLATE(42, { '42': 'x' })", "x"),
        ("TRANSLATE('Z', {})", "Z"),
        ("TRANSLATE('Z', {}, 0)", 0),
        ("MATCHES({ a: 1, b: 2 }, { a: 1 })", True),
        ("MATCHES({ a: 1 }, [{ a: 2 }, { a: 1 }], true)", 1),
        ("MATCHES({ a: 1 }, { b: null })", True),
        ("MATCHES({ a: 1 }, { b: 1 }, true)", -1),
        ("MATCHES(1, {})", False),
        ("ZIP(['a', 'b'], [1, 2])", {"a": 1, "b": 2}),
        ("ZIP(['a'], [])", None),
        ("ENTRIES({ a: 1 })", [["a", 1]]),
        ("DOCUMENT('items/k01').number", 1),
        ("DOCUMENT('items', 'k01').number", 1),
        ("DOCUMENT(items, 'k01').number", 1),
        ("DOCUMENT(['items/k01', 'items/none', 'missing/x'])[*].number", [1]),
        ("DOCUMENT(items, ['k02', 'items/k03'])[*].number", [2, 3]),
        ("DOCUMENT('items/none')", None),
        ("DOCUMENT('missing/k01')", None),
        ("DOCUMENT(items, 'other/k01')", None),
        ("DOCUMENT(5)", None),
        ("DOCUMENT('k01')", None),
        ("MERGE({}, 1)", None),
        ("KEEP(1, 'a')", None),
    ],
)
def test_objects(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize(
    "call", ["MERGE({}, 1)", "KEEP(1, 'a')", "ZIP(['a'], [])", "ATTRIBUTES(1)", "VALUE(1, [])", "DOCUMENT(5, 'a')"]
)
def test_wrong_types_are_warned_of(db: Database, call: str) -> None:
    assert db.warnings(call) == [1542]


def test_documents_read_are_counted(db: Database) -> None:
    assert db.result("FOR e IN links LIMIT 3 RETURN DOCUMENT(e._to)").statistics.scanned_index == 3


@pytest.mark.parametrize(
    ("call", "expected"),
    [("KEEP({ a: 1 }, ['a', 1])", {"a": 1}), ("UNSET({ a: 1 }, [null])", {"a": 1}), ("MATCHES({}, [1, {}], true)", 1)],
)
def test_warned_of_but_no_reason_for_null(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected
    assert db.warnings(call) == [1542]
