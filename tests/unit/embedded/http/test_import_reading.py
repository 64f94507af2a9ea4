from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.import_reading import (
    Empty,
    Item,
    Unreadable,
    read_array,
    read_json_lines,
    read_table,
    shown,
)


def told(items: Iterable[Item]) -> list[Any]:
    """Documents as they are, "" for an empty line, and what is wrong with the rest."""
    return ["" if item is Empty else item.problem if isinstance(item, Unreadable) else item for item in items]


def test_lines_of_json() -> None:
    assert told(read_json_lines(b'{"n":1}\r\n \n{"n":2}\n')) == [{"n": 1}, "", {"n": 2}]
    assert told(read_json_lines(b'{"n":1}\n ')) == [{"n": 1}]
    wrong, broken = told(read_json_lines(b"[1]\n{"))
    assert wrong == "at position 1: invalid JSON type (expecting object), offending document: [1]"
    assert broken.endswith("offending context: {")


def test_an_array() -> None:
    assert told(read_array(b'[{"n":1}, {"n":2}]')) == [{"n": 1}, {"n": 2}]


def test_a_table() -> None:
    table = b'["a", "b"]\n[1, 2]\n\n[null, 3]\n'
    assert told(read_table(table, ignore_missing=False)) == [{"a": 1, "b": 2}, "", {"b": 3}]


def test_rows_of_the_wrong_length() -> None:
    table = b'["a", "b"]\n[1]\n[1, 2, 3]\n{}'
    assert told(read_table(table, ignore_missing=False, first_line=7)) == [
        "at position 8: wrong number of JSON values (got 1, expected 2)",
        "at position 9: wrong number of JSON values (got 3, expected 2)",
        "at position 10: no valid JSON array data",
    ]
    assert told(read_table(table, ignore_missing=True))[:2] == [{"a": 1}, {"a": 1, "b": 2}]


@pytest.mark.parametrize("head", [b"", b"1", b"[]", b"[1]", b"["])
def test_a_table_without_names(head: bytes) -> None:
    with pytest.raises(ArangoError) as caught:
        list(read_table(head + b"\n[1]", ignore_missing=False))
    assert caught.value.message == "no JSON string array found in first line"


def test_long_documents_are_shown_in_part() -> None:
    assert shown("a" * 253) == '"' + "a" * 253 + '"'
    assert shown("a" * 300) == '"' + "a" * 254 + "..."
