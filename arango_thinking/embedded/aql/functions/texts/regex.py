"""Functions that use regular expressions."""

from __future__ import annotations

import re
import sys
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import INVALID_REGEX, NoResultError, function
from arango_thinking.embedded.aql.functions.texts.patterns import regular_expression
from arango_thinking.embedded.aql.functions.texts.string import most_parts

NAMED_GROUP = re.compile(r"\{([A-Za-z][A-Za-z0-9]*)\}")


@function("REGEX_TEST", 2, 3)
def regex_test(text: Any, pattern: Any, ignore_case: Any = False) -> bool:
    return _expression(pattern, ignore_case).search(v.to_string(text)) is not None


@function("REGEX_MATCHES", 2, 3)
def regex_matches(text: Any, pattern: Any, ignore_case: Any = False) -> list[str] | None:
    """The first match and its groups; null if there is no match."""
    subject, expression = v.to_string(text), _expression(pattern, ignore_case)
    if not subject and expression.pattern:
        return [""]
    match = expression.search(subject)
    return None if match is None else [match[0], *(group or "" for group in match.groups())]


@function("REGEX_SPLIT", 2, 4)
def regex_split(text: Any, pattern: Any, ignore_case: Any = False, *limit: Any) -> list[str] | None:
    """The text between the matches, and the matches' groups."""
    most = most_parts(limit[0]) if limit else sys.maxsize
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
    """The template with the match's groups filled in, as in ICU.

    `$` and a number, or `$` and a `{name}`, stands for a group. A backslash makes the next character literal.
    """
    parts: list[str] = []
    position = 0
    while position < len(template):
        character = template[position]
        if character == "\\":
            parts.append(template[position + 1 : position + 2])
            position += 2
        elif character == "$":
            group, position = _group(template, position + 1, match)
            parts.append(group)
        else:
            parts.append(character)
            position += 1
    return "".join(parts)


def _group(template: str, position: int, match: Any) -> tuple[str, int]:
    """The text of the group whose name or number begins at `position`, and the position after that name or number.

    A number takes as many digits as still give the number of a group. Raises `NoResultError` when there is no group.
    """
    named = NAMED_GROUP.match(template, position)
    if named and named[1] in match.re.groupindex:
        return match[named[1]] or "", named.end()
    end = position
    while template[end : end + 1].isdecimal() and int(template[position : end + 1]) <= match.re.groups:
        end += 1
    if end == position:
        raise NoResultError(INVALID_REGEX)
    return match[int(template[position:end])] or "", end


def _expression(pattern: Any, ignore_case: Any) -> Any:
    expression = regular_expression(v.to_string(pattern), v.truth(ignore_case))
    if expression is None:
        raise NoResultError(INVALID_REGEX)
    return expression
