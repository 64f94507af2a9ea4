"""Users with few rights, on a server that asks for passwords."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from arango_thinking.doctor import rights
from arango_thinking.doctor.findings import Finding, Level
from arango_thinking.doctor.patient import Patient
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store import schema
from arango_thinking.store.connection import Connection
from arango_thinking.store.records import Selection
from tests.pretending import Pretending, pretending

PASSWORD = "correct horse"
SOURCE = Selection("qa_pairs", evidence_edges="qa_relationships")


class Guarded:
    """A server with a database of its own, and a user whose rights a test chooses."""

    def __init__(self, server: Pretending, url: str) -> None:
        self.server = server
        self._root = DatabaseSettings(url=url, database="memory", password=SecretStr(PASSWORD))
        system = Connection.open(self._root.model_copy(update={"database": "_system"}))
        system.database.create_database("memory")
        system.database.create_user("etl", PASSWORD)
        self.system = system
        root = Connection.open(self._root)
        root.database.create_collection("qa_relationships", edge=True)
        schema.make(root, "qa_pairs")
        self.root = root
        self.grant("ro")
        self.grant("rw", "*")
        self.open: list[Connection] = [system, root]

    def grant(self, level: str, collection: str | None = None) -> None:
        self.system.database.update_permission("etl", level, "memory", collection)

    def patient(self, selection: Selection = SOURCE) -> Patient:
        settings = self._root.model_copy(update={"username": "etl"})
        connection = Connection.open(settings)
        self.open.append(connection)
        self.server.writes.clear()
        return Patient(connection, settings, selection)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    with pretending(tmp_path, PASSWORD) as (server, url):
        made = Guarded(server, url)
        yield made
        for connection in made.open:
            connection.close()


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name.removeprefix("rights on "): finding for finding in findings}


def silent(guarded: Guarded, *collections: str) -> None:
    """The server does not tell the rights on these."""
    for name in collections:
        place = f"GET /_api/user/etl/database/memory/{name}"
        guarded.server.replies[place] = {"code": 403, "error": True, "errorNum": 11, "errorMessage": "forbidden"}


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(
    ("source", "edges", "expected"),
    [
        ("rw", "ro", (Level.OK, Level.OK)),
        ("ro", "rw", (Level.ERROR, Level.OK)),
        ("rw", "none", (Level.OK, Level.ERROR)),
        ("none", "ro", (Level.ERROR, Level.OK)),
    ],
)
def test_what_is_needed(guarded: Guarded, told: bool, source: str, edges: str, expected: tuple[Level, Level]) -> None:
    guarded.grant(source, "qa_pairs")
    guarded.grant(edges, "qa_relationships")
    if not told:
        silent(guarded, "qa_pairs", "qa_relationships")
    found = by_name(rights.rights(guarded.patient()))
    assert (found["qa_pairs"].level, found["qa_relationships"].level) == expected
    how = "as the server says" if told else "aborting a write"
    assert how in found["qa_pairs"].what
    for finding in found.values():
        assert bool(finding.to_do) is (finding.level is Level.ERROR)


def test_ours_have_to_be_written(guarded: Guarded) -> None:
    guarded.grant("ro", schema.TRACES)
    found = by_name(rights.rights(guarded.patient()))
    assert (found[schema.TRACES].level, found[schema.RUNS].level) == (Level.ERROR, Level.OK)
    assert "Grant etl 'rw'" in found[schema.TRACES].to_do


def test_asking_changes_nothing_and_trying_only_begins_and_aborts(guarded: Guarded) -> None:
    rights.rights(guarded.patient())
    assert guarded.server.writes == []
    silent(guarded, "qa_pairs")
    rights.rights(guarded.patient())
    assert [(method, path.rpartition("/")[0]) for method, path, _ in guarded.server.writes] == [
        ("POST", "/_api/transaction"),
        ("DELETE", "/_api/transaction"),
    ]


def test_without_a_user_everything_is_permitted(patient: Patient, pretender: Pretending) -> None:
    pretender.replies["POST /_api/cursor"] = {"result": [{"user": None, "now": 0}]}
    [found] = rights.rights(patient)
    assert (found.level, "everything" in found.what) == (Level.OK, True)


def test_all_that_is_ours(guarded: Guarded) -> None:
    assert rights.own_collections(guarded.patient()).level is Level.OK


def test_what_is_missing_can_be_made_by_who_administrates(guarded: Guarded) -> None:
    guarded.root.database.delete_collection(schema.LOCKS)
    found = rights.own_collections(guarded.patient())
    assert (found.level, found.exit_code) == (Level.ERROR, 2)
    assert f"collection {schema.LOCKS}" in found.what
    guarded.grant("rw")
    found = rights.own_collections(guarded.patient())
    assert (found.level, "init" in found.to_do) == (Level.WARNING, True)


def test_an_index_that_only_has_the_name(guarded: Guarded) -> None:
    collection = guarded.root.database.collection("qa_pairs")
    [mine] = [index for index in collection.indexes() if index["name"] == "thinking_pending"]
    collection.delete_index(mine["id"])
    collection.add_index({"type": "persistent", "fields": ["elsewhere"], "name": "thinking_pending"})
    found = rights.own_collections(guarded.patient())
    assert (found.level, "has other fields: elsewhere" in found.what, "Drop it" in found.to_do) == (
        Level.ERROR,
        True,
        True,
    )


def test_a_collection_that_the_graph_does_not_name(guarded: Guarded) -> None:
    guarded.root.database.create_collection("more")
    guarded.grant("rw")
    patient = guarded.patient()
    found = rights.own_collections(replace(patient, selection=Selection("more")))
    assert "more in graph thinking_audit" in found.what
