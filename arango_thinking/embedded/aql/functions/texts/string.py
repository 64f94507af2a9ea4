"""String functions. Like ArangoDB, they cast other values to strings."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import (
    ANY_NUMBER,
    ARGUMENT_NUMBER,
    RESOURCE_LIMIT,
    NoResultError,
    function,
)
from arango_thinking.embedded.aql.functions.texts.patterns import like_pattern

WHITESPACE = "\r\n\t "
BAD_PARAMETER = 10
MOST_REPEATED = 16 * 1024 * 1024


def _pieces(values: tuple[Any, ...]) -> Iterator[str]:
    """The values as text, without nulls. A single array stands for its members."""
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return (v.to_string(item) for item in items if item is not None)


@function("CONCAT", 1, ANY_NUMBER)
def concat(*values: Any) -> str:
    return "".join(_pieces(values))


@function("CONCAT_SEPARATOR", 2, ANY_NUMBER)
def concat_separator(separator: Any, *values: Any) -> str:
    return v.to_string(separator).join(_pieces(values))


@function("CHAR_LENGTH", 1)
def char_length(value: Any) -> int:
    """The number of characters. For arrays and objects it is the number of bytes of their JSON, as in ArangoDB."""
    return len(v.to_json(value).encode()) if isinstance(value, list | dict) else len(_text(value))


def _text(value: Any) -> str:
    """The text whose length counts. A number is written as if it were a float."""
    return v.to_string(float(value) if v.is_number(value) else value)


@function("LENGTH COUNT", 1)
def length(value: Any) -> int:
    if isinstance(value, list | dict | str):
        return len(value)
    if isinstance(value, bool):
        return int(value)
    return len(_text(value))


@function("LOWER", 1)
def lower(value: Any) -> str:
    return v.to_string(value).lower()


@function("UPPER", 1)
def upper(value: Any) -> str:
    return v.to_string(value).upper()


@function("SUBSTRING", 2, 3)
def substring(value: Any, offset: Any, *count: Any) -> str:
    text, start = v.to_string(value), v.to_integer(offset)
    if start < 0:
        start = max(0, len(text) + start)
    return text[start : start + max(0, v.to_integer(count[0]))] if count else text[start:]


@function("LEFT", 2)
def left(value: Any, count: Any) -> str:
    return v.to_string(value)[: max(0, v.to_integer(count))]


@function("RIGHT", 2)
def right(value: Any, count: Any) -> str:
    text, wanted = v.to_string(value), max(0, v.to_integer(count))
    return text[max(0, len(text) - wanted) :]


@function("TRIM", 1, 2)
def trim(value: Any, kind: Any = None) -> str:
    """The second argument says which side to trim (1 left, 2 right) or which characters to remove."""
    text = v.to_string(value)
    if v.is_number(kind):
        side = v.to_integer(kind)
        return {1: text.lstrip(WHITESPACE), 2: text.rstrip(WHITESPACE)}.get(side, text.strip(WHITESPACE))
    return text.strip(kind if isinstance(kind, str) else WHITESPACE)


@function("LTRIM", 1, 2)
def ltrim(value: Any, characters: Any = WHITESPACE) -> str:
    return v.to_string(value).lstrip(v.to_string(characters))


@function("RTRIM", 1, 2)
def rtrim(value: Any, characters: Any = WHITESPACE) -> str:
    return v.to_string(value).rstrip(v.to_string(characters))


@function("SUBSTRING_BYTES", 2, 5)
def substring_bytes(value: Any, offset: Any, *more: Any) -> str:
    """A part of the text, by bytes. `more` holds the number of bytes, then the extra characters to the left and right.

    A single number of extra characters counts for both sides.
    """
    if not isinstance(value, str):
        raise NoResultError(BAD_PARAMETER)
    content, start = value.encode(), v.to_integer(offset)
    start = max(0, len(content) + start) if start < 0 else min(start, len(content))
    count = max(0, v.to_integer(more[0])) if more else len(content)
    before, inside, after = _decoded(content[:start], content[start : start + count], content[start + count :])
    wider = [max(0, v.to_integer(one)) for one in more[1:]]
    left, right = (wider[0], wider[-1]) if wider else (0, 0)
    return before[len(before) - min(left, len(before)) :] + inside + after[:right]


def _decoded(*parts: bytes) -> list[str]:
    try:
        return [part.decode() for part in parts]
    except UnicodeDecodeError:
        raise NoResultError(BAD_PARAMETER) from None


@function("CONTAINS", 2, 3)
def contains(text: Any, search: Any, return_index: Any = False) -> bool | int:
    haystack, wanted = v.to_string(text), v.to_string(search)
    position = haystack.find(wanted) if wanted else -1
    return _reported(haystack, position) if v.truth(return_index) else position >= 0


def _reported(text: str, position: int) -> int:
    """The position as ArangoDB reports it: in bytes, rounded up to a multiple of the first character's width."""
    if position <= 0 or text.isascii():
        return position
    width = len(text[0].encode())
    return -(-len(text[:position].encode()) // width) * width


@function("STARTS_WITH", 2, 3)
def starts_with(text: Any, prefixes: Any, *least: Any) -> bool:
    """Whether the text starts with the prefix, or with at least `least` (by default 1) of an array of prefixes."""
    if not isinstance(text, str) or not isinstance(prefixes, str | list):
        raise NoResultError
    if isinstance(prefixes, str):
        return text.startswith(prefixes)
    if least and not v.is_number(least[0]):
        raise NoResultError
    wanted = int(least[0]) if least else 1
    return wanted == 0 or (0 < wanted <= len(prefixes) and _starts_with(text, prefixes, wanted))


def _starts_with(text: str, prefixes: list[Any], wanted: int) -> bool:
    hits = 0
    for prefix in prefixes:
        if not isinstance(prefix, str):
            raise NoResultError
        hits += text.startswith(prefix)
        if hits == wanted:
            return True
    return False


@function("LIKE", 2, 3)
def like(text: Any, search: Any, ignore_case: Any = False) -> bool:
    pattern = like_pattern(v.to_string(search), v.truth(ignore_case))
    return pattern.fullmatch(v.to_string(text)) is not None


@function("FIND_FIRST", 2, 4)
def find_first(text: Any, search: Any, start: Any = 0, end: Any = None) -> int:
    """The position of the first match, or -1. `end` is included."""
    bounds = _bounds(text, start, end)
    if bounds is None:
        return -1
    found = _matches(v.to_string(text), v.to_string(search), bounds)
    return next(found, -1) if v.to_string(search) else bounds[0]


@function("FIND_LAST", 2, 4)
def find_last(text: Any, search: Any, start: Any = 0, end: Any = None) -> int:
    """The position of the last match, or -1. Matches are searched from the left and do not overlap."""
    bounds = _bounds(text, start, end)
    if bounds is None:
        return -1
    if not v.to_string(search):
        return bounds[1] + (end is not None)
    return max(_matches(v.to_string(text), v.to_string(search), bounds), default=-1)


def _bounds(text: Any, start: Any, end: Any) -> tuple[int, int] | None:
    """The first and the last position to search; `None` if the bounds are not valid."""
    first = v.to_integer(start)
    last = len(v.to_string(text)) if end is None else v.to_integer(end)
    return None if first < 0 or (end is not None and last < first) else (first, last)


def _matches(text: str, wanted: str, bounds: tuple[int, int]) -> Iterator[int]:
    position = text.find(wanted) if wanted else -1
    while position >= 0:
        if bounds[0] <= position and position + len(wanted) - 1 <= bounds[1]:
            yield position
        position = text.find(wanted, position + len(wanted))


@function("SPLIT", 1, 3)
def split(value: Any, *more: Any) -> list[Any] | None:
    """Split at a separator. `more` holds it, or an array of separators, and the greatest number of parts.

    Further parts are dropped.
    """
    most = most_parts(more[1]) if len(more) > 1 else sys.maxsize
    if most < 0:
        return None
    if most == 0:
        return []
    if not more:
        return [value]
    if isinstance(more[0], dict):
        raise NoResultError
    return _split(v.to_string(value), more[0])[:most]


def _split(text: str, separators: Any) -> list[str]:
    """Split at the separators.

    An empty separator, or one in an array that is not a string, splits into characters. An empty array, or a value that
    is neither a string nor an array, does so too and adds an empty string at each end.
    """
    wanted = separators if isinstance(separators, list) else [separators]
    if isinstance(separators, str | list) and any(not isinstance(one, str) or not one for one in wanted):
        return list(text)
    if not text:
        return [""]
    if not wanted or not isinstance(separators, str | list):
        return ["", *text, ""]
    return _split_at(text, wanted)


def most_parts(limit: Any) -> int:
    if not v.is_number(limit):
        raise NoResultError
    return int(limit)


def _split_at(text: str, separators: list[str]) -> list[str]:
    parts, start, position = [], 0, 0
    while position < len(text):
        found = next((one for one in separators if text.startswith(one, position)), None)
        if found is None:
            position += 1
        else:
            parts.append(text[start:position])
            start = position = position + len(found)
    return [*parts, text[start:]]


@function("SUBSTITUTE", 2, 4)
def substitute(value: Any, search: Any, *more: Any) -> Any:
    """`search` is a text, an array of texts, or an object that maps each text to its replacement."""
    if isinstance(search, dict):
        if len(more) > 1:
            raise NoResultError(ARGUMENT_NUMBER)
        searched, replacements, limits = list(search), list(search.values()), more
    else:
        searched = search if isinstance(search, list) else [search]
        replacements, limits = _replacements(len(searched), more[:1]), more[1:]
    if not all(isinstance(one, str) for one in searched):
        raise NoResultError
    if not all(isinstance(one, str) or one is None for one in replacements):
        raise NoResultError
    most = _most_replaced(limits)
    if most == 0 or not searched:
        return value
    texts = [one or "" for one in replacements] + [""] * len(searched)
    pairs = [pair for pair in zip(searched, texts, strict=False) if pair[0]]
    return _substituted(v.to_string(value), pairs, most)


def _most_replaced(limits: tuple[Any, ...]) -> int:
    """The greatest number of replacements; -1 means no limit. Like in ArangoDB, other negative limits mean 1."""
    limit = v.to_integer(limits[0]) if limits else -1
    return 1 if limit < -1 else limit


def _replacements(count: int, given: tuple[Any, ...]) -> list[Any]:
    """The replacements: the given one for all `count` texts, the given array, or an empty list if none is given."""
    if not given:
        return []
    if given[0] is None:
        raise NoResultError
    return given[0] if isinstance(given[0], list) else [given[0]] * count


def _substituted(text: str, pairs: list[tuple[str, str]], most: int) -> str:
    """Make all replacements in one pass. The leftmost match wins; at the same place, the first search text wins."""
    parts: list[str] = []
    position = done = 0
    while position < len(text) and (most < 0 or done < most):
        found = next((pair for pair in pairs if text.startswith(pair[0], position)), None)
        if found is None:
            parts.append(text[position])
            position += 1
        else:
            parts.append(found[1])
            position += len(found[0])
            done += 1
    return "".join(parts) + text[position:]


@function("REPEAT", 2, 3)
def repeat(value: Any, count: Any, separator: Any = "") -> str:
    times = v.to_integer(count)
    if times < 0:
        raise NoResultError
    text, between = v.to_string(value), v.to_string(separator)
    if times * len(text.encode()) + max(0, times - 1) * len(between.encode()) > MOST_REPEATED:
        raise NoResultError(RESOURCE_LIMIT)
    return between.join([text] * times)


@function("TO_CHAR", 1)
def to_char(code: Any) -> str:
    number = v.to_integer(code)
    if not v.is_number(code) or not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise NoResultError
    return chr(number)


@function("JSON_STRINGIFY", 1)
def json_stringify(value: Any) -> str:
    return v.to_json(value)


@function("JSON_PARSE", 1)
def json_parse(text: Any) -> Any:
    if not isinstance(text, str):
        raise NoResultError
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise NoResultError from None


@function("TO_BASE64", 1)
def to_base64(value: Any) -> str:
    return base64.b64encode(v.to_string(value).encode()).decode()


@function("TO_HEX", 1)
def to_hex(value: Any) -> str:
    return v.to_string(value).encode().hex()


@function("ENCODE_URI_COMPONENT", 1)
def encode_uri_component(value: Any) -> str:
    return quote(v.to_string(value), safe="-_.!~*'()")
