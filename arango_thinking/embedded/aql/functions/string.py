"""String functions. Other values are cast to strings, as ArangoDB does."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson
from rapidfuzz.distance import DamerauLevenshtein

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.patterns import like_pattern, regular_expression
from arango_thinking.embedded.aql.functions.registry import ANY_NUMBER, INVALID_REGEX, NoResultError, function

WHITESPACE = "\r\n\t "


def _pieces(values: tuple[Any, ...]) -> Iterator[str]:
    """The values as text; nulls give nothing, a single array its members."""
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
    return len(v.to_string(value))


@function("LENGTH COUNT", 1)
def length(value: Any) -> int:
    if isinstance(value, list | dict | str):
        return len(value)
    if isinstance(value, bool):
        return int(value)
    return len(v.to_string(value))


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
    """The second argument says which side (1 left, 2 right) or which characters."""
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


@function("CONTAINS", 2, 3)
def contains(text: Any, search: Any, return_index: Any = False) -> bool | int:
    wanted = v.to_string(search)
    position = v.to_string(text).find(wanted) if wanted else -1
    return position if v.truth(return_index) else position >= 0


@function("STARTS_WITH", 2, 3)
def starts_with(text: Any, prefixes: Any, least: Any = 1) -> bool | None:
    if not isinstance(text, str):
        raise NoResultError
    if isinstance(prefixes, str):
        return text.startswith(prefixes)
    if not isinstance(prefixes, list):
        raise NoResultError
    hits = sum(isinstance(prefix, str) and text.startswith(prefix) for prefix in prefixes)
    return hits >= v.to_integer(least)


@function("LIKE", 2, 3)
def like(text: Any, search: Any, ignore_case: Any = False) -> bool:
    pattern = like_pattern(v.to_string(search), v.truth(ignore_case))
    return pattern.fullmatch(v.to_string(text)) is not None


@function("FIND_FIRST", 2, 4)
def find_first(text: Any, search: Any, start: Any = 0, end: Any = None) -> int:
    wanted, place = v.to_string(search), _place(text, start, end)
    if place is None:
        return -1
    return v.to_string(text).find(wanted, *place) if wanted else place[0]


@function("FIND_LAST", 2, 4)
def find_last(text: Any, search: Any, start: Any = 0, end: Any = None) -> int:
    wanted, place = v.to_string(search), _place(text, start, end)
    if place is None:
        return -1
    if not wanted:
        return place[1] if end is not None else len(v.to_string(text))
    return v.to_string(text).rfind(wanted, *place)


def _place(text: Any, start: Any, end: Any) -> tuple[int, int] | None:
    """Where to search; `end` is included. None if the bounds make no sense."""
    first = v.to_integer(start)
    last = len(v.to_string(text)) if end is None else v.to_integer(end)
    return None if first < 0 or (end is not None and last < first) else (first, last + 1)


@function("SPLIT", 1, 3)
def split(value: Any, *more: Any) -> list[Any] | None:
    """At a separator, or at any of an array of them, into at most so many parts; the rest is dropped."""
    most = _most(more[1]) if len(more) > 1 else sys.maxsize
    if most < 0:
        return None
    if most == 0:
        return []
    if not more:
        return [value]
    if isinstance(more[0], dict):
        raise NoResultError
    text = v.to_string(value)
    wanted = [v.to_string(one) for one in (more[0] if isinstance(more[0], list) else more[:1])]
    return (list(text) if "" in wanted else _split_at(text, wanted))[:most]


def _most(limit: Any) -> int:
    if not v.is_number(limit):
        raise NoResultError
    return int(limit)


def _split_at(text: str, separators: list[str]) -> list[str]:
    if not separators:
        return [text]
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
    """`search` is a text, an array of texts, or an object from text to replacement."""
    if isinstance(search, dict):
        if len(more) > 1:
            raise NoResultError
        searched, replacements, limits = list(search), list(search.values()), more
    else:
        searched = search if isinstance(search, list) else [search]
        replacements, limits = _replacements(len(searched), more[:1]), more[1:]
    if not all(isinstance(one, str) for one in searched):
        raise NoResultError
    if not all(isinstance(one, str) or one is None for one in replacements):
        raise NoResultError
    most = v.to_integer(limits[0]) if limits else -1
    if most == 0 or not searched:
        return value
    texts = [one or "" for one in replacements] + [""] * len(searched)
    pairs = [pair for pair in zip(searched, texts, strict=False) if pair[0]]
    return _substituted(v.to_string(value), pairs, most)


def _replacements(count: int, given: tuple[Any, ...]) -> list[Any]:
    """One replacement for all, an array of them, or none."""
    if not given:
        return []
    if given[0] is None:
        raise NoResultError
    return given[0] if isinstance(given[0], list) else [given[0]] * count


def _substituted(text: str, pairs: list[tuple[str, str]], most: int) -> str:
    """All replacements in one pass; the leftmost match, then the first search text, wins."""
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
    text, between = v.to_string(value), v.to_string(separator)
    if times < 0 or times * (len(text) + len(between)) > 16 * 1024 * 1024:
        raise NoResultError
    return between.join([text] * times)


@function("TO_CHAR", 1)
def to_char(code: Any) -> str:
    number = v.to_integer(code)
    if not v.is_number(code) or not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise NoResultError
    return chr(number)


@function("REGEX_TEST", 2, 3)
def regex_test(text: Any, pattern: Any, ignore_case: Any = False) -> bool:
    return _expression(pattern, ignore_case).search(v.to_string(text)) is not None


@function("REGEX_MATCHES", 2, 3)
def regex_matches(text: Any, pattern: Any, ignore_case: Any = False) -> list[str] | None:
    """The first match and its groups."""
    subject, expression = v.to_string(text), _expression(pattern, ignore_case)
    if not subject and expression.pattern:
        return [""]
    match = expression.search(subject)
    return None if match is None else [match[0], *(group or "" for group in match.groups())]


@function("REGEX_SPLIT", 2, 4)
def regex_split(text: Any, pattern: Any, ignore_case: Any = False, *limit: Any) -> list[str] | None:
    """The text between the matches, and the matches' groups."""
    most = _most(limit[0]) if limit else sys.maxsize
    if most < 0:
        return None
    expression, subject = _expression(pattern, ignore_case), v.to_string(text)
    if not expression.pattern:
        return list(subject)[:most]
    return [part or "" for part in expression.split(subject)][:most]


