"""Documents that the contract tests put in, and how they look at them."""

from __future__ import annotations

from typing import Any, cast

from arango.database import StandardDatabase

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.store.records import Imported, Patch, Pending, Selection
from arango_thinking.store.store import Store
from tests.contract.conftest import COLLECTION
from tests.pending import all_pending

#: The fingerprint of some configuration.
CONFIG = "fingerprint"
ALL = Selection(COLLECTION)
AT_TOP = ["thinking_iterations"]
IN_METADATA = ["metadata", "thinking_iterations"]
EDGES = "qa_relationships"
PARAGRAPHS = "document_objects"


def flat(key: str, **fields: Any) -> Document:
    return {"_key": key, "question": f"What is {key}?", "answer": key, "thinking": "old", **fields}


def messages(key: str, **metadata: Any) -> Document:
    said = [{"role": "user", "content": f"What is {key}?"}, {"role": "assistant", "content": key}]
    return {"_key": key, "messages": said, "metadata": {"thinking": "old", "topic": "letters", **metadata}}


def put(store: Store, *documents: Document, collection: str = COLLECTION) -> None:
    imported = store.import_documents(collection, documents, OnDuplicate.ERROR)
    assert imported == Imported(len(documents), 0, 0, ())


def pending_keys(store: Store, selection: Selection = ALL, page: int = 100) -> list[str]:
    return sorted(pending.document["_key"] for pending in all_pending(store, selection, CONFIG, page=page))


def one_pending(store: Store, selection: Selection = ALL) -> Pending:
    [pending] = all_pending(store, selection, CONFIG, store.iterations_path(COLLECTION))
    return pending


def patch_of(pending: Pending, body: Document | None = None) -> Patch:
    document = pending.document
    written = {"thinking": "new", "thinking_iterations": 2, "thinking_converged": True}
    return Patch(document["_key"], document["_rev"], pending.state_hash, body or written, pending.source_hash)


def stored(database: StandardDatabase, key: str, collection: str = COLLECTION) -> Document:
    document = cast(Document, database.collection(collection).get(key))
    return {name: value for name, value in document.items() if name not in ("_id", "_rev")}
