"""The collections, indexes and audit graph of this package in a database, and how to make what is missing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from arango_thinking.errors import ConfigurationError
from arango_thinking.store.connection import Connection, error_number, translated

logger = logging.getLogger(__name__)

RUNS, TRACES, LINKS, FAILURES, LOCKS, CALLS = (
    f"thinking_{name}" for name in ("runs", "traces", "links", "failures", "locks", "calls")
)
AUDIT_GRAPH = "thinking_audit"


@dataclass(frozen=True, slots=True)
class Index:
    """An index by its name and attributes. One that `expires` removes documents once the time in it has passed."""

    name: str
    fields: tuple[str, ...]
    expires: bool = False

    @property
    def description(self) -> dict[str, Any]:
        """The definition as the database takes it; the index is built while others read and write."""
        kind = {"type": "ttl", "expireAfter": 0} if self.expires else {"type": "persistent"}
        return {"name": self.name, "fields": list(self.fields), "inBackground": True, **kind}

    def is_like(self, other: dict[str, Any]) -> bool:
        """Whether an index of the database does the same, whatever its name."""
        return (
            other["type"] == self.description["type"]
            and tuple(other["fields"]) == self.fields
            and not (other.get("sparse") and not self.expires)
        )


#: All collections of this package, with the indexes of each.
COLLECTIONS: dict[str, tuple[Index, ...]] = {
    RUNS: (Index("thinking_runs_started", ("collection", "started_at")),),
    TRACES: (
        Index("thinking_traces_outcome", ("collection", "outcome", "_key")),
        Index("thinking_traces_document", ("document", "outcome")),
        Index("thinking_traces_run", ("run", "_key")),
    ),
    LINKS: (),
    FAILURES: (Index("thinking_failures_next", ("collection", "next_attempt_at")),),
    LOCKS: (),
    CALLS: (Index("thinking_calls_expire", ("expires_at",), expires=True),),
}
_EDGES = (LINKS,)

IN_METADATA = ["metadata", "thinking_iterations"]
AT_TOP = ["thinking_iterations"]
#: Documents looked at to tell where a collection keeps its thinking.
LAYOUT_SAMPLE = 100

_DUPLICATE_NAME, _DUPLICATE_GRAPH = 1207, 1925


@dataclass(frozen=True, slots=True)
class Sharding:
    """How a cluster keeps the collections of this package.

    Where a value is `None`, the source collection's is taken (except for `shards`), else the database's default.
    """

    replication_factor: int | None = None
    write_concern: int | None = None
    shards: int | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A collection, index or graph of this package that is missing, and how to make it."""

    what: str
    make: Callable[[], object]


def make(connection: Connection, collection: str | None = None, sharding: Sharding | None = None) -> list[str]:
    """Make what is missing for `collection`, and the collection itself. Returns what was made."""
    return [thing.what for thing in missing(connection, collection, sharding) if made(thing)]


def made(thing: Missing) -> bool:
    """Make it. Returns `False` when somebody else has made it meanwhile."""
    try:
        with translated():
            thing.make()
    except ConfigurationError as error:
        if error_number(error) in (_DUPLICATE_NAME, _DUPLICATE_GRAPH):
            return False
        raise
    return True


def make_calls(connection: Connection) -> None:
    """Make the collection of the journal and its index, where they are missing."""
    there, wanted = names(connection), {CALLS: COLLECTIONS[CALLS]}
    for thing in (*_collections(connection, {CALLS} - there, {}), *_indexes(connection, wanted, there)):
        made(thing)


def missing(connection: Connection, collection: str | None = None, sharding: Sharding | None = None) -> list[Missing]:
    """What `make` would make, in its order; only reads.

    Raises `ConfigurationError` when `collection` is one of this package's own.
    """
    refuse(collection)
    there = names(connection)
    absent = COLLECTIONS.keys() - there
    options = _cluster_options(connection, collection if collection in there else None, sharding) if absent else {}
    wanted = dict(COLLECTIONS)
    if collection is not None:
        wanted[collection] = (source_index(connection, collection) if collection in there else _index(IN_METADATA),)
    return [
        *_source(connection, collection, there),
        *_collections(connection, absent, options),
        *_indexes(connection, wanted, there),
        *_in_graph(connection, collection),
    ]


def refuse(collection: str | None) -> None:
    """Raises `ConfigurationError` when the collection is one of this package's own."""
    if collection in COLLECTIONS:
        raise ConfigurationError(f"'{collection}' belongs to arango-thinking: give a collection of Q&A documents.")


def names(connection: Connection) -> set[str]:
    """The collections that the user sees."""
    with translated():
        return {found["name"] for found in cast(list[dict[str, Any]], connection.database.collections())}


def _source(connection: Connection, name: str | None, there: set[str]) -> Iterator[Missing]:
    if name is not None and name not in there:
        yield Missing(f"collection {name}", partial(connection.database.create_collection, name))