@function("REGEX_REPLACE", 3, 4)
def regex_replace(text: Any, pattern: Any, replacement: Any, ignore_case: Any = False) -> str:
    """`$1` in the replacement stands for a group, as in ICU."""
    template = v.to_string(replacement)
    expression = _expression(pattern, ignore_case)
    return str(expression.sub(lambda match: _filled(template, match), v.to_string(text)))


def _filled(template: str, match: Any) -> str:
    parts: list[str] = []
    position = 0
    while position < len(template):
        character = template[position]
        following = template[position + 1 : position + 2]
        if character == "\\" and following:
            parts.append(following)
            position += 2
        elif character == "$" and following.isdigit():
            if int(following) > match.re.groups:
                raise NoResultError(INVALID_REGEX)
            parts.append(match[int(following)] or "")
            position += 2
        else:
            parts.append(character)
            position += 1
    return "".join(parts)


def _expression(pattern: Any, ignore_case: Any) -> Any:
    expression = regular_expression(v.to_string(pattern), v.truth(ignore_case))
    if expression is None:
        raise NoResultError(INVALID_REGEX)
    return expression


@function("LEVENSHTEIN_DISTANCE", 2)
def levenshtein_distance(one: Any, other: Any) -> int:
    """With transpositions of neighbours."""
    return int(DamerauLevenshtein.distance(v.to_string(one), v.to_string(other)))


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
