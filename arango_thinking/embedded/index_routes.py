"""Routes under /_api/index."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.messages import Call, Response, success
from arango_thinking.embedded.records import CollectionInfo, IndexDescription, IndexType

_MAX_FIELDS = 32


def indexes(call: Call) -> Response:
    with call.reading() as transaction:
        collection = _collection_parameter(call)
        info = transaction.collection(collection)
        found = [_shown(info, index) for index in transaction.indexes(collection)]
    return success(indexes=found, identifiers={index["id"]: index for index in found})


def index(call: Call) -> Response:
    collection, identifier = call.names
    with call.reading() as transaction:
        info = transaction.collection(collection)
        for known in transaction.indexes(collection):
            if identifier in (known.id, known.name):
                return success(**_shown(info, known))
    raise ArangoError(1212)


def create(call: Call) -> Response:
    wanted = _wanted(call.attributes())
    with call.writing() as transaction:
        collection = transaction.collection(_collection_parameter(call))
        made, is_new = transaction.create_index(collection.name, wanted)
    return success(201 if is_new else 200, **_shown(collection, made), isNewlyCreated=is_new)


def drop(call: Call) -> Response:
    collection, identifier = call.names
    with call.writing() as transaction:
        if identifier in ("0", "primary", "1", "edge"):
            raise ArangoError(11)
        transaction.drop_index(collection, identifier)
    return success(id=f"{collection}/{identifier}")


def _collection_parameter(call: Call) -> str:
    name = call.parameter("collection")
    if not name:
        raise ArangoError(1204)
    return name


def _shown(info: CollectionInfo, index: IndexDescription) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": f"{info.name}/{index.id}",
        "type": index.type,
        "name": index.name,
        "fields": [".".join(path) for path in index.fields],
        "unique": index.unique,
        "sparse": index.sparse,
    }
    if index.type == "persistent":
        shown |= {"deduplicate": True, "estimates": True, "cacheEnabled": False}
    if index.type == "ttl":
        shown |= {"expireAfter": index.expire_after, "estimates": False}
    return shown


def _wanted(body: dict[str, Any]) -> IndexDescription:
    """The index that a request describes. What only tunes one (estimates, caches, ...) is passed over."""
    kind = _kind(body.get("type"))
    paths = _paths(body.get("fields"))
    is_ttl = kind == "ttl"
    if is_ttl and len(paths) != 1:
        raise ArangoError(10, "a ttl index has exactly one attribute")
    return IndexDescription(
        id="",
        name=_name(body.get("name")),
        type=kind,
        fields=paths,
        unique=bool(body.get("unique", False)) and not is_ttl,
        sparse=bool(body.get("sparse", False)) or is_ttl,
        expire_after=_expire_after(body.get("expireAfter")) if is_ttl else None,
    )


def _kind(given: Any) -> IndexType:
    if given == "persistent":
        return "persistent"
    if given == "ttl":
        return "ttl"
    if isinstance(given, str) and given:
        raise not_supported(f"{given} indexes")
    raise ArangoError(10, "invalid index type")


def _paths(given: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(given, list) or not 1 <= len(given) <= _MAX_FIELDS:
        raise ArangoError(10, f"expecting 1 to {_MAX_FIELDS} index attributes")
    paths = tuple(_path(attribute) for attribute in given)
    if len(set(paths)) != len(paths):
        raise ArangoError(10, "duplicate attribute name in index fields list")
    return paths


def _path(given: Any) -> tuple[str, ...]:
    if not isinstance(given, str):
        raise ArangoError(10, "index attributes are strings")
    if "[" in given:
        raise not_supported("indexes on array members ([*])")
    path = tuple(given.split("."))
    if not all(path) or given == "_id" or any(name[0] == ":" or name[-1] == ":" for name in path):
        raise ArangoError(1220, f"'{given}'")
    return path


def _name(given: Any) -> str:
    if given is None:
        return ""
    if not isinstance(given, str) or not given or given[0].isdigit() or "/" in given:
        raise ArangoError(1208)
    return given


def _expire_after(given: Any) -> float:
    if not isinstance(given, int | float) or isinstance(given, bool) or given < 0:
        raise ArangoError(10, "expireAfter attribute must be a non-negative number")
    return given


ROUTES = {
    "GET /_api/index": indexes,
    "POST /_api/index": create,
    "GET /_api/index/*/*": index,
    "DELETE /_api/index/*/*": drop,
}
