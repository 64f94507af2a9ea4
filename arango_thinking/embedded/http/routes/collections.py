"""Routes under /_api/collection."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.errors import ArangoError, not_supported, said
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, success
from arango_thinking.embedded.storage.catalogue import GRAPHS
from arango_thinking.embedded.storage.checksums import checksum_of
from arango_thinking.embedded.storage.graphs import check_unused, stored_graph
from arango_thinking.embedded.storage.keys import GENERATORS, key_options
from arango_thinking.embedded.storage.records import CollectionInfo
from arango_thinking.embedded.storage.schemas import schema_property
from arango_thinking.embedded.storage.transactions import Transaction

_DOCUMENTS, _EDGES = 2, 3
_TYPES = {_DOCUMENTS: _DOCUMENTS, "document": _DOCUMENTS, _EDGES: _EDGES, "edge": _EDGES}
_LOADED = 3
_GET = "'checksum', 'count', 'figures', 'properties', 'responsibleShard', 'revision', 'shards'"
_PUT = "'load', 'unload', 'truncate', 'properties', 'compact', 'rename', 'loadIndexesIntoMemory'"


def collections(call: Call) -> Response:
    with call.reading() as transaction:
        found = transaction.collections()
    without_system = call.flag("excludeSystem")
    return success(result=[_summary(info) for info in found if not (without_system and info.is_system)])


def create(call: Call) -> Response:
    body = call.json()
    if not isinstance(body, dict):
        raise ArangoError(1208)
    name, given_type = body.get("name"), body.get("type", _DOCUMENTS)
    if not isinstance(name, str) or (name.startswith("_") and not body.get("isSystem")):
        raise ArangoError(1208)
    kind = _TYPES.get(given_type) if isinstance(given_type, int | str) else None
    if kind is None:
        raise ArangoError(1218)
    kept = _properties(body, {})
    if body.get("keyOptions") is not None:
        kept["keyOptions"] = key_options(body["keyOptions"])
    with call.writing() as transaction:
        info = transaction.create_collection(name, is_edge=kind == _EDGES, properties=kept)
    return success(**_full(info))


def collection(call: Call) -> Response:
    with call.reading() as transaction:
        return success(**_summary(transaction.collection(call.names[0])))


def properties(call: Call) -> Response:
    with call.reading() as transaction:
        return _located(call, **_full(transaction.collection(call.names[0])))


def change_properties(call: Call) -> Response:
    body = _options(call)
    with call.writing() as transaction:
        info = transaction.collection(call.names[0])
        changed = transaction.change_collection(info.name, info.name, _properties(body, info.properties))
    return _located(call, **_full(changed))


def rename(call: Call) -> Response:
    new_name = _options(call).get("name")
    with call.writing() as transaction:
        info = transaction.collection(call.names[0])
        if not isinstance(new_name, str):
            raise said(1208, "name is empty")
        if info.is_system or new_name.startswith("_"):
            raise ArangoError(1208)
        renamed = transaction.change_collection(info.name, new_name, info.properties)
    return _located(call, **_summary(renamed))


def drop(call: Call) -> Response:
    with call.writing() as transaction:
        info = transaction.collection(call.names[0])
        if info.is_system and not call.flag("isSystem"):
            raise ArangoError(11)
        check_unused(info.name, [stored_graph(document) for document in transaction.scan(GRAPHS)])
        transaction.drop_collection(info.name)
    return success(id=info.id)


def truncate(call: Call) -> Response:
    with call.writing() as transaction:
        info = transaction.collection(call.names[0])
        transaction.truncate(info.name)
    return _located(call, **_summary(info))


def count(call: Call) -> Response:
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        return _located(call, **_full(info), count=transaction.count(info.name))


def figures(call: Call) -> Response:
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        number = transaction.count(info.name)
        measured = _figures(transaction, info)
        if call.flag("details"):
            measured["engine"] = {"documents": number, "indexes": _index_figures(transaction, info, number)}
        return _located(call, **_full(info), count=number, figures=measured)


def revision(call: Call) -> Response:
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        return _located(call, **_full(info), revision=transaction.last_revision(info.name))


def checksum(call: Call) -> Response:
    with_revisions, with_data = call.flag("withRevisions"), call.flag("withData")
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        result = checksum_of(transaction.scan(info.name), with_revisions=with_revisions, with_data=with_data)
        return _located(call, **_summary(info), revision=transaction.last_revision(info.name), checksum=result)


def load(call: Call) -> Response:
    """Loading a collection does nothing, here and in ArangoDB 3.12. But the answer says how many documents it has."""
    wants_count = _options(call).get("count", True) is True
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        counted = {"count": transaction.count(info.name)} if wants_count else {}
    return _located(call, **_summary(info), **counted)


def unload(call: Call) -> Response:
    """Unloading and compacting a collection do nothing here."""
    with call.reading() as transaction:
        return _located(call, **_summary(transaction.collection(call.names[0])))


def load_indexes(call: Call) -> Response:
    with call.reading() as transaction:
        transaction.collection(call.names[0])
    return _located(call, result=True)


def recalculate_count(call: Call) -> Response:
    """Answer with the number of documents. It is never wrong here, so nothing needs to be corrected."""
    with call.reading() as transaction:
        return _located(call, result=True, count=transaction.count(call.names[0]))


def no_shards(call: Call) -> Response:
    """A single server has no shards. ArangoDB answers with an internal error to a request for them."""
    with call.reading() as transaction:
        transaction.collection(call.names[0])
    raise ArangoError(4)


def no_responsible_shard(call: Call) -> Response:
    with call.reading() as transaction:
        transaction.collection(call.names[0])
    raise ArangoError(1471)


def unknown_resource(call: Call) -> Response:
    with call.reading() as transaction:
        transaction.collection(call.names[0])
    raise said(404, f"expecting one of the resources {_GET}")


def unknown_action(call: Call) -> Response:
    with call.reading() as transaction:
        transaction.collection(call.names[0])
    raise said(404, f"expecting one of the actions {_PUT}")


def key_generators(_call: Call) -> Response:
    return success(keyGenerators=list(GENERATORS))


def _options(call: Call) -> dict[str, Any]:
    """The body, or an empty object when the body is not an object."""
    body = call.json()
    return body if isinstance(body, dict) else {}


def _located(call: Call, **attributes: Any) -> Response:
    """An answer with a `location` header, which old clients expect in answers about parts of a collection."""
    response = success(**attributes)
    response.headers["location"] = call.location
    return response


def _summary(info: CollectionInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "name": info.name,
        "status": _LOADED,
        "type": _EDGES if info.is_edge else _DOCUMENTS,
        "isSystem": info.is_system,
        "globallyUniqueId": info.name if info.is_system else f"h0/{info.id}",
    }


def _full(info: CollectionInfo) -> dict[str, Any]:
    default_keys = {"allowUserKeys": True, "type": "traditional", "lastValue": 0}
    return {
        **_summary(info),
        "statusString": "loaded",
        "waitForSync": info.properties.get("waitForSync", False),
        "cacheEnabled": info.properties.get("cacheEnabled", False),
        "keyOptions": info.properties.get("keyOptions", default_keys),
        "schema": info.properties.get("schema"),
        "computedValues": None,
        "syncByRevision": True,
        "usesRevisionsAsDocumentIds": True,
        "internalValidatorType": 0,
        "isSmartChild": False,
        "objectId": info.id,
        "writeConcern": 1,
    }


def _figures(transaction: Transaction, info: CollectionInfo) -> dict[str, Any]:
    return {
        "indexes": {"count": len(transaction.all_indexes(info.name)), "size": 0},
        "documentsSize": transaction.size(info.name),
        "cacheInUse": False,
        "cacheSize": 0,
        "cacheUsage": 0,
    }


def _index_figures(transaction: Transaction, info: CollectionInfo, documents: int) -> list[dict[str, Any]]:
    """The collection's indexes, with ArangoDB's names for their types and the number of their entries."""
    found = []
    for index in transaction.all_indexes(info.name):
        kind = "rocksdb-persistent" if index.type == "persistent" else index.type
        found.append({"type": kind, "id": int(index.id), "count": documents})
    return found


def _properties(body: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The properties to store: those in `before`, changed by those in the body.

    Raises 9 for computed values. Ignores the properties that only concern clusters and caches.
    """
    if body.get("computedValues"):
        raise not_supported("the collection property computedValues")
    kept = dict(before)
    for name in ("waitForSync", "cacheEnabled"):
        if body.get(name) is not None:
            kept[name] = bool(body[name])
    if "schema" in body:
        kept["schema"] = schema_property(body["schema"])
    return kept


ROUTES = {
    "GET /_api/key-generators": key_generators,
    "GET /_api/collection": collections,
    "POST /_api/collection": create,
    "GET /_api/collection/*": collection,
    "DELETE /_api/collection/*": drop,
    "GET /_api/collection/*/properties": properties,
    "PUT /_api/collection/*/properties": change_properties,
    "GET /_api/collection/*/count": count,
    "GET /_api/collection/*/figures": figures,
    "GET /_api/collection/*/revision": revision,
    "GET /_api/collection/*/checksum": checksum,
    "GET /_api/collection/*/shards": no_shards,
    "GET /_api/collection/*/*": unknown_resource,
    "PUT /_api/collection/*/rename": rename,
    "PUT /_api/collection/*/truncate": truncate,
    "PUT /_api/collection/*/load": load,
    "PUT /_api/collection/*/unload": unload,
    "PUT /_api/collection/*/compact": unload,
    "PUT /_api/collection/*/loadIndexesIntoMemory": load_indexes,
    "PUT /_api/collection/*/recalculateCount": recalculate_count,
    "PUT /_api/collection/*/responsibleShard": no_responsible_shard,
    "PUT /_api/collection/*/*": unknown_action,
}
