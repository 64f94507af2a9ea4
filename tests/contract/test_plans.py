"""Which index serves which query, on whichever server: none reads a whole collection unless that is its purpose."""

from __future__ import annotations

from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking.store import queries
from arango_thinking.store.queries import query
from arango_thinking.store.store import Store
from tests.contract.conftest import COLLECTION
from tests.contract.documents import AT_TOP, EDGES, flat, messages, put
from tests.unit.store.test_queries import BINDS

#: Those whose purpose is to go through a collection, or to look at its first documents.
SCANS = {"all_runs", "enhanced_keys", "export", "filter_check", "layout_sample", "status", "variants"}
#: The indexes by which the others find their documents; where none is named, by `DOCUMENT` or by the `_key` in what is
#: written. "?" is the one of the place of the bookkeeping.
SERVED_BY = {
    "count_failures": ["thinking_failures_next"],
    "count_pending": ["?"],
    "count_traces": ["thinking_traces_run"],
    "count_waiting": ["thinking_failures_next", "primary"],
    "dead_runs": ["thinking_runs_started"],
    "enhanced_page": ["primary", "thinking_traces_document"],
    "evidence": ["edge"],
    "last_runs": ["thinking_runs_started"],
    "lease_release": ["primary"],
    "lease_renew": ["primary"],
    "lease_take": ["primary"],
    "pending": ["primary"],
    "pending_keys": ["?"],
    "rehash_traces": ["primary", "primary"],
    "read_calls": ["primary"],
    "read_failure": ["primary"],
    "read_lease": ["primary"],
    "read_run": ["primary"],
    "read_traces": ["thinking_traces_document"],
    "replace_back": ["primary"],
    "replace_one": ["primary", "primary"],
    "reread": ["primary"],
    "retry_failures": ["thinking_failures_next", "primary"],
    "run_totals": ["thinking_runs_started"],
    "settle_traces": ["thinking_traces_document"],
    "stale": ["thinking_traces_outcome", "primary"],
    "still_waiting": ["primary"],
    "standing_traces": ["thinking_traces_outcome", "primary"],
    "unsettled_traces": ["thinking_traces_run", "thinking_traces_document"],
    "waiting": ["thinking_failures_next", "primary"],
    "write_back": ["primary"],
    "write_one": ["primary", "primary"],
    "written_page": ["thinking_traces_run", "thinking_traces_document"],
}
#: Those whose order the index gives too.
SORTED = {"last_runs", "stale"}


@pytest.fixture(params=["flat", "messages"])
def place(request: pytest.FixtureRequest, bare_store: Store, store: Store) -> list[str]:
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


@pytest.mark.parametrize("name", queries.files())
def test_no_query_reads_a_whole_collection(database: StandardDatabase, place: list[str], name: str) -> None:
    nodes = plan(database, name, place)
    if name in SCANS:
        return
    used = [index["name"] for node in nodes if node["type"] == "IndexNode" for index in node["indexes"]]
    pending = "thinking_pending_flat" if place == AT_TOP else "thinking_pending"
    assert used == [one.replace("?", pending) for one in SERVED_BY.get(name, [])]
    kinds = {node["type"] for node in nodes}
    assert "EnumerateCollectionNode" not in kinds
    if name in SORTED:
        assert "SortNode" not in kinds


def test_every_name_is_a_query() -> None:
    assert SERVED_BY.keys() | SCANS | SORTED <= set(queries.files())
