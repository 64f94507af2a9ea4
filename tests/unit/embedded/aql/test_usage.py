"""The order in which a query uses collections."""

from __future__ import annotations

import pytest

from arango_thinking.embedded.aql.parsing.parser import parse_tree
from arango_thinking.embedded.aql.scoping import resolve
from arango_thinking.embedded.aql.usage import Usage
from arango_thinking.embedded.errors import ArangoError


def usage(text: str) -> Usage:
    return Usage.of(resolve(parse_tree(text))[0])


def test_reads_and_writes() -> None:
    text = "FOR a IN one LET b = (FOR c IN two RETURN c) FOR v IN OUTBOUND a three"
    found = usage(text + " INSERT a INTO @@four RETURN LENGTH(five)")
    assert [collection.name for collection in found.read] == ["one", "two", "three", "five"]
    assert [collection.name for collection in found.written] == ["@four"]


@pytest.mark.parametrize(
    ("text", "is_allowed"),
    [
        ("FOR d IN a REMOVE d IN a RETURN OLD", True),
        ("FOR d IN a INSERT (FOR x IN b RETURN x)[0] INTO b", True),
        ("FOR d IN a INSERT d INTO b REMOVE d IN a", True),
        ("FOR d IN a INSERT d INTO b FOR x IN b RETURN x", False),
        ("FOR d IN a INSERT d INTO b RETURN (FOR x IN b RETURN x)", False),
        ("FOR d IN a INSERT d INTO b INSERT d INTO b", False),
        ("FOR d IN a INSERT d INTO b FOR v IN OUTBOUND d c RETURN v", False),
        ("FOR d IN a INSERT d INTO b RETURN DOCUMENT(d._id)", False),
        ("LET x = (INSERT {} INTO b RETURN NEW) FOR d IN b RETURN d", False),
    ],
)
def test_nothing_is_used_after_it_was_written(text: str, is_allowed: bool) -> None:
    numbers = []
    try:
        usage(text).check(lambda collection: collection.name)
    except ArangoError as error:
        numbers.append(error.number)
    assert numbers == ([] if is_allowed else [1579])
