"""Traversals over edge collections."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


@pytest.fixture
def ring(db: Database) -> Database:
    """A ring of three, and an edge that leads nowhere."""
    db.rows("FOR k IN ['a', 'b', 'c'] INSERT { _key: k } INTO other")
    edges = [["a", "b"], ["b", "c"], ["c", "a"], ["a", "gone"]]
    text = "FOR e IN @edges INSERT { _from: CONCAT('other/', e[0]), _to: CONCAT('other/', e[1]) } INTO links"
    db.rows(text, {"edges": edges})
    return db


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("FOR v IN OUTBOUND 'items/k03' links RETURN v._key", ["k04"]),
        ("FOR v IN INBOUND 'items/k03' links RETURN v._key", ["k02"]),
        ("FOR v IN ANY 'items/k03' links SORT v._key RETURN v._key", ["k02", "k04"]),
        ("FOR v IN 2 OUTBOUND 'items/k03' links RETURN v._key", ["k05"]),
        ("FOR v IN 0..2 OUTBOUND 'items/k03' @@e RETURN v._key", ["k03", "k04", "k05"]),
        ("FOR v, e IN 0..1 OUTBOUND 'items/k03' links RETURN e._to", [None, "items/k04"]),
        ("FOR v, e, p IN 2 OUTBOUND 'items/k03' links RETURN p.vertices[*]._key", [["k03", "k04", "k05"]]),
        ("FOR v, e, p IN 2 OUTBOUND 'items/k03' links RETURN p.edges[*]._key", [["e3", "e4"]]),
        ("FOR d IN items FILTER d._key == 'k03' FOR v IN OUTBOUND d links RETURN v._key", ["k04"]),
        ("FOR v IN 1..9 OUTBOUND 'items/k03' links PRUNE v._key == 'k05' RETURN v._key", ["k04", "k05"]),
        ("FOR v IN 1..9 OUTBOUND 'items/k03' links PRUNE stop = v._key == 'k05' FILTER stop RETURN v._key", ["k05"]),
        ("FOR v IN 1..2 ANY 'items/k03' OUTBOUND links RETURN v._key", ["k04", "k05"]),
        ("WITH items FOR v IN OUTBOUND 'items/k03' links FILTER v.number > 100 RETURN v", []),
    ],
)
def test_rows(db: Database, text: str, rows: list[Any]) -> None:
    assert db.rows(text, {"@e": "links"} if "@@e" in text else {}) == rows


def test_loops_end_and_dangling_edges_give_null(ring: Database) -> None:
    result = ring.result("FOR v, e IN 1..10 OUTBOUND 'other/a' links RETURN v._key || e._to")
    assert sorted(result.rows) == ["a", "b", "c", "other/gone", "other/gone"]
    assert [warning["code"] for warning in result.warnings] == [1202]


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ("{ order: 'bfs', uniqueVertices: 'global' }", ["a", "b", None, "c"]),
        ("{ bfs: true, uniqueVertices: 'path' }", ["a", "b", None, "c"]),
        ("{ uniqueVertices: 'path' }", ["a", "b", "c", None]),
        ("{ uniqueEdges: 'none' }", ["a", "b", "c", "a", "b", None, None]),
    ],
)
def test_options(ring: Database, options: str, keys: list[Any]) -> None:
    found = ring.rows(f"FOR v IN 0..4 OUTBOUND 'other/a' links OPTIONS {options} RETURN v._key")
    assert sorted(found, key=str) == sorted(keys, key=str)


@pytest.fixture
def tree(db: Database) -> Database:
    """The tree of the manual, its edges in the order of the manual; also as the named graph `tree`."""
    db.rows("FOR k IN ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K'] INSERT { _key: k } INTO other")
    edges = ["AB", "BC", "CD", "BE", "EF", "AG", "GH", "HI", "GJ", "JK"]
    text = (
        "FOR e IN @edges INSERT { _from: CONCAT('other/', LEFT(e, 1)), _to: CONCAT('other/', RIGHT(e, 1)) } INTO links"
    )
    db.rows("FOR e IN links REMOVE e IN links")
    db.rows(text, {"edges": edges})
    definition = {"collection": "links", "from": ["other"], "to": ["other"]}
    db.rows("INSERT @graph INTO _graphs", {"graph": {"_key": "tree", "edgeDefinitions": [definition]}})
    return db


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1..3 OUTBOUND 'other/A' GRAPH 'tree'", "GJKHIBEFCD"),
        ("1..3 OUTBOUND 'other/A' links", "GJKHIBEFCD"),
        ("1..3 OUTBOUND 'other/A' GRAPH tree OPTIONS { order: 'bfs' }", "BGCEHJDFIK"),
        ("1..3 ANY 'other/E' GRAPH @name", "BAGCDF"),
        ("2 OUTBOUND 'other/A' links", "JHEC"),
        ("1..3 INBOUND 'other/E' GRAPH 'tree'", "BA"),
        ("0..9 OUTBOUND 'other/G' @edges", "GJKHI"),
        ("1..2 OUTBOUND 'other/A' links, links", "GJHBEC"),
        ("1..2 OUTBOUND 'other/A' links OPTIONS { edgeCollections: 'links' }", "GJHBEC"),
        ("1..2 OUTBOUND 'other/A' links OPTIONS { vertexCollections: ['items'] }", ""),
    ],
)
def test_the_order_is_that_of_a_real_server(tree: Database, text: str, keys: str) -> None:
    bound = {"name": "tree"} if "@name" in text else {"edges": "links"} if "@edges" in text else {}
    assert "".join(tree.rows(f"FOR v IN {text} RETURN v._key", bound)) == keys


def test_weights(db: Database) -> None:
    edges = [[1, 2, 1], [2, 3, 10], [1, 4, 1.5], [4, 6, 2], [6, 3, 0.5], [3, 5, 1]]
    db.rows("FOR k IN 1..6 INSERT { _key: TO_STRING(k) } INTO other")
    text = (
        "FOR e IN @edges INSERT { _from: CONCAT('other/', e[0]), _to: CONCAT('other/', e[1]), weight: e[2] } INTO links"
    )
    db.rows(text, {"edges": edges})
    query = (
        "FOR v, e, p IN 1..10 OUTBOUND 'other/1' links OPTIONS { order: 'weighted', weightAttribute: 'weight' } LIMIT 3"
    )
    assert db.rows(f"{query} RETURN [p.vertices[*]._key, p.weights]") == [
        [["1", "2"], [0, 1]], [["1", "4"], [0, 1.5]], [["1", "4", "6"], [0, 1.5, 3.5]],
    ]  # fmt: skip
    query = query.replace("weightAttribute", "uniqueVertices: 'global', weightAttribute").replace("LIMIT 3", "")
    assert db.rows(f"{query} FILTER v._key == '5' RETURN p.weights[-1]") == [5]
    assert db.rows("FOR v, e, p IN 2 OUTBOUND 'other/1' links RETURN p.weights") == [[0, 1, 2]] * 2
    db.rows("FOR e IN links FILTER e.weight == 1 UPDATE e WITH { weight: -1 } IN links")
    with pytest.raises(ArangoError) as caught:
        db.rows(f"{query} RETURN 1")
    assert caught.value.number == 1948


def test_breadth_comes_first_if_wanted(ring: Database) -> None:
    text = "FOR v, e, p IN 1..2 OUTBOUND 'other/a' links OPTIONS { order: @order } RETURN LENGTH(p.edges)"
    assert ring.rows(text, {"order": "bfs"}) == [1, 1, 2]
    assert ring.rows(text, {"order": "dfs"}) == [1, 1, 2]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("FOR v IN OUTBOUND 'items/k01' items RETURN v", 1218),
        ("FOR v IN OUTBOUND 'items/k01' missing RETURN v", 1203),
        ("FOR v IN 3..1 OUTBOUND 'items/k01' links RETURN v", 1501),
        ("FOR n IN [1] FOR v IN n OUTBOUND 'items/k01' links RETURN v", 1501),
        ("FOR v IN 1.5 OUTBOUND 'items/k01' links RETURN v", 1501),
        ("FOR v IN OUTBOUND 5 links RETURN v", 1501),
        ("FOR v IN OUTBOUND 'items/k01' OUTBOUND links, INBOUND links RETURN v", 1218),
        ("FOR v IN OUTBOUND 'items/k01' links OPTIONS { order: 'odd' } RETURN v", 10),
        ("FOR v IN OUTBOUND 'items/k01' links OPTIONS { uniqueVertices: 'global' } RETURN v", 10),
        ("FOR v IN OUTBOUND 'items/k01' links OPTIONS { uniqueEdges: 'global' } RETURN v", 10),
        ("FOR v IN OUTBOUND 'items/k01' links OPTIONS { edgeCollections: 1 } RETURN v", 10),
        ("FOR v IN OUTBOUND 'items/k01' links OPTIONS { order: 'weighted', defaultWeight: -1 } RETURN v", 1948),
        ("FOR v IN OUTBOUND 'items/k01' GRAPH 'none' RETURN v", 1924),
    ],
)
def test_errors(db: Database, text: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(text)
    assert caught.value.number == number


def test_a_start_that_is_no_vertex_is_warned_of(db: Database) -> None:
    result = db.result("FOR v IN OUTBOUND 'nowhere' links RETURN v")
    assert list(result.rows) == []
    assert [warning["code"] for warning in result.warnings] == [10]
