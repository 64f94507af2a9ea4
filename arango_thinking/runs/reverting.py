"""A run that takes back what earlier runs wrote: under the lease, page by page, by compare-and-set."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import chain

from arango_thinking.documents.layouts import Document
from arango_thinking.documents.reversal import Refusal, Reversal, reversal
from arango_thinking.errors import ArangoThinkingError, ConfigurationError, LockedError, UnavailableError
from arango_thinking.runs.account import Account, Fate
from arango_thinking.store.audit import Audit, now, run_key, run_record
from arango_thinking.store.history import History
from arango_thinking.store.key_list import KeyList
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import Patch, Selection, Written
from arango_thinking.store.schema import RUNS
from arango_thinking.store.store import Store
from arango_thinking.store.write_back import WriteBack, WriteRule

PAGE = 100
#: Each page renews the lease.
LEASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Scope:
    """What to take back: the documents that one run wrote, those with some keys, those of a filter, or all."""

    collection: str | None = None
    run: str | None = None
    keys: tuple[str, ...] | None = None
    filter: str | None = None


def patch_of(found: Reversal) -> Patch:
    """The patch that takes a document back."""
    body = {name: value for name, value in found.document.items() if name not in ("_id", "_rev")}
    return Patch(found.document["_key"], found.document["_rev"], "", body)


def replacing(work_out: Callable[[Document], Reversal | Refusal]) -> WriteRule:
    """The rule that replaces whole documents; for one that changed meanwhile, it works out the content anew."""

    def anew(patch: Patch, row: Document) -> Patch | Written:
        found = work_out(row["document"])
        if isinstance(found, Refusal):
            return Written(patch.key, found.outcome, found.reason)
        if found.is_done:
            return Written(patch.key, "written", revision=row["document"]["_rev"])
        return patch_of(found)

    return WriteRule("replace_back", "replace_one", anew)


class Reverting:
    """One run that takes back what other runs wrote.

    All methods block; call them from a worker thread, which signals do not interrupt. Once `stopping` is set no further
    page is begun. Creating it raises `ConfigurationError` when the scope is not possible; nothing is written then.
    """

    def __init__(self, store: Store, scope: Scope, stopping: threading.Event | None = None) -> None:
        self.key = run_key()
        self.account = Account()
        self._stopping = stopping or threading.Event()
        self._store = store
        self._scope = scope
        self._missing = set(scope.keys or ())
        if not store.has_collection(RUNS):
            raise ConfigurationError("No run has written anything in this database: there is nothing to take back.")
        self.collection = self._collection()
        store.require(self.collection)
        if scope.filter:
            store.check_filter(Selection(self.collection, scope.filter))
        self._audit = Audit(store.connection)

    def _collection(self) -> str:
        """The collection to work on. The record of a run tells where the run wrote."""
        if self._scope.run is None:
            return self._scope.collection or ""
        wrote = str(History(self._store).run(self._scope.run)["collection"])
        if self._scope.collection not in (None, wrote):
            raise ConfigurationError(
                f"The run {self._scope.run} wrote to '{wrote}', not to '{self._scope.collection}': "
                "leave --collection out."
            )
        return wrote

    def survey(self) -> Document:
        """Count what would be taken back; nothing is written."""
        with closing(self._read()) as read:
            for page in self._pages(read):
                self.account.deferred += len(self._worked_out(page))
        self._count_missing()
        return self._figures()

    def revert(self) -> Document:
        """Take back what was chosen; returns the account. What was done is recorded, whatever ends the run.

        Raises `LockedError` when another run works on the collection.
        """
        lease = Lease(self._store.connection, self.collection, self.key, LEASE_SECONDS)
        lease.take()
        try:
            self._audit.bury_dead_runs(self.collection, self.key)
            with closing(self._read()) as read:
                first = next(read, None)
                if first is not None:
                    self._recorded(lease, chain([first], read))
                else:  # nothing to take back: the run gets no record
                    self._count_missing()
        finally:
            with suppress(UnavailableError):  # the lease expires by itself
                lease.release({})
        return self._figures()

    def _recorded(self, lease: Lease, read: Iterator[list[Document]]) -> None:
        self._audit.start_run(self._record())
        ended: Document = {"status": "interrupted"}
        try:
            for page in self._pages(read):
                self._take_back(page, lease)
            if self._stopping.is_set():
                return
            self._count_missing()
            ended = {"status": "finished"}
        except LockedError:
            ended = {}
            raise
        except ArangoThinkingError as error:
            ended = {"status": "failed", "error": str(error)[:1000]}
            raise
        finally:
            if ended:
                figures = {"finished_at": now(), "statistics": self._figures()}
                self._audit.finish_run(self.key, {**ended, **figures})

    # ------------------------------------------------------------------ documents

    def _pages(self, read: Iterator[list[Document]]) -> Iterator[list[Document]]:
        """The pages read, counted, until the run is to stop."""
        while not self._stopping.is_set() and (page := next(read, None)) is not None:
            self.account.selected += len(page)
            if self._scope.keys is not None:
                self._missing -= {row["document"]["_key"] for row in page}
            yield page

    def _read(self) -> Generator[list[Document], None, None]:
        """Pages of the documents to take back, none of them empty."""
        return self._of_documents() if self._scope.run is None else self._of_run(self._scope.run)

    def _of_run(self, run: str) -> Generator[list[Document], None, None]:
        binds = {"@collection": self.collection, "run": run, "limit": PAGE}
        after = ""
        while page := self._store.rows("written_page", {**binds, "after": after}):
            after = page[-1]["after"]
            yield page

    def _of_documents(self) -> Generator[list[Document], None, None]:
        with closing(self._keys()) as keys:
            for listed in keys.pages(PAGE):
                binds = {"@collection": self.collection, "keys": listed}
                if page := self._store.rows("enhanced_page", binds, self._scope.filter):
                    yield page

    def _keys(self) -> KeyList:
        if self._scope.keys is not None:
            return KeyList(sorted(set(self._scope.keys)))
        return self._store.connection.keys("enhanced_keys", {"@collection": self.collection}, self._scope.filter)

    def _worked_out(self, page: Sequence[Document]) -> dict[str, Reversal]:
        """How to take back the documents of a page, by their keys. The documents that are left alone are counted."""
        found: dict[str, Reversal] = {}
        for row in page:
            one = reversal(row["document"], row["traces"], self._scope.run)
            if isinstance(one, Refusal):
                self.account.count(one.outcome, row["id"], one.reason)
            else:
                found[row["document"]["_key"]] = one
        return found

    def _take_back(self, page: Sequence[Document], lease: Lease) -> None:
        found = self._worked_out(page)
        traces = {row["document"]["_key"]: row["traces"] for row in page if row["document"]}
        rule = replacing(lambda document: reversal(document, traces[document["_key"]], self._scope.run))
        writer = WriteBack(self._store.connection, self.collection, lease, rule)
        results = writer.save([patch_of(one) for one in found.values() if not one.is_done])
        done = [Written(key, "written", revision=one.document["_rev"]) for key, one in found.items() if one.is_done]
        changes: list[Document] = []
        for result in (*done, *results):
            self._count(result)
            if result.outcome == "written":
                changes += self._changes(found[result.key], result.revision)
        self._audit.change_traces(changes)

    def _count(self, result: Written) -> None:
        fate: Fate = "unchanged" if result.outcome == "gone" else result.outcome
        self.account.count(fate, f"{self.collection}/{result.key}", result.problem)

    def _changes(self, found: Reversal, revision: str | None) -> list[Document]:
        """The changes to the traces of a document that was taken back."""
        undone = [{"_key": key, "outcome": "reverted", "reverted_by": self.key} for key in found.undone]
        again = [{"_key": found.again, "outcome": "written", "revision": revision}] if found.again else []
        return [*undone, *again]

    def _count_missing(self) -> None:
        """Count the chosen keys that no page had."""
        missing = sorted(self._missing)
        rows = self._store.rows("reread", {"@collection": self.collection, "keys": missing})
        known = {row["document"]["_key"] for row in rows}
        for key in missing:
            self.account.selected += 1
            source = f"{self.collection}/{key}"
            if key in known:
                self.account.count("unchanged", source, "it is not enhanced")
            else:
                self.account.count("failed", source, "there is no such document")

    # ------------------------------------------------------------------ the record

    def _figures(self) -> Document:
        """The account, JSON-ready. Taking back asks no model, so it costs nothing."""
        return {**self.account.counts(), "cost": 0.0, **self.account.end()}

    def _record(self) -> Document:
        chosen = {"run": self._scope.run, "keys": self._scope.keys, "filter": self._scope.filter}
        return {
            **run_record(self.key, "revert", self.collection),
            "reverts": {name: value for name, value in chosen.items() if value is not None},
        }
