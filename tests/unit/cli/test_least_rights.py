"""The README's table of rights: each command does with them, and not with less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from arango_thinking.settings import DatabaseSettings
from arango_thinking.store import schema
from arango_thinking.store.connection import Connection
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI
from tests.enhancing import enhance
from tests.pretending import pretending
from tests.unit.cli.conftest import Call, messages_document, models, write_jsonl

PASSWORD = "correct horse"
READ_ALL = {"qa_pairs": "ro", "edges": "ro", "paragraphs": "ro", **dict.fromkeys(schema.COLLECTIONS, "ro")}
#: Command -> level on the database, and on collections; a collection that is not named may not even be read.
LEAST = {
    "enhance": ("ro", {**READ_ALL, "qa_pairs": "rw", **dict.fromkeys(schema.COLLECTIONS, "rw")}),
    "sync": ("ro", {**READ_ALL, "qa_pairs": "rw", **dict.fromkeys(schema.COLLECTIONS, "rw")}),
    "dry run": ("ro", {"qa_pairs": "ro", "edges": "ro", "paragraphs": "ro"}),
    "status": ("ro", {"qa_pairs": "ro", **dict.fromkeys(schema.COLLECTIONS, "ro")}),
    "show": ("ro", {"qa_pairs": "ro", **dict.fromkeys(schema.COLLECTIONS, "ro")}),
    "revert": ("ro", {"qa_pairs": "rw", **dict.fromkeys(schema.COLLECTIONS, "rw")}),
    "retry-failed": ("ro", {"qa_pairs": "ro", **dict.fromkeys(schema.COLLECTIONS, "rw")}),
    "export": ("ro", {"qa_pairs": "ro"}),
    "import": ("ro", {"qa_pairs": "rw"}),
    "init": ("rw", {"qa_pairs": "ro", "more": "rw", **dict.fromkeys(schema.COLLECTIONS, "rw")}),
    "doctor": ("ro", {**READ_ALL, "qa_pairs": "rw", **dict.fromkeys(schema.COLLECTIONS, "rw")}),
}


class Guarded:
    """A server whose user etl has the rights that a test gives, and the commands as etl."""

    def __init__(self, url: str, cli: Call) -> None:
        self._cli, self._url = cli, url
        system = DatabaseSettings(url=url, password=SecretStr(PASSWORD))
        self._system = Connection.open(system)
        self._system.database.create_database("memory")
        self._system.database.create_user("etl", PASSWORD)
        self._root = Connection.open(system.model_copy(update={"database": "memory"}))
        database = self._root.database
        schema.make(self._root, "qa_pairs")
        for name, edge in (("paragraphs", False), ("edges", True), ("more", False)):
            database.create_collection(name, edge=edge)
        database.collection("qa_pairs").insert(messages_document("done"))
        enhance(Store(self._root), "qa_pairs", "1")
        database.collection("qa_pairs").insert(messages_document("a"))
        database.collection("paragraphs").insert({"_key": "p", "text": "A paragraph."})
        database.collection("edges").insert({"_from": "qa_pairs/a", "_to": "paragraphs/p"})

    def grant(self, level: str, collections: dict[str, str]) -> None:
        system = self._system.database
        system.update_permission("etl", level, "memory")
        for name in [name for name in schema.names(self._root) if not name.startswith("_")]:
            system.update_permission("etl", collections.get(name, "none"), "memory", name)

    def call(self, command: str, api: ChatAPI, folder: Path) -> int:
        source = write_jsonl(folder / "in.jsonl", messages_document("b"))
        arguments = {
            "enhance": ["enhance", "--evidence-edges", "edges", *models(api)],
            "sync": ["sync", "--evidence-edges", "edges", *models(api)],
            "dry run": ["enhance", "--dry-run", "--evidence-edges", "edges"],
            "status": ["status"],
            "show": ["show", "a"],
            "revert": ["revert", "--all"],
            "retry-failed": ["retry-failed", "--all"],
            "export": ["export", folder / "out.jsonl"],
            "import": ["import", source],
            "init": ["init", "--collection", "more"],
            "doctor": ["doctor", "--evidence-edges", "edges", "--no-models"],
        }[command]
        return self._cli(*arguments, "--url", self._url, "--database", "memory").returncode

    def close(self) -> None:
        self._system.close()
        self._root.close()


@pytest.fixture
def guarded(tmp_path: Path, cli: Call, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guarded]:
    monkeypatch.setenv("ARANGO_USERNAME", "etl")
    monkeypatch.setenv("ARANGO_PASSWORD", PASSWORD)
    with pretending(tmp_path, PASSWORD) as (_, url):
        made = Guarded(url, cli)
        yield made
        made.close()


@pytest.mark.parametrize("command", LEAST)
def test_with_the_least_rights_and_with_less(guarded: Guarded, command: str, api: ChatAPI, tmp_path: Path) -> None:
    level, collections = LEAST[command]
    less = {"rw": "ro", "ro": "none"}
    source = "more" if command == "init" else "qa_pairs"
    # ArangoDB itself wants "rw" for the index that init makes; the embedded server is content with its administration.
    guarded.grant(level, {**collections, source: "none" if command == "init" else less[collections[source]]})
    assert guarded.call(command, api, tmp_path) != 0
    guarded.grant(less[level], collections)
    assert guarded.call(command, api, tmp_path) != 0
    guarded.grant(level, collections)
    assert guarded.call(command, api, tmp_path) == 0
