"""Which index serves which query, on whichever server: none reads a whole collection unless that is its purpose."""

from __future__ import annotations

from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking import queries
from arango_thinking.queries import query
from arango_thinking.store import FAILURES, RUNS, TRACES, Store
from tests.contract.conftest import COLLECTION
from tests.contract.documents import EDGES, flat, messages, put
from tests.unit.test_queries import BINDS

#: Those whose purpose is to go through a collection, or to look at its first documents.
SCANS = {"export", "filter_check", "layout_sample", "status"}
PENDING = "persistent ?thinking_iterations,_key"
PRIMARY = "primary _key"
#: The indexes by which a query finds its documents; "?" is the place of the bookkeeping. All others look up by `_key`,
#: with `DOCUMENT` or in what they write.
SERVED_BY = {
    "count_failures": ["persistent collection,next_attempt_at"],
    "count_pending": [PENDING],
    "count_traces": ["persistent run,_key"],
    "dead_runs": ["persistent collection,started_at"],
    "evidence": ["edge"],
    "last_runs": ["persistent collection,started_at"],
    "lease_release": [PRIMARY],
    "lease_renew": [PRIMARY],
    "lease_take": [PRIMARY],
    "pending": [PENDING],
    "read_calls": [PRIMARY],
    "read_lease": [PRIMARY],
    "reread": [PRIMARY],
    "settle_traces": ["persistent document,outcome"],
    "stale": ["persistent collection,outcome,_key", PRIMARY],
    "unsettled_traces": ["persistent run,_key"],
    "write_back": [PRIMARY],
    "write_one": [PRIMARY, PRIMARY],
}
#: Those whose order the index gives too.
SORTED = {"last_runs", "pending", "stale"}


#: To be dropped, with its fixture, once `initialise` makes them.
MISSING = {
    TRACES: (["collection", "outcome", "_key"], ["document", "outcome"], ["run", "_key"]),
    RUNS: (["collection", "started_at"],),
    FAILURES: (["collection", "next_attempt_at"],),
}


@pytest.fixture
def missing_indexes(store: Store, database: StandardDatabase) -> None:
    for collection, indexes in MISSING.items():
        for fields in indexes:
            database.collection(collection).add_index({"type": "persistent", "fields": fields})


@pytest.fixture(params=["flat", "messages"])
def place(request: pytest.FixtureRequest, bare_store: Store, missing_indexes: None) -> list[str]:
    """Where the documents of an initialised collection keep `thinking_iterations`."""
    bare_store.create_collection(EDGES, edge=True)
    put(bare_store, flat("a") if request.param == "flat" else messages("a"))
    bare_store.initialise(COLLECTION)
    return bare_store.iterations_path(COLLECTION)


def plan(database: StandardDatabase, name: str, place: list[str]) -> list[dict[str, Any]]:
    binds = {bind: BINDS[bind] for bind in query(name).binds}
    if "iterations" in binds:
        binds["iterations"] = place
    explained = database.aql.explain(query(name).text, bind_vars=cast(Any, binds))
    return cast(list[dict[str, Any]], cast(dict[str, Any], explained)["nodes"])


def told(index: dict[str, Any]) -> str:
    kind = str(index["type"])
    return "edge" if kind == "edge" else f"{kind} {','.join(index['fields'])}"


@pytest.mark.parametrize("name", queries.names())
def test_no_query_reads_a_whole_collection(database: StandardDatabase, place: list[str], name: str) -> None:
    nodes = plan(database, name, place)
    if name in SCANS:
        return
    used = [told(index) for node in nodes if node["type"] == "IndexNode" for index in node["indexes"]]
    prefix = "".join(f"{part}." for part in place[:-1])
    assert used == [one.replace("?", prefix) for one in SERVED_BY.get(name, [])]
    kinds = {node["type"] for node in nodes}
    assert "EnumerateCollectionNode" not in kinds
    if name in SORTED:
        assert "SortNode" not in kinds


def test_every_name_is_a_query() -> None:
    assert SERVED_BY.keys() | SCANS | SORTED <= set(queries.names())
