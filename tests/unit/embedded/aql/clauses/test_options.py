"""Warnings about options that a clause does not have."""

from __future__ import annotations

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


def messages(db: Database, text: str) -> list[str]:
    warnings = db.result(text).warnings
    assert {one["code"] for one in warnings} <= {1539}
    return [one["message"] for one in warnings]


@pytest.mark.parametrize(
    "options",
    ["disableIndex: true", "maxProjections: 123", "useCache: false", "lookahead: 0", "indexHint: 'primary'",
     "indexHint: ['primary'], forceIndexHint: false", "waitForSync: true"],
)  # fmt: skip
def test_loops_take(db: Database, options: str) -> None:
    assert messages(db, f"FOR d IN items OPTIONS {{ {options} }} LIMIT 1 RETURN 1") == []


@pytest.mark.parametrize(
    ("options", "name", "reason"),
    [
        ("forceIndexHint: 'meow'", "forceIndexHint", 'invalid value "meow" in'),
        ("indexHint: []", "indexHint", "invalid value [] in"),
        ("waitForSync: 1", "waitForSync", "invalid value 1 in"),
        ("tititi: 1", "tititi", "unknown"),
        ("indexHint: 'primary', disableIndex: true", "disableIndex", "contradicting"),
        ("disableIndex: true, indexHint: 'primary'", "indexHint", "contradicting"),
    ],
)
def test_loops_warn_of(db: Database, options: str, name: str, reason: str) -> None:
    found = messages(db, f"FOR d IN items OPTIONS {{ {options} }} LIMIT 1 RETURN 1")
    assert found == [f"usage of {reason} OPTIONS attribute '{name}' in FOR statement"]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("order: 'bfs', uniqueVertices: 'global'", None),
        ("parallelism: 4, maxProjections: 3, defaultWeight: 17, weightAttribute: 'w'", None),
        ("bfs: true, order: 'bfs'", "order"),
        ("uniqueVertices: true", "uniqueVertices"),
        ("defaultWeight: true", "defaultWeight"),
        ("forceIndexHint: true", "forceIndexHint"),
        ("waitForSync: true", "waitForSync"),
    ],
)
def test_traversals(db: Database, options: str, name: str | None) -> None:
    found = messages(db, f"FOR x IN OUTBOUND 'items/none' links OPTIONS {{ {options} }} RETURN 1")
    assert found == ([f"usage of unknown OPTIONS attribute '{name}' in TRAVERSAL statement"] if name else [])


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("method: 'sorted'", None),
        ("method: 'hash'", None),
        ("method: 'foxx'", "method"),
        ("useCache: true", "useCache"),
    ],
)
def test_collect(db: Database, options: str, name: str | None) -> None:
    found = messages(db, f"FOR d IN items COLLECT x = d._key OPTIONS {{ {options} }} RETURN 1")
    assert found == ([f"usage of unknown OPTIONS attribute '{name}' in COLLECT statement"] if name else [])


WRITES = {
    "INSERT": "INSERT { } INTO items",
    "UPDATE": "UPDATE 'k00' WITH { } IN items",
    "REPLACE": "REPLACE 'k00' WITH { } IN items",
    "REMOVE": "REMOVE 'k00' IN items",
    "UPSERT": "UPSERT { _key: 'k00' } INSERT { } UPDATE { } IN items",
}


@pytest.mark.parametrize("statement", WRITES)
def test_writes(db: Database, statement: str) -> None:
    known = "waitForSync: 1, skipDocumentValidation: true, keepNull: true, ignoreRevs: true, overwriteMode: 'ignore'"
    assert messages(db, f"{WRITES[statement]} OPTIONS {{ {known} }}") == []
    for wrong in ("overwriteMode: true", "maxProjections: 1", "method: 'hash'"):
        found = messages(db, f"{WRITES[statement]} OPTIONS {{ {wrong}, ignoreErrors: true }}")
        assert found == [f"usage of unknown OPTIONS attribute '{wrong.split(':')[0]}' in {statement} statement"]


def test_only_upsert_takes_index_hints(db: Database) -> None:
    hint = "OPTIONS { indexHint: 'primary', ignoreErrors: true }"
    assert messages(db, f"{WRITES['UPSERT']} {hint}") == []
    assert len(messages(db, f"{WRITES['UPDATE']} {hint}")) == 1


def test_options_are_known_beforehand(db: Database) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows("FOR m IN ['hash'] COLLECT x = m OPTIONS { method: m } RETURN x")
    assert caught.value.number == 1575
