"""Which index is used, in what order it gives its documents, and how much is read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


def read(db: Database, text: str, bind_vars: dict[str, Any] | None = None) -> tuple[list[Any], int, int]:
    """Rows, documents read over an index, documents read without."""
    result = db.result(text, bind_vars)
    return list(result.rows), result.statistics.scanned_index, result.statistics.scanned_full


@pytest.mark.parametrize(
    ("condition", "keys", "scanned"),
    [
        ("d._key == 'k07'", ["k07"], 1),
        ("'k07' == d._key", ["k07"], 1),
        ("d._key == 7", [], 0),
        ("d._key IN ['k09', 'k07', 'k07', 3]", ["k07", "k09"], 2),
        ("d._key == 'k01' || d._key == 'k02'", ["k01", "k02"], 2),
        ("d._key > 'k36'", ["k37", "k38", "k39"], 3),
        ("'k36' < d._key", ["k37", "k38", "k39"], 3),
        ("d._key >= 'k36' AND d._key < 'k38'", ["k36", "k37"], 2),
        ("d._key <= 'k01' && d.number == 1", ["k01"], 2),
        ("d._id == 'items/k07'", ["k07"], 1),
        ("d._id IN ['items/k07', 'other/k08']", ["k07"], 1),
        ("d['_key'] == 'k07'", ["k07"], 1),
        ("d._key == CONCAT('k', '07')", ["k07"], 1),
    ],
)
def test_primary_index(db: Database, condition: str, keys: list[str], scanned: int) -> None:
    assert read(db, f"FOR d IN items FILTER {condition} RETURN d._key") == (keys, scanned, 0)


def test_keyset_page_reads_only_the_page(db: Database) -> None:
    text = """
        FOR doc IN @@collection
          FILTER doc.@path == null AND doc._key > @after
          LET unrelated = LENGTH(doc.group)
          FILTER unrelated == 2
          SORT doc._key LIMIT @n RETURN doc._key
    """
    binds = {"@collection": "items", "path": ["meta", "done"], "after": "k10", "n": 3}
    expected = ["k12", "k14", "k16"]
    assert read(db, text, binds) == (expected, 6, 0)
    db.index("items", "meta.done", "_key")
    assert read(db, text, binds) == (expected, 3, 0)
    plan = db.plan(text, binds)
    assert plan["nodes"][1]["type"] == "IndexNode"
    assert plan["nodes"][1]["indexes"][0]["fields"] == ["meta.done", "_key"]
    assert plan["rules"] == ["use-index-for-sort", "use-indexes"]


def test_index_order_is_used_backwards_too(db: Database) -> None:
    assert read(db, "FOR d IN items SORT d._key DESC LIMIT 2 RETURN d._key") == (["k39", "k38"], 2, 0)
    assert read(db, "FOR d IN items FILTER d._key < 'k20' SORT d._id DESC LIMIT 1 RETURN d._key") == (["k19"], 1, 0)
    assert read(db, "FOR d IN items FILTER d._key IN ['k01', 'k05'] SORT d._key DESC LIMIT 1 RETURN d._key") == (
        ["k05"],
        1,
        0,
    )


@pytest.mark.parametrize(
    "text",
    [
        "FOR d IN items SORT d.group, d._key DESC RETURN d._key",
        "FOR d IN items SORT d.group DESC, d.number RETURN d._key",
        "FOR d IN items SORT d._key DESC, d.group RETURN d._key",
        "FOR d IN items FILTER d.group IN ['g1', 'g0'] SORT d.number RETURN d._key",
        "FOR d IN items FILTER d.group >= 'g1' SORT d.number DESC RETURN d._key",
        "FOR d IN items FILTER d.group == 'g1' SORT d.number DESC LIMIT 3 RETURN d._key",
        "FOR i IN [2, 1] FOR d IN items FILTER d.number < i SORT d.number RETURN [i, d._key]",
        "FOR d IN items FILTER d.meta.done < 9 SORT d.meta.done, d._key LIMIT 4 RETURN d._key",
        "FOR d IN items FILTER d.meta.done != null SORT d.meta.done LIMIT 4 RETURN d._key",
        "FOR d IN items FILTER d.meta.done == null RETURN d._key",
        "FOR d IN items FILTER d.group == 'g1' && d.number > 5 && d.number <= 22 SORT d.number RETURN d._key",
        "FOR d IN items FILTER d.number IN 3..6 RETURN d._key",
        "FOR d IN items FILTER d.group != 'g1' SORT d.group, d.number LIMIT 30 RETURN d._key",
        "FOR d IN items FILTER d.number == d.meta.done SORT d._key RETURN d._key",
        "FOR d IN items FILTER d.group == 'g0' OR d.number == 1 SORT d._key RETURN d._key",
        "FOR d IN items FILTER d.group == 'g0' LIMIT 20 FILTER d.number > 3 SORT d._key RETURN d._key",
    ],
)
def test_indexes_change_no_result(db: Database, text: str) -> None:
    without = db.rows(text)
    db.index("items", "group", "number")
    db.index("items", "meta.done")
    db.index("items", "number", unique=True)
    db.index("items", "meta.done", "number", sparse=True)
    assert sorted(map(str, db.rows(text))) == sorted(map(str, without))
    if "SORT" in text:
        assert db.rows(text) == without


def test_sparse_indexes_only_where_null_is_excluded(db: Database) -> None:
    db.index("items", "meta.done", sparse=True)
    condition = "FOR d IN items FILTER d.meta.done {} RETURN d._key"
    assert read(db, condition.format("== 7")) == (["k07"], 1, 0)
    assert read(db, condition.format("> 36")) == (["k37", "k39"], 2, 0)
    assert read(db, condition.format("!= null"))[1:] == (20, 0)
    assert read(db, condition.format("== null"))[1:] == (0, 40)
    assert read(db, condition.format("< 3"))[1:] == (0, 40)
    assert read(db, condition.format("IN [7, null]"))[1:] == (0, 40)
    assert read(db, condition.format("== @value"), {"value": None})[1:] == (0, 40)
    assert read(db, "FOR d IN items FILTER d.meta.done > 1 AND d.number == 3 RETURN d._key") == (["k03"], 19, 0)


def test_a_sparse_index_of_an_inner_loop_is_not_trusted(db: Database) -> None:
    db.index("items", "meta.done", sparse=True)
    text = "FOR x IN [null] FOR d IN items FILTER d.meta.done == x RETURN d"
    assert len(db.rows(text)) == 20


def test_edge_index(db: Database) -> None:
    assert read(db, "FOR e IN links FILTER e._from == 'items/k03' RETURN e._to") == (["items/k04"], 1, 0)
    assert read(db, "FOR e IN links FILTER e._to == 'items/k03' RETURN e._from") == (["items/k02"], 1, 0)
    assert read(db, "FOR e IN links FILTER e._to IN ['items/k03', 'items/k04'] RETURN e._key")[1:] == (2, 0)
    assert read(db, "FOR e IN links FILTER e._from == 3 RETURN e") == ([], 0, 0)


def test_most_equalities_win(db: Database) -> None:
    db.index("items", "group")
    db.index("items", "group", "number")
    text = "FOR d IN items FILTER d.number == 4 AND d.group == 'g1' RETURN d._key"
    assert read(db, text) == (["k04"], 1, 0)


def test_conditions_that_need_the_document_use_no_index(db: Database) -> None:
    db.index("items", "number")
    assert read(db, "FOR d IN items FILTER d.number == d.meta.done RETURN 1")[1:] == (0, 40)
    assert read(db, "FOR d IN items FILTER d.number == 3 OR d.group == 'zz' RETURN 1")[1:] == (0, 40)
    assert read(db, "FOR d IN items FILTER NOT (d.number == 3) RETURN 1")[1:] == (0, 40)


def test_the_order_of_an_inner_loop_is_not_that_of_the_result(db: Database) -> None:
    text = "FOR p IN ['k3', 'k0'] FOR d IN items FILTER d._key >= p SORT d._key LIMIT 2 RETURN d._key"
    assert db.rows(text) == ["k00", "k01"]
