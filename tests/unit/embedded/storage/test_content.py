from __future__ import annotations

from typing import Any

import orjson
import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.content import (
    MAX_DEPTH,
    check_depth,
    check_key,
    check_vertex_id,
    is_name,
    merge,
    to_json,
    user_attributes,
)
from arango_thinking.embedded.storage.records import WriteOptions


def nested(levels: int) -> Any:
    value: Any = "end"
    for _ in range(levels):
        value = {"inner": value}
    return value


@pytest.mark.parametrize("key", ["a", "0", "_-.@()+,=;$!*':%", "k" * 254])
def test_keys_may_hold_what_arangodb_allows(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize("key", ["", "a/b", "a b", "é", "k" * 255, "a\n", "a#", 12, None, ["a"]])
def test_other_keys_are_refused(key: Any) -> None:
    with pytest.raises(ArangoError) as caught:
        check_key(key)
    assert caught.value.number == 1221


@pytest.mark.parametrize("name", ["pages", "_graphs", "qa-pairs_2", "Größe", "a b", "x" * 256])
def test_names_of_collections(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "1a", "a/b", ".a", " a", "a\0", "x" * 257, "ü" * 129, None, 3])
def test_names_that_no_collection_bears(name: Any) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("value", [None, 1, "pages", "pages/", "/a", "pages/a/b", "pages/a b", "1/a"])
def test_ends_of_edges_are_document_ids(value: Any) -> None:
    with pytest.raises(ArangoError) as caught:
        check_vertex_id(value)
    assert caught.value.number == 1233


def test_only_the_engines_own_attributes_are_taken_out() -> None:
    document = {"b": 1, "_key": "k", "_id": "x", "_rev": "r", "_from": "f", "_to": "t", "_mine": 2, "a": 3}
    assert list(user_attributes(document, is_edge=False)) == ["b", "_from", "_to", "_mine", "a"]
    assert list(user_attributes(document, is_edge=True)) == ["b", "_mine", "a"]


def test_the_deepest_document_that_is_stored() -> None:
    assert orjson.loads(to_json(nested(MAX_DEPTH))) == nested(MAX_DEPTH)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 300, 100_000])
def test_deeper_documents_are_refused(levels: int) -> None:
    for value in ({"list": [nested(levels)]}, nested(levels)):
        with pytest.raises(ArangoError) as caught:
            to_json(value)
        assert caught.value.status == 400


def test_wide_is_not_deep() -> None:
    check_depth([[{}] * 1000] * 1000)
    assert to_json({"wide": [[]] * 1000})


def test_integers_beyond_64_bits_become_floats() -> None:
    kept = {"max": 2**64 - 1, "min": -(2**63)}
    assert orjson.loads(to_json({**kept, "more": [2**64]})) == {**kept, "more": [float(2**64)]}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (WriteOptions(), {"a": {"x": 1, "y": None, "z": 3}, "b": None, "c": [1], "d": {"n": None}}),
        (WriteOptions(keep_null=False), {"a": {"x": 1, "z": 3}, "c": [1], "d": {}}),
        (WriteOptions(merge_objects=False), {"a": {"y": None, "z": 3}, "b": None, "c": [1], "d": {"n": None}}),
        (WriteOptions(keep_null=False, merge_objects=False), {"a": {"z": 3}, "c": [1], "d": {}}),
    ],
)
def test_merging_a_patch(options: WriteOptions, expected: dict[str, Any]) -> None:
    old = {"a": {"x": 1, "y": 2}, "b": 1, "c": [0, {"k": None}]}
    patch = {"a": {"y": None, "z": 3}, "b": None, "c": [1], "d": {"n": None}}
    merged = merge(old, patch, options)
    assert merged == expected
    assert list(merged) == [name for name in ("a", "b", "c", "d") if name in expected]


def test_nulls_stored_earlier_and_nulls_in_arrays_stay() -> None:
    merged = merge({"a": {"old": None}}, {"a": {"b": 1}, "c": [None]}, WriteOptions(keep_null=False))
    assert merged == {"a": {"old": None, "b": 1}, "c": [None]}
