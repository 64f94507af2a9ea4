"""Array functions: elements, order, changes."""

from __future__ import annotations

import math
from itertools import chain, zip_longest
from typing import Any

from arango_thinking.embedded.aql import expansion
from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses import aggregates
from arango_thinking.embedded.aql.functions.registry import (
    ANY_NUMBER,
    ARGUMENT_TYPE,
    ARRAY_EXPECTED,
    NoResultError,
    array,
    function,
)
from arango_thinking.embedded.errors import ArangoError

_NOTHING = object()


def changeable(value: Any) -> list[Any]:
    """The array to change. Raises `NoResultError` with `ARGUMENT_TYPE` for any other value."""
    return array(value, ARGUMENT_TYPE)


def has(items: list[Any], item: Any) -> bool:
    return any(v.equal(one, item) for one in items)


@function("FIRST", 1)
def first(items: Any) -> Any:
    return array(items)[0] if array(items) else None


@function("LAST", 1)
def last(items: Any) -> Any:
    return array(items)[-1] if array(items) else None


@function("NTH", 2)
def nth(items: Any, position: Any) -> Any:
    index = v.to_integer(position)
    return items[index] if 0 <= index < len(array(items)) else None


@function("POSITION CONTAINS_ARRAY", 2, 3)
def position(items: Any, search: Any, return_index: Any = False) -> bool | int:
    found = next((index for index, item in enumerate(array(items)) if v.equal(item, search)), -1)
    return found if v.truth(return_index) else found >= 0


@function("SLICE", 2, 3)
def slice_of(items: Any, start: Any, count: Any = None) -> list[Any]:
    size, begin = len(changeable(items)), v.to_integer(start)
    if begin < 0:
        begin = max(0, size + begin)
    end = size
    if count is not None:
        wanted = v.to_integer(count)
        end = begin + wanted if wanted >= 0 else size + wanted
    return list(items[begin : max(begin, min(end, size))])


@function("REVERSE", 1)
def reverse(value: Any) -> Any:
    if not isinstance(value, list | str):
        raise NoResultError(ARRAY_EXPECTED)
    return value[::-1]


@function("UNIQUE", 1)
def unique(items: Any) -> list[Any]:
    return aggregates.unique(array(items))


@function("SORTED", 1)
def sorted_items(items: Any) -> list[Any]:
    return sorted(array(items), key=v.sort_key)


@function("SORTED_UNIQUE", 1)
def sorted_unique(items: Any) -> list[Any]:
    return aggregates.sorted_unique(array(items))


@function("COUNT_DISTINCT COUNT_UNIQUE", 1)
def count_distinct(items: Any) -> int:
    return aggregates.count_unique(array(items))


@function("FLATTEN", 1, 2)
def flatten(items: Any, depth: Any = 1) -> list[Any]:
    return expansion.flattened(array(items), max(1, v.to_integer(depth)))


@function("APPEND", 2, 3)
def append(items: Any, more: Any, only_new: Any = False) -> Any:
    if more is None or (isinstance(more, list) and not more):
        return items
    if items is None:
        return more
    added = more if isinstance(more, list) else [more]
    combined = [*changeable(items), *added]
    return aggregates.unique(combined) if v.truth(only_new) else combined


@function("PUSH", 2, 3)
def push(items: Any, value: Any, only_new: Any = False) -> list[Any]:
    if items is None:
        return [value]
    if v.truth(only_new) and has(changeable(items), value):
        return list(items)
    return [*changeable(items), value]


@function("UNSHIFT", 2, 3)
def unshift(items: Any, value: Any, only_new: Any = False) -> Any:
    if items is None:
        return [value]
    if v.truth(only_new) and has(changeable(items), value):
        return list(items)
    return [value, *changeable(items)]


@function("POP", 1)
def pop(items: Any) -> Any:
    return None if items is None else changeable(items)[:-1]


@function("SHIFT", 1)
def shift(items: Any) -> Any:
    return None if items is None else changeable(items)[1:]


@function("REMOVE_VALUE", 2, 3)
def remove_value(items: Any, value: Any, limit: Any = None) -> list[Any]:
    if items is None:
        return []
    left = -1 if limit is None else v.to_integer(limit)
    kept: list[Any] = []
    for item in changeable(items):
        if left != 0 and v.equal(item, value):
            left -= 1
        else:
            kept.append(item)
    return kept


@function("REMOVE_VALUES", 2)
def remove_values(items: Any, values: Any) -> Any:
    if values is None:
        return items
    if items is None:
        return []
    return [item for item in changeable(items) if not has(changeable(values), item)]


@function("REMOVE_NTH", 2)
def remove_nth(items: Any, position: Any) -> list[Any]:
    if items is None:
        return []
    place, size = v.to_number(position), len(changeable(items))
    removed = place + size if -size <= place < 0 else place
    return [item for index, item in enumerate(items) if index != math.floor(removed)]


@function("REPLACE_NTH", 3, 4)
def replace_nth(items: Any, position: Any, value: Any, padding: Any = _NOTHING) -> list[Any]:
    result = list(changeable(items))
    if position is None:
        raise ArangoError(ARGUMENT_TYPE, "REPLACE_NTH")
    index = v.to_integer(position)
    if index < 0:
        index = max(0, index + len(result))
    if index < len(result):
        result[index] = value
        return result
    if padding is _NOTHING and index > len(result):
        raise ArangoError(ARGUMENT_TYPE, "REPLACE_NTH")
    return [*result, *[padding] * (index - len(result)), value]


@function("INTERLEAVE", 2, ANY_NUMBER)
def interleave(*arrays: Any) -> list[Any]:
    rounds = zip_longest(*(array(one) for one in arrays), fillvalue=_NOTHING)
    return [item for item in chain.from_iterable(rounds) if item is not _NOTHING]
