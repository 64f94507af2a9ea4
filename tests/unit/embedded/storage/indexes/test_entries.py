from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.storage.indexes.entries import entries_of
from arango_thinking.embedded.storage.indexes.ordering import encode, encode_all
from arango_thinking.embedded.storage.records import IndexDescription

NOON = 1_700_000_000


def persistent(*fields: str, sparse: bool = False) -> IndexDescription:
    paths = tuple(tuple(field.split(".")) for field in fields)
    return IndexDescription("7", "", "persistent", paths, False, sparse)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (NOON, NOON),
        (NOON + 0.5, NOON + 0.5),
        ("2023-11-14T22:13:20Z", NOON),
        ("2023-11-14T22:13:20", NOON),
        ("2023-11-14T23:13:20.000+01:00", NOON),
        (str(NOON), None),
        ("tomorrow", None),
        (True, None),
        (None, None),
    ],
)
def test_times_in_ttl_indexes(value: Any, seconds: float | None) -> None:
    index = IndexDescription("7", "", "ttl", (("at",),), False, True, expire_after=0)
    assert entries_of(index)({"at": value}) == (() if seconds is None else (encode(seconds),))


@pytest.mark.parametrize(
    ("document", "sparse", "expected"),
    [
        ({"a": 1, "b": {"c": 2}}, False, [(1, 2)]),
        ({"a": 1}, False, [(1, None)]),
        ({"a": 1}, True, []),
        ({"b": 1}, False, [(None, None)]),
    ],
)
def test_values_of_several_attributes(document: Any, sparse: bool, expected: list[Any]) -> None:
    index = persistent("a", "b.c", sparse=sparse)
    assert list(entries_of(index)(document)) == [encode_all(values) for values in expected]


@pytest.mark.parametrize(
    ("fields", "document", "expected"),
    [
        ("tags[*]", {"tags": ["x", "y", "x"]}, [("x",), ("y",)]),
        ("tags[*]", {"tags": [1, 1.0, None]}, [(1,), (None,)]),
        ("tags[*]", {"tags": []}, []),
        ("tags[*]", {"tags": "x"}, []),
        ("tags[*]", {}, []),
        ("a.tags[*].name", {"a": {"tags": [{"name": "x"}, {}, 7]}}, [("x",), (None,)]),
        ("n tags[*]", {"n": 1, "tags": ["x", "y"]}, [(1, "x"), (1, "y")]),
    ],
)
def test_members_of_arrays(fields: str, document: Any, expected: list[Any]) -> None:
    index = persistent(*fields.split())
    assert list(entries_of(index)(document)) == [encode_all(values) for values in expected]


def test_a_sparse_index_of_arrays_leaves_out_nulls() -> None:
    index = persistent("tags[*]", sparse=True)
    assert entries_of(index)({"tags": ["x", None]}) == (encode("x"),)
