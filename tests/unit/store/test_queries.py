from __future__ import annotations

import ast
from pathlib import Path

import pytest

import arango_thinking
from arango_thinking.store import queries
from arango_thinking.store.queries import QueryError, query
from arango_thinking.store.store import Store

#: One value for each bind, so that every query runs.
BINDS: dict[str, object] = {
    "@collection": "qa_pairs",
    "@edges": "qa_relationships",
    "iterations": ["metadata", "thinking_iterations"],
    "after": "",
    "limit": 10,
    "ids": ["qa_pairs/1"],
    "keys": ["1"],
    "only_enhanced": False,
    "only_converged": False,
    "failures": [{"_key": "a", "document": "qa_pairs/1"}],
    "source": "qa_pairs",
    "now": 0,
    "calls": [{"_key": "a", "expires_at": 1}],
    "config": "fingerprint",
    "key": "1",
    "run": "1",
    "dead": None,
    "holder": {"host": "localhost", "process": 1},
    "milliseconds": 1000,
    "fence": 1,
    "lease": "1",
    "notes": {},
    "revision": "_a",
    "body": {"thinking": "new"},
    "patches": [{"key": "1", "revision": "_a", "body": {"thinking": "new"}}],
    "results": [],
    "waiting": {},
    "documents": ["qa_pairs/1"],
    "traces": [{"_key": "1"}],
    "links": [{"_key": "1", "_from": "qa_pairs/1", "_to": "thinking_traces/1"}],
    "record": {"_key": "1"},
    "patch": {"status": "finished"},
    "attempts": 3,
    "pause": 1000,
    "document": "qa_pairs/1",
    "changes": [],
    "paths": [["metadata", "topic"]],
}


#: What takes the names of queries, and how many of its first arguments are such.
TAKERS = {"query": 1, "rows": 1, "rows_unless_busy": 1, "_rows": 1, "_first": 1, "keys": 1, "WriteRule": 2}


def used_names() -> set[str]:
    """The names that the package gives to whatever takes the name of a query."""
    names = set()
    for path in Path(arango_thinking.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                given = node.args[: TAKERS.get(called, 0)]
                names |= {name.value for name in given if isinstance(name, ast.Constant)}
    return {name for name in names if isinstance(name, str)}


def test_files_and_used_names_are_the_same_set() -> None:
    assert used_names() == set(queries.files())


@pytest.mark.parametrize("name", queries.files())
def test_every_query_has_a_purpose_and_runs(name: str, store: Store) -> None:
    store.create_collection("qa_pairs", edge=False)
    store.create_collection("qa_relationships", edge=True)
    store.initialise("qa_pairs")
    store.rows("start_run", {"record": {"_key": "1"}})
    found = query(name)
    assert found.purpose.endswith(".")
    rows = store.rows(name, {bind: BINDS[bind] for bind in found.binds})
    assert isinstance(rows, list)


def test_header_and_text_must_agree() -> None:
    with pytest.raises(QueryError, match=r"declares the binds \['limit'\] but uses \['other'\]"):
        queries.checked("broken", "// Something.\n// binds: limit\nRETURN @other")


def test_a_query_needs_a_header() -> None:
    with pytest.raises(QueryError, match="needs a header"):
        queries.checked("bare", "RETURN 1")


def test_binds_in_strings_and_comments_do_not_count() -> None:
    checked = queries.checked("odd", "// Odd.\n// binds: \nRETURN '@a' // @b")
    assert checked.binds == frozenset()


def test_an_unknown_query_is_refused() -> None:
    with pytest.raises(QueryError, match=r"no query nowhere\.aql"):
        query("nowhere")


def test_a_comment_in_the_filter_cannot_swallow_the_rest() -> None:
    text = query("export").with_filter("doc.a == 1 // really")
    assert "(doc.a == 1 // really\n)" in text
    assert queries.FILTER_PLACE not in text


def test_a_part_takes_the_place_of_the_line_that_names_it() -> None:
    text = query("reread").text
    assert "// part:" not in text
    assert "\n  LET source_hash = CONCAT(" in text
    assert "\n    SHA256(JSON_STRINGIFY([\n      doc.messages," in text


def test_a_part_that_is_not_there_is_told() -> None:
    with pytest.raises(QueryError, match=r"There is no .*nothing\.aql"):
        queries.checked("odd", "// Odd.\n// binds: \n  // part: nothing\nRETURN 1")


def test_no_query_hashes_by_itself_what_a_part_hashes() -> None:
    """A patch is held against, and a trace compared with, what another query hashed."""
    for path in queries.files().values():
        assert "JSON_STRINGIFY" not in path.read_text(encoding="utf-8")
