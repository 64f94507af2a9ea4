"""Routes under /_api/collection."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.messages import Call, Response, success
from arango_thinking.embedded.records import CollectionInfo
from arango_thinking.embedded.storage import Transaction

_DOCUMENTS, _EDGES = 2, 3
_LOADED = 3
#: What a collection may be created with that would change its answers, and is not built.
_UNSUPPORTED = ("schema", "computedValues")


def collections(call: Call) -> Response:
    with call.reading() as transaction:
        found = transaction.collections()
    without_system = call.flag("excludeSystem")
    return success(result=[_summary(info) for info in found if not (without_system and info.is_system)])


def create(call: Call) -> Response:
    body = call.attributes()
    name, kind = body.get("name"), body.get("type", _DOCUMENTS)
    if not isinstance(name, str) or (name.startswith("_") and not body.get("isSystem")):
        raise ArangoError(1208)
    if kind not in (_DOCUMENTS, _EDGES):
        raise ArangoError(1218)
    kept = _properties(body, {})
    with call.writing() as transaction:
        info = transaction.create_collection(name, is_edge=kind == _EDGES, properties=kept)
    return success(**_full(info))


def collection(call: Call) -> Response:
    with call.reading() as transaction:
        return success(**_summary(transaction.collection(call.names[0])))


def properties(call: Call) -> Response:
    with call.reading() as transaction:
        return success(**_full(transaction.collection(call.names[0])))


def change_properties(call: Call) -> Response:
    body = call.attributes()
    with call.writing() as transaction:
        info = transaction.collection(call.names[0])
        changed = transaction.change_collection(info.name, info.name, _properties(body, info.properties))
    return success(**_full(changed))


def rename(call: Call) -> Response:
    new_name = call.attributes().get("name")
    if not isinstance(new_name, str):
        raise ArangoError(1208)
    with call.writing() as transaction:
        info = transaction.collection(call.names[0])
        if info.is_system or new_name.startswith("_"):
            raise ArangoError(1208)
        return success(**_summary(transaction.change_collection(info.name, new_name, info.properties)))


def drop(call: Call) -> Response:
    with call.writing() as transaction:
        info = transaction.collection(call.names[0])
        if info.is_system and not call.flag("isSystem"):
            raise ArangoError(11)
        transaction.drop_collection(info.name)
    return success(id=info.id)


def truncate(call: Call) -> Response:
    with call.writing() as transaction:
        info = transaction.collection(call.names[0])
        transaction.truncate(info.name)
    return success(**_summary(info))


def count(call: Call) -> Response:
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        return success(**_full(info), count=transaction.count(info.name))


def figures(call: Call) -> Response:
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        measured = _figures(transaction, info)
        return success(**_full(info), count=transaction.count(info.name), figures=measured)


def revision(call: Call) -> Response:
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        return success(**_full(info), revision=transaction.last_revision(info.name))


def loaded(call: Call) -> Response:
    """Loading and unloading mean nothing any more in ArangoDB, and nothing here."""
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        return success(**_summary(info), count=transaction.count(info.name))


def done(call: Call) -> Response:
    """Upkeep that is asked for and not needed."""
    with call.reading() as transaction:
        transaction.collection(call.names[0])
    return success(result=True)


def no_shards(_call: Call) -> Response:
    raise ArangoError(1470)


def no_checksum(_call: Call) -> Response:
    raise not_supported("checksums of collections")


def _summary(info: CollectionInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "name": info.name,
        "status": _LOADED,
        "type": _EDGES if info.is_edge else _DOCUMENTS,
        "isSystem": info.is_system,
        "globallyUniqueId": f"h/{info.id}",
    }


def _full(info: CollectionInfo) -> dict[str, Any]:
    key_options = {"allowUserKeys": True, "type": "traditional", "lastValue": 0}
    key_options.update(info.properties.get("keyOptions", {}))
    return {
        **_summary(info),
        "statusString": "loaded",
        "waitForSync": info.properties.get("waitForSync", False),
        "cacheEnabled": info.properties.get("cacheEnabled", False),
        "keyOptions": key_options,
        "schema": None,
        "computedValues": None,
        "writeConcern": 1,
        "replicationFactor": 1,
        "numberOfShards": 1,
    }


def _figures(transaction: Transaction, info: CollectionInfo) -> dict[str, Any]:
    return {"indexes": {"count": len(transaction.indexes(info.name)), "size": 0}, "documentsSize": 0}


def _properties(body: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The properties that are kept. Those that only concern clusters and caches are passed over."""
    for name in _UNSUPPORTED:
        if body.get(name):
            raise not_supported(f"the collection property {name}")
    kept = dict(before)
    for name in ("waitForSync", "cacheEnabled"):
        if body.get(name) is not None:
            kept[name] = bool(body[name])
    if body.get("keyOptions"):
        kept["keyOptions"] = _key_options(body["keyOptions"])
    return kept


def _key_options(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ArangoError(1232)
    generator = given.get("type", "traditional")
    if generator != "traditional":
        raise not_supported(f"the key generator {generator}")
    return {"type": generator, "allowUserKeys": bool(given.get("allowUserKeys", True))}


ROUTES = {
    "GET /_api/collection": collections,
    "POST /_api/collection": create,
    "GET /_api/collection/*": collection,
    "DELETE /_api/collection/*": drop,
    "GET /_api/collection/*/properties": properties,
    "PUT /_api/collection/*/properties": change_properties,
    "GET /_api/collection/*/count": count,
    "GET /_api/collection/*/figures": figures,
    "GET /_api/collection/*/revision": revision,
    "GET /_api/collection/*/checksum": no_checksum,
    "GET /_api/collection/*/shards": no_shards,
    "PUT /_api/collection/*/rename": rename,
    "PUT /_api/collection/*/truncate": truncate,
    "PUT /_api/collection/*/load": loaded,
    "PUT /_api/collection/*/unload": loaded,
    "PUT /_api/collection/*/loadIndexesIntoMemory": done,
    "PUT /_api/collection/*/recalculateCount": done,
    "PUT /_api/collection/*/compact": done,
    "PUT /_api/collection/*/responsibleShard": no_shards,
}
