"""Functions that take document identifiers and revisions apart."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.aql.functions.dates import moments
from arango_thinking.embedded.aql.functions.registry import NoResultError, function

#: The digits of a revision, from 0 to 63.
DIGITS = "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LONGEST_REVISION = 11
#: The last bits of a revision count the writes of one millisecond.
COUNT_BITS = 20


def _identifier(value: Any) -> tuple[str, str]:
    """The collection and the key of a document, which is given as an object or by its id."""
    identifier = value.get("_id") if isinstance(value, dict) else value
    if not isinstance(identifier, str):
        raise NoResultError
    collection, slash, key = identifier.partition("/")
    if not slash or "/" in key:
        raise NoResultError
    return collection, key


@function("PARSE_IDENTIFIER", 1)
def parse_identifier(value: Any) -> dict[str, str]:
    collection, key = _identifier(value)
    return {"collection": collection, "key": key}


@function("PARSE_KEY", 1)
def parse_key(value: Any) -> str:
    return _identifier(value)[1]


@function("PARSE_COLLECTION", 1)
def parse_collection(value: Any) -> str:
    return _identifier(value)[0]


@function("IS_SAME_COLLECTION", 2)
def is_same_collection(one: Any, other: Any) -> bool:
    return _collection(one) == _collection(other)


def _collection(value: Any) -> str:
    identifier = value.get("_id") if isinstance(value, dict) else value
    name = identifier.partition("/")[0] if isinstance(identifier, str) else ""
    if not name:
        raise NoResultError
    return name


@function("DECODE_REV", 1)
def decode_rev(revision: Any) -> dict[str, Any]:
    if not isinstance(revision, str) or len(revision) > LONGEST_REVISION:
        raise NoResultError
    number = 0
    for character in revision:
        digit = DIGITS.find(character)
        if digit < 0:
            raise NoResultError
        number = number << 6 | digit
    number &= 2**64 - 1
    if number in (0, 2**64 - 1):
        raise NoResultError
    return {"date": moments.text_of(number >> COUNT_BITS), "count": number & (1 << COUNT_BITS) - 1}
