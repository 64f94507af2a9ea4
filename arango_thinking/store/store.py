"""The database as runs and commands see it."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store import schema
from arango_thinking.store.connection import Connection, Patience, error_number, stream, translated
from arango_thinking.store.import_problems import import_problems
from arango_thinking.store.key_list import KeyList
from arango_thinking.store.queries import query
from arango_thinking.store.records import Backlog, Imported, Pending, Selection, StalePage, key_of, same_source
from arango_thinking.store.schema import FAILURES

#: More than any collection holds.
EVERY = 2**50
_NO_COLLECTION = 1203
#: An attribute of `doc` in a filter, and what is no such: texts and quoted names.
_ATTRIBUTE = re.compile(r"\bdoc(?:\.[A-Za-z_][A-Za-z0-9_]*)+(?!\s*\()")
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`")


class Store:
    """One database. All methods block; call them from a worker thread.

    They raise `UnavailableError` when the database cannot be reached and `ConfigurationError` when it refuses.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._keeps_failures: bool | None = None

    @classmethod
    def connect(cls, settings: DatabaseSettings, patience: Patience | None = None) -> Store:
        """Open the database that `settings` names; a missing embedded file is created."""
        return cls(Connection.open(settings, patience))

    def close(self) -> None:
        self.connection.close()

    # ------------------------------------------------------------------ collections

    def initialise(self, collection: str | None = None) -> list[str]:
        """Make this package's collections, the audit graph, and the index on `collection`. Returns what was made."""
        if collection is not None:
            self.require(collection)
        return schema.make(self.connection, collection)

    def prepare_calls(self) -> None:
        """Make the journal's collection, whose calls the database removes when they expire."""
        schema.make_calls(self.connection)

    def require(self, collection: str) -> None:
        """Raises `ConfigurationError` when there is no such collection, or it is one of this package's own."""
        schema.refuse(collection)
        with translated():
            if not self.connection.database.has_collection(collection):
                raise ConfigurationError(
                    f"There is no collection '{collection}' in the database '{self.connection.database.name}'. "
                    f"`arango-thinking import FILE --collection {collection}` makes it."
                )

    def require_edges(self, collection: str) -> None:
        """Raises `ConfigurationError` when there is no such collection, or it holds documents."""
        self.require(collection)
        properties = self.connection.attempt(lambda database: database.collection(collection).properties())
        if not cast(dict[str, Any], properties)["edge"]:
            raise ConfigurationError(f"'{collection}' holds documents, not edges: correct --evidence-edges.")

    def create_collection(self, name: str, *, edge: bool) -> bool:
        """Make a collection unless it exists. Returns whether it was made."""
        schema.refuse(name)
        with translated():
            if self.connection.database.has_collection(name):
                return False
            self.connection.database.create_collection(name, edge=edge)
            return True

    # ------------------------------------------------------------------ reading

    def iterations_path(self, collection: str, layout: str | None = None) -> list[str]:
        """Where most documents of `collection` keep `thinking_iterations`: the attribute path to select by."""
        return schema.iterations_path(self.connection, collection, layout)

    def check_filter(self, selection: Selection) -> None:
        """Raises `ConfigurationError` unless the filter is one AQL expression over `doc` that cannot write."""
        text = query("filter_check").with_filter(selection.filter)
        try:
            with translated():
                plan = cast(
                    dict[str, Any],
                    self.connection.database.aql.explain(text, bind_vars={"@collection": selection.collection}),
                )
        except ConfigurationError as error:
            raise ConfigurationError(f"--filter is not an AQL expression over doc: {error}") from error
        if plan.get("isModificationQuery") or _writes(plan):
            raise ConfigurationError("--filter could write to the database; it may only read.")

    def why_none_fits(self, selection: Selection) -> str | None:
        """Why a filter leaves nothing over: no document fits it, or none has a name in it. `None` when one fits."""
        if not selection.filter or self.rows("matches", {"@collection": selection.collection}, selection.filter):
            return None
        paths = [path.split(".")[1:] for path in dict.fromkeys(_ATTRIBUTE.findall(_STRING.sub("", selection.filter)))]
        absent = self.rows("absent", {"@collection": selection.collection, "paths": paths})
        named = ", ".join("doc." + ".".join(path) for path in absent)
        return "no document fits the filter" + (f": none has {named}" if named else "")

    def pending_keys(self, selection: Selection, path: Sequence[str], limit: int = EVERY) -> KeyList:
        """The keys of pending documents, those that wait after a failure included. The caller closes the list."""
        binds = {"@collection": selection.collection, "iterations": list(path), "limit": limit}
        return self.connection.keys("pending_keys", binds, selection.filter)

    def pending(self, selection: Selection, keys: Sequence[str], config: str) -> list[Pending]:
        """Those of the documents with these keys that are still pending, in the order of the keys.

        Documents that failed with the configuration of this fingerprint are left out until they are due again.
        """
        waiting = self._waiting([f"{selection.collection}/{key}" for key in keys], config)
        binds = {"@collection": selection.collection, "keys": list(keys), "waiting": waiting}
        rows = self.rows("pending", binds, selection.filter)
        place = {key: number for number, key in enumerate(keys)}
        return self._with_evidence(selection, sorted(rows, key=lambda row: place[row["document"]["_key"]]))

    def _waiting(self, ids: Sequence[str], config: str) -> dict[str, str]:
        """The hashes of the sources that failed, by the keys of those of the documents that are not due again."""
        if not (ids and self.keeps_failures):
            return {}
        rows = self.rows("still_waiting", {"keys": [key_of(id_) for id_ in ids], "config": config})
        return {row["document"].partition("/")[2]: row["source_hash"] for row in rows}

    def count_pending(self, selection: Selection, path: Sequence[str], config: str) -> Backlog:
        """How many documents are pending, and how many of them are due."""
        binds = {"@collection": selection.collection, "iterations": list(path)}
        pending = int(self.rows("count_pending", binds, selection.filter)[0])
        waiting = 0
        if self.keeps_failures:
            failed = {"@collection": selection.collection, "source": selection.collection, "config": config}
            waiting = int(self.rows("count_waiting", failed, selection.filter)[0])
        return Backlog(pending, max(0, pending - waiting))

    def stale(self, selection: Selection, after: str, limit: int, config: str, run: str = "") -> StalePage:
        """Enhanced documents whose source changed since, among `limit` traces after the one with the key `after`.

        Traces of `run` itself are skipped, and so are documents whose thinking was edited by hand. Traces that have the
        hash of an earlier version get that of now.
        """
        binds: Document = {"@collection": selection.collection, "source": selection.collection}
        page = self.rows("stale", {**binds, "run": run, "after": after, "limit": limit}, selection.filter)[0]
        if page["earlier"]:
            self.rows("rehash_traces", {"@collection": selection.collection, "keys": page["earlier"]})
        waiting = self._waiting([row["document"]["_id"] for row in page["stale"]], config)
        due = [row for row in page["stale"] if not same_source(row, waiting.get(row["document"]["_key"]))]
        stale = tuple(replace(document, stale=True) for document in self._with_evidence(selection, due))
        return StalePage(page["last"], page["traces"], len(page["stale"]), stale)

    def revision(self, collection: str) -> str:
        """The revision of the collection as a whole; it changes whenever a document is written."""
        return str(self.connection.attempt(lambda database: database.collection(collection).revision()))

    @property
    def keeps_failures(self) -> bool:
        """Whether failures are recorded; before `init` none are."""
        if self._keeps_failures is None:
            self._keeps_failures = self.has_collection(FAILURES)
        return self._keeps_failures

    def _with_evidence(self, selection: Selection, rows: Sequence[Document]) -> list[Pending]:
        evidence = self._evidence(selection.evidence_edges, [row["document"]["_id"] for row in rows])
        return [
            Pending(row["document"], row["source_hash"], row["state_hash"], evidence.get(row["document"]["_id"], ()))
            for row in rows
        ]

    def _evidence(self, edges: str | None, ids: list[str]) -> dict[str, tuple[str, ...]]:
        if edges is None or not ids:
            return {}
        links = self.rows("evidence_edges", {"@edges": edges, "ids": ids})
        texts = self._paragraphs({link["paragraph"] for link in links})
        found: dict[str, dict[str, None]] = {}
        for link in links:
            if link["paragraph"] in texts:
                found.setdefault(link["document"], {})[texts[link["paragraph"]]] = None
        return {id_: tuple(paragraphs) for id_, paragraphs in found.items()}

    def _paragraphs(self, ids: Iterable[str]) -> dict[str, str]:
        """The texts of source paragraphs, by their `_id`; those that do not exist or have no text are left out."""
        keys: dict[str, list[str]] = {}
        for id_ in ids:
            collection, _, key = id_.partition("/")
            keys.setdefault(collection, []).append(key)
        texts: dict[str, str] = {}
        for collection, some in keys.items():
            try:
                rows = self.rows("paragraphs", {"@collection": collection, "keys": some})
            except ConfigurationError as error:
                if error_number(error) != _NO_COLLECTION:
                    raise
                rows = []
            texts |= {row["id"]: row["text"] for row in rows}
        return texts

    def holds_questions(self, collection: str) -> bool:
        """Whether the collection exists and has Q&A documents among its first documents."""
        if not self.has_collection(collection):
            return False
        shapes = self.rows("layout_sample", {"@collection": collection, "limit": schema.LAYOUT_SAMPLE})
        return any(shape["messages"] or shape["flat"] for shape in shapes)

    def has_collection(self, name: str) -> bool:
        return self.connection.attempt(lambda database: bool(database.has_collection(name)))

    def export(
        self, selection: Selection, *, only_enhanced: bool = False, only_converged: bool = False
    ) -> Generator[Document, None, None]:
        """All documents in key order, streamed."""
        binds = {
            "@collection": selection.collection,
            "only_enhanced": only_enhanced,
            "only_converged": only_converged,
        }
        text = query("export").with_filter(selection.filter)
        # An export that is given up must not leave its cursor open on the server.
        with translated(), stream(self.connection.database, text, binds, 1000) as rows:
            yield from rows

    def rows(self, name: str, binds: Mapping[str, Any], filter_: str | None = None) -> list[Any]:
        """Run the query of that name in aql/, and return its rows."""
        return self.connection.rows(name, binds, filter_)

    def import_documents(self, collection: str, documents: Sequence[Document], on_duplicate: OnDuplicate) -> Imported:
        """Import documents in bulk; problems name the position in `documents`."""
        with translated():
            reply = cast(
                dict[str, Any],
                self.connection.database.collection(collection).import_bulk(
                    list(documents), on_duplicate=str(on_duplicate), details=True, halt_on_error=False
                ),
            )
        problems = import_problems(reply.get("details") or (), len(documents))
        return Imported(reply["created"], reply["updated"], reply["ignored"], problems)


def _writes(plan: Mapping[str, Any]) -> bool:
    kinds = {"InsertNode", "UpdateNode", "ReplaceNode", "RemoveNode", "UpsertNode"}
    return any(node.get("type") in kinds for node in plan.get("nodes", ()))
