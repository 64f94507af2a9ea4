"""Checks of what a document may hold, and the merge of a change into it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import JSON, WriteOptions

#: The attributes that the engine stores in columns: those of every document, and those of edges only.
SYSTEM_ATTRIBUTES = ("_key", "_id", "_rev")
EDGE_ATTRIBUTES = ("_from", "_to")

#: ArangoDB's own limit for nesting. The JSON encoder's limit is 254, which leaves levels for what encloses a document.
MAX_DEPTH = 200

_KEY = re.compile(r"[A-Za-z0-9_\-.@()+,=;$!*':%]{1,254}")
_FORBIDDEN_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/]")


def check_key(key: JSON) -> str:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ArangoError(1221)
    return key


def is_name(name: JSON) -> bool:
    """Whether a collection or database may have this name."""
    if not isinstance(name, str) or not name or name[0] in "0123456789." or name != name.strip():
        return False
    too_long = len(name.encode("utf-8", "surrogatepass")) > 256
    return not (too_long or _FORBIDDEN_IN_NAMES.search(name) or unicodedata.normalize("NFC", name) != name)


def check_vertex_id(value: JSON) -> str:
    """Return the value of a `_from` or `_to`. Raises 1233 unless it has the form "collection/key"."""
    if not isinstance(value, str):
        raise ArangoError(1233)
    collection, slash, key = value.partition("/")
    if not (slash and is_name(collection) and _KEY.fullmatch(key)):
        raise ArangoError(1233)
    return value


def user_attributes(document: Mapping[str, JSON], is_edge: bool) -> dict[str, Any]:
    """A copy without the attributes that the engine stores in columns. The others keep their order."""
    attributes = dict(document)
    for name in SYSTEM_ATTRIBUTES + EDGE_ATTRIBUTES if is_edge else SYSTEM_ATTRIBUTES:
        attributes.pop(name, None)
    return attributes


def to_json(attributes: dict[str, Any]) -> bytes:
    """The attributes as they are stored. Raises 600 when they are nested too deeply, or cannot be JSON."""
    try:
        text = orjson.dumps(attributes)
    except TypeError:
        check_depth(attributes)
        text = _dump_unusual(attributes)
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH:
        check_depth(attributes)
    return text


def _dump_unusual(attributes: dict[str, Any]) -> bytes:
    """The attributes as JSON. Integers beyond 64 bits become floats, as in ArangoDB."""
    try:
        return orjson.dumps(_narrowed(attributes))
    except TypeError as error:  # a lone surrogate
        raise ArangoError(600, str(error)) from error


def _narrowed(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _narrowed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_narrowed(member) for member in value]
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 64:
        return float(value)
    return value


def check_depth(value: JSON) -> None:
    """Raise 600 when arrays and objects are nested too deeply. This function does not recurse itself."""
    level = list(_members(value))
    depth = 1
    while level:
        if depth >= MAX_DEPTH and any(isinstance(member, dict | list) for member in level):
            raise ArangoError(600, f"nested more than {MAX_DEPTH} levels deep")
        level = [inner for member in level for inner in _members(member)]
        depth += 1


def _members(value: JSON) -> Iterator[JSON]:
    if isinstance(value, dict):
        return iter(value.values())
    return iter(value) if isinstance(value, list) else iter(())


def merge(old: dict[str, Any], patch: dict[str, Any], options: WriteOptions) -> dict[str, Any]:
    """The old attributes, changed by the patch. Attributes that stay keep their places."""
    merged = dict(old)
    for name, value in patch.items():
        if value is None and not options.keep_null:
            merged.pop(name, None)
        elif isinstance(value, dict):
            before = merged.get(name)
            base = before if options.merge_objects and isinstance(before, dict) else {}
            merged[name] = merge(base, value, options) if base or not options.keep_null else value
        else:
            merged[name] = value
    return merged
