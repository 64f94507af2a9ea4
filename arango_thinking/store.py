"""The database as the pipeline sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping, Sequence
from typing import Any, cast

from arango.cursor import Cursor
from arango.exceptions import ArangoServerError, DocumentInsertError, DocumentUpdateError

from arango_thinking.choices import OnDuplicate
from arango_thinking.connection import Connection, translated
from arango_thinking.details import import_problems
from arango_thinking.errors import ArangoThinkingError, ConfigurationError
from arango_thinking.queries import query
from arango_thinking.selection import Document, Imported, Patch, Pending, Selection, Written
from arango_thinking.settings import DatabaseSettings

RUNS, TRACES, LINKS, FAILURES, LOCKS, CALLS = (
    f"thinking_{name}" for name in ("runs", "traces", "links", "failures", "locks", "calls")
)
AUDIT_GRAPH = "thinking_audit"
_LAYOUT_SAMPLE = 100
_CONFLICT = 1200
_NOT_FOUND = 1202
_IN_METADATA = ["metadata", "thinking_iterations"]
_AT_TOP = ["thinking_iterations"]


class Store:
    """One database. All methods block; call them from a worker thread.

    They raise `UnavailableError` when the database cannot be reached and `ConfigurationError` when it refuses.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._database = connection.database

    @classmethod
    def connect(cls, settings: DatabaseSettings) -> Store:
        """Open the database that `settings` names; a missing embedded file is created."""
        return cls(Connection.open(settings))

    def close(self) -> None:
        self._connection.close()

    # ------------------------------------------------------------------ what is ours

    def initialise(self, collection: str | None = None) -> list[str]:
        """Make our collections, the audit graph and, for `collection`, its index. Returns what was made."""
        made = []
        if collection is not None:
            self.require(collection)
        with translated():
            for name in (RUNS, TRACES, LINKS, FAILURES, LOCKS, CALLS):
                if not self._database.has_collection(name):
                    self._database.create_collection(name, edge=name == LINKS)
                    made.append(f"collection {name}")
            if not self._database.has_graph(AUDIT_GRAPH):
                vertices = [*([collection] if collection else []), TRACES, RUNS]
                definition = {
                    "edge_collection": LINKS,
                    "from_vertex_collections": vertices[:-1],
                    "to_vertex_collections": vertices[-2:],
                }
                self._database.create_graph(AUDIT_GRAPH, edge_definitions=[definition])
                made.append(f"graph {AUDIT_GRAPH}")
            if collection is not None:
                made += self._index(collection)
        return made

    def prepare_calls(self) -> None:
        """Make the journal's collection, whose calls the database removes when they expire."""
        self.create_collection(CALLS, edge=False)
        with translated():
            self._database.collection(CALLS).add_index(
                {"type": "ttl", "fields": ["expires_at"], "expireAfter": 0, "name": "thinking_calls_expire"}
            )

    def _index(self, collection: str) -> list[str]:
        path = self.iterations_path(collection)
        fields = [".".join(path), "_key"]
        # Named by its fields: a collection that was empty at first may turn out to keep its thinking elsewhere.
        name = "thinking_pending" if path == _IN_METADATA else "thinking_pending_flat"
        result = self._database.collection(collection).add_index(
            {
                "type": "persistent",
                "fields": fields,
                "name": name,
                "inBackground": True,
            }
        )
        new = cast(dict[str, Any], result).get("new") or cast(dict[str, Any], result).get("isNewlyCreated")
        return [f"index on {collection} ({', '.join(fields)})"] if new else []

    def require(self, collection: str) -> None:
        """Raises `ConfigurationError` when there is no such collection."""
        with translated():
            if not self._database.has_collection(collection):
                raise ConfigurationError(
                    f"There is no collection '{collection}' in the database '{self._database.name}'."
                )

    def create_collection(self, name: str, *, edge: bool) -> bool:
        """Make a collection unless it is there. Returns whether it was made."""
        with translated():
            if self._database.has_collection(name):
                return False
            self._database.create_collection(name, edge=edge)
            return True

    # ------------------------------------------------------------------ reading

    def iterations_path(self, collection: str, layout: str | None = None) -> list[str]:
        """Where most documents of `collection` keep `thinking_iterations`: the attribute path to select by."""
        if layout is not None:
            return _IN_METADATA if layout == "messages" else _AT_TOP
        shapes = self.rows("layout_sample", {"@collection": collection, "limit": _LAYOUT_SAMPLE})
        flat = [shape for shape in shapes if shape["flat"] and not shape["messages"]]
        return _AT_TOP if len(flat) * 2 > len(shapes) else _IN_METADATA

    def check_filter(self, selection: Selection) -> None:
        """Raises `ConfigurationError` unless the filter is one AQL expression over `doc` that cannot write."""
        text = query("filter_check").with_filter(selection.filter)
        try:
            with translated():
                plan = cast(
                    dict[str, Any],
                    self._database.aql.explain(text, bind_vars={"@collection": selection.collection}),
                )
        except ConfigurationError as error:
            raise ConfigurationError(f"--filter is not an AQL expression over doc: {error}") from error
        if plan.get("isModificationQuery") or _writes(plan):
            raise ConfigurationError("--filter could write to the database; it may only read.")

    def pending(self, selection: Selection, after: str, limit: int, path: Sequence[str]) -> list[Pending]:
        """A keyset page: at most `limit` pending documents whose key comes after `after`, in key order."""
        binds = {
            "@collection": selection.collection,
            "iterations": list(path),
            "after": after,
            "limit": limit,
        }
        rows = self.rows("pending", binds, selection.filter)
        evidence = self._evidence(selection.evidence_edges, [row["document"]["_id"] for row in rows])
        return [
            Pending(row["document"], row["source_hash"], row["state_hash"], evidence.get(row["document"]["_id"], ()))
            for row in rows
        ]

    def count_pending(self, selection: Selection, path: Sequence[str]) -> int:
        """How many documents are pending."""
        binds = {"@collection": selection.collection, "iterations": list(path)}
        return int(self.rows("count_pending", binds, selection.filter)[0])

    def _evidence(self, edges: str | None, ids: list[str]) -> dict[str, tuple[str, ...]]:
        if edges is None or not ids:
            return {}
        rows = self.rows("evidence", {"@edges": edges, "ids": ids})
        return {row["id"]: tuple(dict.fromkeys(row["paragraphs"])) for row in rows}

    def status(self, collection: str) -> list[Document]:
        """Rows of state ("pending", "converged", "unconverged"), documents and iterations."""
        return self.rows("status", {"@collection": collection})

    def last_runs(self, collection: str, limit: int) -> list[Document]:
        """The latest runs on a collection, newest first; none when `init` never ran."""
        if not self.has_collection(RUNS):
            return []
        return self.rows("last_runs", {"source": collection, "limit": limit})

    def holds_questions(self, collection: str) -> bool:
        """Whether the collection is there and its first documents are Q&A documents."""
        if not self.has_collection(collection):
            return False
        shapes = self.rows("layout_sample", {"@collection": collection, "limit": _LAYOUT_SAMPLE})
        return any(shape["messages"] or shape["flat"] for shape in shapes)

    def has_collection(self, name: str) -> bool:
        with translated():
            return bool(self._database.has_collection(name))

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
        with translated():
            cursor = self._database.aql.execute(
                text, bind_vars=cast(Any, binds), batch_size=1000, stream=True, ttl=cast(Any, 600)
            )
            # An export that is given up must not leave its cursor open on the server.
            with cast(Cursor, cursor) as rows:
                yield from rows

    def rows(self, name: str, binds: Mapping[str, Any], filter_: str | None = None) -> list[Any]:
        """What the query of that name in aql/ gives."""
        return self._connection.rows(name, binds, filter_)

    # ------------------------------------------------------------------ writing

    def save(self, collection: str, patches: Sequence[Patch]) -> list[Written]:
        """Write patches to documents that are still as they were read.

        A document that changed since is read again: when question, answer, context and thinking are the same, the
        patch goes to the new revision, else it is "conflicted".
        """
        results = self._update(collection, patches)
        retried = [patch for patch in patches if results[patch.key].outcome == "conflicted"]
        if retried:
            results |= self._update(collection, self._rebased(collection, retried))
        return [results[patch.key] for patch in patches]

    def _update(self, collection: str, patches: Sequence[Patch]) -> dict[str, Written]:
        if not patches:
            return {}
        bodies = [{"_key": patch.key, "_rev": patch.revision, **patch.body} for patch in patches]
        with translated():
            replies = self._database.collection(collection).update_many(
                bodies, check_rev=True, merge=True, keep_none=True, silent=False
            )
        return {
            patch.key: _written(patch.key, reply)
            for patch, reply in zip(patches, cast(list[Any], replies), strict=True)
        }

    def _rebased(self, collection: str, patches: Sequence[Patch]) -> list[Patch]:
        rows = self.rows("reread", {"@collection": collection, "keys": [patch.key for patch in patches]})
        now = {row["document"]["_key"]: row for row in rows}
        return [
            Patch(patch.key, now[patch.key]["document"]["_rev"], patch.state_hash, patch.body)
            for patch in patches
            if patch.key in now and now[patch.key]["state_hash"] == patch.state_hash
        ]

    def import_documents(self, collection: str, documents: Sequence[Document], on_duplicate: OnDuplicate) -> Imported:
        """Bulk import; problems name the position in `documents`."""
        with translated():
            reply = cast(
                dict[str, Any],
                self._database.collection(collection).import_bulk(
                    list(documents), on_duplicate=str(on_duplicate), details=True, halt_on_error=False
                ),
            )
        problems = import_problems(reply.get("details") or (), len(documents))
        return Imported(reply["created"], reply["updated"], reply["ignored"], problems)

    # ------------------------------------------------------------------ runs and traces

    def start_run(self, run: Document) -> None:
        """Record a run under its `_key`."""
        with translated():
            self._database.collection(RUNS).insert(run, silent=True)

    def finish_run(self, key: str, patch: Document) -> None:
        """Add to a recorded run."""
        with translated():
            self._database.collection(RUNS).update({"_key": key, **patch}, silent=True)

    def record_traces(self, traces: Sequence[Document], run: str) -> None:
        """Store traces, each linked from its document (`document` holds its `_id`) and to its run."""
        if not traces:
            return
        links = [
            {"_from": ends[0], "_to": ends[1]}
            for trace in traces
            for ends in (
                (trace["document"], f"{TRACES}/{trace['_key']}"),
                (f"{TRACES}/{trace['_key']}", f"{RUNS}/{run}"),
            )
        ]
        with translated():
            self._insert_all(TRACES, traces)
            self._insert_all(LINKS, links)

    def _insert_all(self, collection: str, documents: Sequence[Document]) -> None:
        replies = self._database.collection(collection).insert_many(list(documents))
        for reply in cast(list[Any], replies):
            if isinstance(reply, DocumentInsertError):
                raise ArangoThinkingError(f"{collection}: {reply.error_message}")

    def record_failures(self, failures: Mapping[str, Document]) -> None:
        """Note failed documents by `_id`, with what went wrong; attempts are counted."""
        rows = [{"_key": failure_key(id_), "document": id_, **failure} for id_, failure in failures.items()]
        if rows:
            self.rows("record_failures", {"failures": rows})

    def clear_failures(self, ids: Sequence[str]) -> None:
        """Forget the failures of these documents."""
        if ids:
            self.rows("clear_failures", {"keys": [failure_key(id_) for id_ in ids]})


def failure_key(id_: str) -> str:
    """The `_key` of a document's record in `thinking_failures`."""
    return hashlib.sha256(id_.encode()).hexdigest()[:32]


def _written(key: str, reply: object) -> Written:
    if not isinstance(reply, DocumentUpdateError | ArangoServerError):
        return Written(key, "written")
    said = f"ArangoDB error {reply.error_code}: {reply.error_message}"
    if reply.error_code == _CONFLICT:
        return Written(key, "conflicted", said)
    return Written(key, "gone" if reply.error_code == _NOT_FOUND else "failed", said)


def _writes(plan: Mapping[str, Any]) -> bool:
    kinds = {"InsertNode", "UpdateNode", "ReplaceNode", "RemoveNode", "UpsertNode"}
    return any(node.get("type") in kinds for node in plan.get("nodes", ()))