def _collections(connection: Connection, absent: Set[str], options: Mapping[str, Any]) -> Iterator[Missing]:
    for name in COLLECTIONS:
        if name in absent:
            create = partial(connection.database.create_collection, name, edge=name in _EDGES, **options)
            yield Missing(f"collection {name}", create)


def _cluster_options(connection: Connection, source: str | None, asked: Sharding | None) -> dict[str, Any]:
    """The options about shards for the driver: none on a single server, or where the database decides them."""
    sharding = asked or Sharding()
    distribution = connection.get("/_api/database/current")["result"].get("sharding")
    if distribution in (None, "single"):
        if sharding != Sharding():
            where = "a single server" if distribution is None else "a OneShard database"
            logger.warning("Replication factor, write concern and shards are left out: this is %s.", where)
        return {}
    like = connection.get(f"/_api/collection/{source}/properties") if source else {}
    options = {
        "replication_factor": sharding.replication_factor or like.get("replicationFactor"),
        "write_concern": sharding.write_concern or like.get("writeConcern"),
        "shard_count": sharding.shards,
    }
    # A source that is on every server ("satellite", with a write concern of 0) is small; these collections are not.
    return {name: value for name, value in options.items() if value and isinstance(value, int)}


def _indexes(connection: Connection, wanted: Mapping[str, tuple[Index, ...]], there: set[str]) -> Iterator[Missing]:
    for name, indexes in wanted.items():
        known = indexes_of(connection, name) if name in there and indexes else []
        for index in indexes:
            if not any(index.is_like(other) for other in known):
                add = partial(_add_index, connection, name, index)
                yield Missing(f"index on {name} ({', '.join(index.fields)})", add)


def _add_index(connection: Connection, name: str, index: Index) -> None:
    connection.database.collection(name).add_index(index.description)


def edges_from(connection: Connection, collection: str) -> list[str]:
    """The edge collections of others that lead from documents of `collection`, by their first edges."""
    listed = cast(list[dict[str, Any]], connection.attempt(lambda database: database.collections()))
    others = [one["name"] for one in listed if one["type"] == "edge" and not one["system"]]
    return [
        name
        for name in others
        if name not in COLLECTIONS
        and any(
            begins.startswith(f"{collection}/")
            for begins in connection.rows("edge_sample", {"@edges": name, "limit": LAYOUT_SAMPLE})
        )
    ]


def indexes_of(connection: Connection, name: str) -> list[dict[str, Any]]:
    """The indexes that a collection has."""
    with translated():
        return cast(list[dict[str, Any]], connection.database.collection(name).indexes())


def source_index(connection: Connection, collection: str) -> Index:
    """The index by which pending documents are found."""
    return _index(iterations_path(connection, collection))


def _index(path: list[str]) -> Index:
    # The name depends on the fields: a collection that was empty at first may later keep its thinking elsewhere.
    name = "thinking_pending" if path == IN_METADATA else "thinking_pending_flat"
    return Index(name, (".".join(path), "_key"))


def iterations_path(connection: Connection, collection: str, layout: str | None = None) -> list[str]:
    """Where most documents of `collection` keep `thinking_iterations`: the attribute path to select by."""
    if layout is not None:
        return IN_METADATA if layout == "messages" else AT_TOP
    shapes = connection.rows("layout_sample", {"@collection": collection, "limit": LAYOUT_SAMPLE})
    flat = [shape for shape in shapes if shape["flat"] and not shape["messages"]]
    return AT_TOP if len(flat) * 2 > len(shapes) else IN_METADATA


def _in_graph(connection: Connection, collection: str | None) -> Iterator[Missing]:
    """The graph leads from the documents of every collection that was ever initialised, over traces, to runs."""
    database, source = connection.database, [collection] if collection else []
    with translated():
        exists = database.has_graph(AUDIT_GRAPH)
    if not exists:
        definition = _definition([*source, TRACES])
        create = partial(database.create_graph, AUDIT_GRAPH, edge_definitions=[definition])
        yield Missing(f"graph {AUDIT_GRAPH}", create)
        return
    graph = database.graph(AUDIT_GRAPH)
    with translated():
        definitions = cast(list[dict[str, Any]], graph.edge_definitions())
    start = {
        name for known in definitions if known["edge_collection"] == LINKS for name in known["from_vertex_collections"]
    }
    if not start.issuperset(source):
        extend = partial(graph.replace_edge_definition, **_definition(sorted({*start, *source, TRACES})))
        yield Missing(f"{collection} in graph {AUDIT_GRAPH}", extend)


def _definition(start: list[str]) -> dict[str, Any]:
    return {"edge_collection": LINKS, "from_vertex_collections": start, "to_vertex_collections": [TRACES, RUNS]}
