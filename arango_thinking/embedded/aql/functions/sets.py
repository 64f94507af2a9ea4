"""Array functions that treat arrays as sets.

ArangoDB does not promise an order of the results. Where its order is predictable, it is the reverse of the input. This
engine then returns the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import chain
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses import aggregates
from arango_thinking.embedded.aql.functions.registry import ANY_NUMBER, ARGUMENT_TYPE, ARRAY_EXPECTED, array, function


def _joined(arrays: tuple[Any, ...], number: int = ARGUMENT_TYPE) -> list[Any]:
    return list(chain.from_iterable([array(one, number) for one in arrays]))


def _identities(items: Any, number: int = ARRAY_EXPECTED) -> set[Hashable]:
    return {v.identity(item) for item in array(items, number)}


@function("UNION", 2, ANY_NUMBER)
def union(*arrays: Any) -> list[Any]:
    return _joined(arrays)


@function("UNION_DISTINCT", 2, ANY_NUMBER)
def union_distinct(*arrays: Any) -> list[Any]:
    return aggregates.unique(_joined(arrays))


@function("INTERSECTION", 2, ANY_NUMBER)
def intersection(*arrays: Any) -> list[Any]:
    """The values that all arrays hold, each once."""
    common = set.intersection(*(_identities(one) for one in arrays))
    return [item for item in reversed(aggregates.unique(arrays[0])) if v.identity(item) in common]


@function("MINUS", 2, ANY_NUMBER)
def minus(items: Any, *others: Any) -> list[Any]:
    """The values that only the first array holds, each once."""
    excluded: set[Hashable] = set().union(*(_identities(one, ARGUMENT_TYPE) for one in others))
    kept = reversed(aggregates.unique(array(items, ARGUMENT_TYPE)))
    return [item for item in kept if v.identity(item) not in excluded]


@function("OUTERSECTION", 2, ANY_NUMBER)
def outersection(*arrays: Any) -> list[Any]:
    """The values that occur exactly once in all the arrays together."""
    items = _joined(arrays, ARRAY_EXPECTED)
    counts = Counter(v.identity(item) for item in items)
    return [item for item in reversed(items) if counts[v.identity(item)] == 1]


@function("JACCARD", 2)
def jaccard(one: Any, other: Any) -> Any:
    left, right = _identities(one), _identities(other)
    return v.normalized(len(left & right) / len(left | right)) if left | right else 1
