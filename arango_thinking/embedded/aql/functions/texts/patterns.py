"""LIKE patterns and regular expressions."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Evaluate, Execution, Row
from arango_thinking.embedded.aql.functions.texts.icu import translated
from arango_thinking.embedded.aql.parsing import syntax as s

#: Characters before which a backslash is an escape, not part of the text.
ESCAPED = frozenset("%_\\?+[(){}^$|.*")


@lru_cache(maxsize=256)
def like_pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    """The regular expression for a LIKE pattern: `%` is any text, `_` is one character, a backslash escapes them.

    A backslash before an ordinary character stands for itself. A backslash at the end is ignored.
    """
    parts: list[str] = []
    escaped = False
    for character in pattern:
        if escaped:
            parts.append(re.escape(character if character in ESCAPED else "\\" + character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@lru_cache(maxsize=256)
def regular_expression(pattern: str, ignore_case: bool) -> re.Pattern[str] | None:
    """The compiled expression, or `None` if the pattern is not valid. Raises `ArangoError` as `translated` does."""
    try:
        return re.compile(translated(pattern), re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError):
        return None


def matches_like(text: Any, pattern: Any, ignore_case: bool = False) -> bool:
    """Whether the text matches the LIKE pattern; `False` unless both are strings."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return False
    return like_pattern(pattern, ignore_case).fullmatch(text) is not None


def compile_matcher(
    operator: str, node: s.Binary, run: Execution, compile_expression: Callable[[s.Node, Execution], Evaluate]
) -> Evaluate:
    """Compile the operators LIKE, NOT LIKE, =~ and !~."""
    left, right = compile_expression(node.left, run), compile_expression(node.right, run)
    if operator.endswith("LIKE"):
        wanted = operator == "LIKE"
        return lambda row: matches_like(left(row), right(row)) is wanted

    def test(row: Row) -> bool | None:
        pattern = regular_expression(v.to_string(right(row)), False)
        if pattern is None:
            run.warn(1543)
            return None
        return (pattern.search(v.to_string(left(row))) is not None) is (operator == "=~")

    return test
