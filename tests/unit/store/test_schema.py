from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import DatabaseSettings, database_settings
from arango_thinking.store import schema
from arango_thinking.store.connection import Connection
from arango_thinking.store.schema import AUDIT_GRAPH, CALLS, COLLECTIONS, LINKS, RUNS, TRACES, Sharding
from tests.pretending import Pretending, pretending


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    opened = Connection.open(database_settings(url))
    yield opened
    opened.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[Pretending, Connection]]:
    """What says that it is a cluster whose source collection is kept three times."""
    with pretending(tmp_path) as (server, url):
        opened = Connection.open(DatabaseSettings(url=url))
        opened.database.create_collection("qa_pairs")
        server.writes.clear()
        database = {"result": {"name": "_system", "sharding": "", "replicationFactor": 2}}
        server.replies["GET /_api/database/current"] = database
        server.replies["GET /_api/collection/qa_pairs/properties"] = {"replicationFactor": 3, "writeConcern": 2}
        yield server, opened
        opened.close()


def made_with(server: Pretending) -> dict[str, dict[str, Any]]:
    """The bodies that made collections, by name."""
    return {
        body["name"]: body for method, path, body in server.writes if (method, path) == ("POST", "/_api/collection")
    }


def start(connection: Connection) -> list[str]:
    [definition] = connection.database.graph(AUDIT_GRAPH).edge_definitions()
    assert definition["edge_collection"] == LINKS
    assert definition["to_vertex_collections"] == sorted([TRACES, RUNS])
    return list(definition["from_vertex_collections"])


def test_all_of_the_table_is_made(connection: Connection) -> None:
    schema.make(connection, "qa_pairs")
    for name, indexes in COLLECTIONS.items():
        found = {index["name"]: index["fields"] for index in schema.indexes_of(connection, name)}
        assert {index.name: list(index.fields) for index in indexes}.items() <= found.items()
    [expiring] = [index for index in schema.indexes_of(connection, CALLS) if index["type"] == "ttl"]
    assert expiring["expiry_time"] == 0


def test_what_is_missing_is_told_and_not_made(connection: Connection) -> None:
    told = [thing.what for thing in schema.missing(connection, "qa_pairs")]
    assert told[0] == "collection qa_pairs"
    assert not any(name.startswith("thinking_") for name in schema.names(connection))
    assert schema.make(connection, "qa_pairs") == told
    assert schema.missing(connection, "qa_pairs") == []


def test_what_was_lost_is_made_again(connection: Connection) -> None:
    schema.make(connection, "qa_pairs")
    [index] = [index for index in schema.indexes_of(connection, "qa_pairs") if index["name"] == "thinking_pending"]
    connection.database.collection("qa_pairs").delete_index(index["id"])
    assert schema.make(connection, "qa_pairs") == ["index on qa_pairs (metadata.thinking_iterations, _key)"]


def test_the_graph_names_every_collection_that_was_initialised(connection: Connection) -> None:
    schema.make(connection)
    assert start(connection) == [TRACES]
    schema.make(connection, "one")
    assert "other in graph thinking_audit" in schema.make(connection, "other")
    assert start(connection) == sorted(["one", "other", TRACES])
    assert schema.make(connection, "one") == []


def test_two_that_make_the_same_at_once_do_not_fail(connection: Connection) -> None:
    things = schema.missing(connection, "qa_pairs")
    schema.make(connection, "qa_pairs")
    assert not any(schema.made(thing) for thing in things if thing.what.startswith(("collection", "graph")))
    assert schema.missing(connection, "qa_pairs") == []


def test_what_cannot_be_made_fails(connection: Connection) -> None:
    schema.make(connection, "qa_pairs")
    connection.database.delete_graph(AUDIT_GRAPH)
    connection.database.delete_collection(LINKS)
    connection.database.create_collection(LINKS, edge=False)
    with pytest.raises(ConfigurationError):
        schema.make(connection, "qa_pairs")


def test_in_a_cluster_ours_are_kept_as_the_source_is(cluster: tuple[Pretending, Connection]) -> None:
    server, connection = cluster
    schema.make(connection, "qa_pairs")
    bodies = made_with(server)
    assert bodies.keys() == COLLECTIONS.keys()
    assert {(body["replicationFactor"], body["writeConcern"]) for body in bodies.values()} == {(3, 2)}
    assert not any("numberOfShards" in body for body in bodies.values())
    assert {body["inBackground"] for _, path, body in server.writes if path == "/_api/index"} == {True}


def test_in_a_cluster_options_count(cluster: tuple[Pretending, Connection]) -> None:
    server, connection = cluster
    schema.make(connection, "qa_pairs", Sharding(replication_factor=5, write_concern=4, shards=6))
    found = [(b["replicationFactor"], b["writeConcern"], b["numberOfShards"]) for b in made_with(server).values()]
    assert set(found) == {(5, 4, 6)}


def test_a_source_on_every_server_is_no_model(cluster: tuple[Pretending, Connection]) -> None:
    server, connection = cluster
    server.replies["GET /_api/collection/qa_pairs/properties"] = {"replicationFactor": "satellite"}
    schema.make(connection, "qa_pairs")
    assert not any("replicationFactor" in body for body in made_with(server).values())


@pytest.mark.parametrize(("result", "says"), [({"sharding": "single"}, "OneShard"), ({}, "a single server")])
def test_without_shards_to_choose_they_are_left_out(
    cluster: tuple[Pretending, Connection], result: dict[str, str], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    server, connection = cluster
    server.replies["GET /_api/database/current"] = {"result": result}
    schema.make(connection, "qa_pairs", Sharding(shards=3))
    assert not any("numberOfShards" in body or "replicationFactor" in body for body in made_with(server).values())
    assert says in caplog.text
