"""Reads and checks the description of an index in a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.storage.content import is_name
from arango_thinking.embedded.storage.records import EACH_MEMBER, IndexDescription, IndexTuning, IndexType

_MAX_FIELDS = 32
_NOT_BUILT = ("geo", "geo1", "geo2", "fulltext", "inverted", "mdi", "mdi-prefixed", "zkd", "vector", "iresearch")


def wanted_index(body: dict[str, Any], known: Iterable[IndexDescription]) -> IndexDescription:
    """The index that the request's body describes. `known` are the indexes that the collection has.

    Raises `ArangoError` when the description is invalid. Options that only concern how an index is built are ignored.
    """
    kind = _kind(body.get("type"))
    name, paths = _name(body.get("name")), _paths(body.get("fields"))
    if kind == "ttl":
        return _ttl(name, paths, _expire_after(body.get("expireAfter")), known)
    return IndexDescription(
        id="",
        name=name,
        type=kind,
        fields=paths,
        unique=_flag(body, "unique"),
        sparse=_flag(body, "sparse"),
        tuning=IndexTuning(
            stored_values=_stored_values(body.get("storedValues")),
            deduplicate=_flag(body, "deduplicate", default=True),
            estimates=_flag(body, "estimates", default=True),
            cache_enabled=_flag(body, "cacheEnabled"),
        ),
    )


def _ttl(
    name: str, paths: tuple[tuple[str, ...], ...], expire_after: float, known: Iterable[IndexDescription]
) -> IndexDescription:
    if len(paths) != 1 or any(part.endswith(EACH_MEMBER) for part in paths[0]):
        raise ArangoError(10, "a ttl index needs exactly one attribute, which must not contain [*]")
    wanted = IndexDescription("", name, "ttl", paths, unique=False, sparse=True, expire_after=expire_after)
    for other in known:
        if other.type == "ttl" and (other.fields, other.expire_after) != (paths, expire_after):
            raise ArangoError(10, "there can only be one ttl index per collection")
    return wanted


def _kind(given: Any) -> IndexType:
    match given:
        case "persistent" | "hash" | "skiplist" | "ttl":
            kind: IndexType = given
            return kind
        case "primary" | "edge":
            raise ArangoError(11)
    if given in _NOT_BUILT:
        raise not_supported(f"{given} indexes")
    raise ArangoError(10, "invalid index type")


def _flag(body: dict[str, Any], name: str, default: bool = False) -> bool:
    """The boolean of that name, or the default when it is missing or not a boolean."""
    value = body.get(name)
    return value if isinstance(value, bool) else default


def _paths(given: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(given, list) or not 1 <= len(given) <= _MAX_FIELDS:
        raise ArangoError(10, f"expecting 1 to {_MAX_FIELDS} index attributes")
    paths = tuple(_path(attribute) for attribute in given)
    if len(set(paths)) != len(paths):
        raise ArangoError(10, "duplicate attribute name in index fields list")
    return paths


def _path(given: Any) -> tuple[str, ...]:
    if not isinstance(given, str):
        raise ArangoError(10, "index attributes must be strings")
    path = tuple(given.split("."))
    names = [name.removesuffix(EACH_MEMBER) for name in path]
    if not all(names) or any("[" in name or "]" in name or name.strip(":") != name for name in names):
        raise ArangoError(1220, f"'{given}'")
    if "_id" in names:
        raise ArangoError(1220, "_id attribute cannot be indexed")
    if len([name for name in path if name.endswith(EACH_MEMBER)]) > 1:
        raise ArangoError(10, "cannot use multiple [*] in one index attribute")
    return path


def _stored_values(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    is_list = isinstance(given, list) and len(given) <= _MAX_FIELDS
    if not is_list or not all(isinstance(name, str) and name and EACH_MEMBER not in name for name in given):
        raise ArangoError(10, f"storedValues must be an array of at most {_MAX_FIELDS} attribute names, without [*]")
    return tuple(given)


def _name(given: Any) -> str:
    if given is None:
        return ""
    if not is_name(given):
        raise ArangoError(1208)
    name: str = given
    return name


def _expire_after(given: Any) -> float:
    if not isinstance(given, int | float) or isinstance(given, bool) or given < 0:
        raise ArangoError(10, "expireAfter attribute must be a non-negative number")
    return given
