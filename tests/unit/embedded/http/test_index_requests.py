from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.index_requests import wanted_index


@pytest.mark.parametrize(
    ("field", "path"),
    [("a", ("a",)), ("a.b", ("a", "b")), ("a[*]", ("a[*]",)), ("a.b[*].c", ("a", "b[*]", "c")), ("_key", ("_key",))],
)
def test_attributes(field: str, path: tuple[str, ...]) -> None:
    assert wanted_index({"type": "persistent", "fields": [field]}, ()).fields == (path,)


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("", 1220),
        ("a.", 1220),
        (":a", 1220),
        ("a[0]", 1220),
        ("[*]", 1220),
        ("_id", 1220),
        ("a._id", 1220),
        ("a[*].b[*]", 10),
        (1, 10),
    ],
)
def test_attributes_that_cannot_be_indexed(field: Any, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        wanted_index({"type": "persistent", "fields": [field]}, ())
    assert caught.value.number == number


@pytest.mark.parametrize(
    "more",
    [{"storedValues": "a"}, {"storedValues": [1]}, {"storedValues": ["a[*]"]}, {"storedValues": ["a"] * 33}],
)
def test_stored_values_that_are_none(more: dict[str, Any]) -> None:
    with pytest.raises(ArangoError) as caught:
        wanted_index({"type": "persistent", "fields": ["a"], **more}, ())
    assert caught.value.number == 10


def test_flags_that_are_none_are_passed_over() -> None:
    index = wanted_index({"type": "hash", "fields": ["a"], "unique": 1, "estimates": None}, ())
    assert (index.type, index.unique, index.tuning.estimates) == ("hash", False, True)


@pytest.mark.parametrize(
    "given", [{"expireAfter": -1}, {"expireAfter": True}, {}, {"fields": ["a[*]"], "expireAfter": 1}]
)
def test_ttl_indexes_that_make_no_sense(given: dict[str, Any]) -> None:
    with pytest.raises(ArangoError) as caught:
        wanted_index({"type": "ttl", "fields": ["a"], **given}, ())
    assert caught.value.number == 10
