"""Which index serves which query, on whichever server: none reads a whole collection unless that is its purpose."""

from __future__ import annotations

from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking.store import queries
from arango_thinking.store.queries import query
from arango_thinking.store.schema import CALLS, FAILURES, LINKS, LOCKS, RUNS, TRACES
from arango_thinking.store.store import Store
from tests.contract.conftest import COLLECTION
from tests.contract.documents import AT_TOP, EDGES, flat, messages, put
from tests.unit.store.test_queries import BINDS

#: Those whose purpose is to go through a collection, or to look at its first documents.
SCANS = {
    "absent",
    "all_runs",
    "edge_sample",
    "enhanced_keys",
    "export",
    "filter_check",
    "layout_sample",
    "matches",
    "status",
    "unconverged",
    "variants",
}
#: The indexes by which the others find their documents; where none is named, by `DOCUMENT` or by the `_key` in what is
#: written. "?" is the one of the place of the bookkeeping.
SERVED_BY = {
    "count_failures": ["thinking_failures_next"],
    "count_pending": ["?"],
    "count_traces": ["thinking_traces_run"],
    "count_waiting": ["thinking_failures_next", "primary"],
    "dead_runs": ["thinking_runs_started"],
    "enhanced_page": ["primary", "thinking_traces_document"],
    "evidence_edges": ["edge"],
    "last_runs": ["thinking_runs_started"],
    "lease_release": ["primary"],
    "lease_renew": ["primary"],
    "lease_take": ["primary"],
    "list_failures": ["thinking_failures_next"],
    "paragraphs": ["primary"],
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
    "settle_traces": ["primary", "thinking_traces_document"],
    "stale": ["thinking_traces_outcome", "primary"],
    "still_waiting": ["primary"],
    "standing_traces": ["thinking_traces_outcome", "primary"],
    "unsettled_traces": ["thinking_traces_run", "primary", "thinking_traces_document"],
    "waiting": ["thinking_failures_next", "primary"],
    "write_back": ["primary"],
    "write_one": ["primary", "primary"],
    "written_page": ["thinking_traces_run", "primary", "thinking_traces_document"],
}
#: What a server may use besides: a search of its own, by the key, for what an UPSERT finds.
MAY_USE = {"record_failures": {"primary"}}
#: Those whose order the index gives too.
SORTED = {"last_runs", "stale", "unsettled_traces", "written_page"}
#: Those that look into two ranges of an index. Elsewhere a second look would be that of an OR: see aql/README.md.
TWO_RANGES = {"count_waiting"}
#: Documents in each collection: what an index costs in an empty one is nothing, whichever it is.
DOCUMENTS = 300


@pytest.fixture(params=["flat", "messages"])
def place(request: pytest.FixtureRequest, bare_store: Store, store: Store) -> list[str]:
    """Where the documents of an initialised collection keep `thinking_iterations`; no collection is empty."""
    bare_store.create_collection(EDGES, edge=True)
    write = flat if request.param == "flat" else messages
    put(bare_store, *(write(f"{number}") for number in range(DOCUMENTS)))
    bare_store.initialise(COLLECTION)
    ends = {"_from": f"{COLLECTION}/1", "_to": f"{COLLECTION}/2"}
    for name in (EDGES, LINKS):
        put(bare_store, *({**ends, "_key": str(number)} for number in range(DOCUMENTS)), collection=name)
    for name in (RUNS, TRACES, FAILURES, LOCKS, CALLS):
        kept = {"collection": COLLECTION, "document": f"{COLLECTION}/1", "outcome": "written"}
        put(bare_store, *({**kept, "_key": str(number)} for number in range(DOCUMENTS)), collection=name)
    return bare_store.iterations_path(COLLECTION)


def plan(database: StandardDatabase, name: str, place: list[str]) -> list[dict[str, Any]]:
    binds = {bind: BINDS[bind] for bind in query(name).binds}
    if "iterations" in binds:
        binds["iterations"] = place
    explained = database.aql.explain(query(name).text, bind_vars=cast(Any, binds))
    return cast(list[dict[str, Any]], cast(dict[str, Any], explained)["nodes"])


def test_no_query_reads_a_whole_collection(store: Store, database: StandardDatabase, place: list[str]) -> None:
    store.prepare_calls()
    pending = "thinking_pending_flat" if place == AT_TOP else "thinking_pending"
    for name in queries.files().keys() - SCANS:
        nodes = plan(database, name, place)
        kinds = {node["type"] for node in nodes}
        looks = [[index["name"] for index in node["indexes"]] for node in nodes if node["type"] == "IndexNode"]
        used = {index for look in looks for index in look}
        expected = {one.replace("?", pending) for one in SERVED_BY.get(name, [])}
        assert used - MAY_USE.get(name, set()) == expected - MAY_USE.get(name, set()), name
        assert "EnumerateCollectionNode" not in kinds, name
        assert name in TWO_RANGES or all(len(look) == 1 for look in looks), name
        assert "SortNode" not in kinds or name not in SORTED, name


def test_every_name_is_a_query() -> None:
    assert SERVED_BY.keys() | SCANS | SORTED | MAY_USE.keys() | TWO_RANGES <= set(queries.files())
