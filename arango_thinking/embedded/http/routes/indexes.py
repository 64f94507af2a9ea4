"""Routes under /_api/index."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.index_requests import wanted_index
from arango_thinking.embedded.http.messages import Response, success
from arango_thinking.embedded.storage.records import CollectionInfo, IndexDescription
from arango_thinking.embedded.storage.transactions import Transaction

_BUILT_IN = ("0", "primary", "1", "edge")
_NO_FIGURES = {"memory": 0, "cacheInUse": False, "cacheSize": 0, "cacheUsage": 0}


def indexes(call: Call) -> Response:
    figures = {"figures": _NO_FIGURES} if call.flag("withStats") else {}
    with call.reading() as transaction:
        info = _collection(transaction, call.parameter("collection"))
        found = [
            {**_shown(info, index), **_estimate(transaction, info, index), **figures}
            for index in transaction.all_indexes(info.name)
        ]
    return success(indexes=found, identifiers={index["id"]: index for index in found})


def index(call: Call) -> Response:
    collection, identifier = call.names
    with call.reading() as transaction:
        info = _collection(transaction, collection)
        for known in transaction.all_indexes(info.name):
            if identifier in (known.id, known.name):
                return success(**_shown(info, known))
    raise ArangoError(1212)


def selectivity(call: Call) -> Response:
    with call.reading() as transaction:
        info = _collection(transaction, call.parameter("collection"))
        estimates = {}
        for known in transaction.all_indexes(info.name):
            estimate = _estimate(transaction, info, known)
            if estimate:
                estimates[f"{info.name}/{known.id}"] = estimate["selectivityEstimate"]
    return success(indexes=estimates)


def create(call: Call) -> Response:
    body = call.attributes()
    with call.writing() as transaction:
        info = _collection(transaction, call.parameter("collection"))
        wanted = wanted_index(body, transaction.all_indexes(info.name))
        try:
            made, is_new = transaction.create_index(info.name, wanted)
        except ArangoError as error:
            error.status = 400  # every error about a new index is the fault of the request
            raise
        shown = {**_shown(info, made), **_estimate(transaction, info, made)}
    return success(201 if is_new else 200, **shown, isNewlyCreated=is_new)


def drop(call: Call) -> Response:
    collection, identifier = call.names
    with call.writing() as transaction:
        info = _collection(transaction, collection)
        if identifier in _BUILT_IN:
            raise ArangoError(11)
        transaction.drop_index(info.name, identifier)
    return success(id=f"{collection}/{identifier}")


def _collection(transaction: Transaction, name: str) -> CollectionInfo:
    """The collection of that name. Unlike in all other routes, the error for a missing one does not name it."""
    try:
        return transaction.collection(name)
    except ArangoError as error:
        raise ArangoError(error.number) from error


def _shown(info: CollectionInfo, index: IndexDescription) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": f"{info.name}/{index.id}",
        "type": index.type,
        "name": index.name,
        "fields": [".".join(path) for path in index.fields],
        "unique": index.unique,
        "sparse": index.sparse,
    }
    if index.type in ("persistent", "hash", "skiplist"):
        tuning = index.tuning
        shown["deduplicate"] = tuning.deduplicate
        shown["estimates"] = tuning.estimates
        shown["cacheEnabled"] = tuning.cache_enabled
        if tuning.stored_values:
            shown["storedValues"] = list(tuning.stored_values)
    if index.type == "ttl":
        shown |= {"expireAfter": index.expire_after, "estimates": False}
    return shown


def _estimate(transaction: Transaction, info: CollectionInfo, index: IndexDescription) -> dict[str, float]:
    """The selectivity of the index; empty for a ttl index, and for one that keeps no estimates and is not unique."""
    if index.type == "ttl" or not (index.tuning.estimates or index.unique):
        return {}
    return {"selectivityEstimate": transaction.selectivity(info.name, index)}


ROUTES = {
    "GET /_api/index": indexes,
    "GET /_api/index/selectivity": selectivity,
    "POST /_api/index": create,
    "GET /_api/index/*/*": index,
    "DELETE /_api/index/*/*": drop,
}
