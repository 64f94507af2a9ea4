"""The entries that persistent and ttl indexes hold for a document: bytes that sort as AQL sorts the values."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.indexes.ordering import encode, encode_all
from arango_thinking.embedded.storage.records import EACH_MEMBER, JSON, Document, IndexDescription

Entries = Callable[[Document], tuple[bytes, ...]]


def entries_of(index: IndexDescription) -> Entries:
    """The function that returns a document's entries in the index: no entries when the index leaves it out."""
    if index.is_of_arrays:
        return partial(_of_arrays, index)
    return partial(_moment, index.fields[0]) if index.type == "ttl" else partial(_of_values, index)


def _moment(path: tuple[str, ...], document: Document) -> tuple[bytes, ...]:
    moment = _seconds(_value_at(document, path))
    return () if moment is None else (encode(moment),)


def _of_values(index: IndexDescription, document: Document) -> tuple[bytes, ...]:
    values = tuple(_value_at(document, path) for path in index.fields)
    return () if index.sparse and None in values else (encode_all(values),)


def _of_arrays(index: IndexDescription, document: Document) -> tuple[bytes, ...]:
    """One entry for each different combination of values. A value that is not an array has no members.

    Raises 1210 when a combination occurs twice, in a unique index that does not deduplicate.
    """
    values = [list(_values_at(document, path)) for path in index.fields]
    kept = [one for one in itertools.product(*values) if not (index.sparse and None in one)]
    found = [encode_all(one) for one in kept]
    distinct = tuple(dict.fromkeys(found))
    if index.unique and not index.tuning.deduplicate and len(distinct) < len(found):
        fields = ", ".join(".".join(path) for path in index.fields)
        raise ArangoError(1210, f"in index {index.name} of type {index.type} over '{fields}'")
    return distinct


def _value_at(document: JSON, path: tuple[str, ...]) -> JSON:
    value = document
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _values_at(value: JSON, path: tuple[str, ...]) -> Iterator[JSON]:
    for place, name in enumerate(path, 1):
        if not name.endswith(EACH_MEMBER):
            value = value.get(name) if isinstance(value, dict) else None
            continue
        members = value.get(name.removesuffix(EACH_MEMBER)) if isinstance(value, dict) else None
        for member in members if isinstance(members, list) else ():
            yield from _values_at(member, path[place:])
        return
    yield value


def _seconds(value: JSON) -> float | None:
    """The time in a ttl index's attribute, in seconds since 1970; `None` when the value is not a time.

    A number counts as seconds since 1970. A string is ISO 8601, in UTC if it names no time zone.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
