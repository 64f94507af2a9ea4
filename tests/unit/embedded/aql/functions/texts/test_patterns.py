"""LIKE patterns and regular expressions."""

from __future__ import annotations

import pytest

from arango_thinking.embedded.aql.functions.texts.patterns import matches_like, regular_expression
from arango_thinking.embedded.errors import ArangoError


@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        ("abc", "a%", True),
        ("abc", "b%", False),
        ("a%c", r"a\%c", True),
        ("abc", r"a\%c", False),
        (r"a\c", r"a\\c", True),
        ("a.c", "a.c", True),
        ("abc", "a.c", False),
        ("a\r\nb", "a%b", True),
        ("", "%", True),
        (r"a\b", r"a\b", True),
        ("a", "a\\", True),
        ("a.b", "a\\.b", True),
        ("a\\nb", "a\\nb", True),
    ],
)
def test_like(text: str, pattern: str, matches: bool) -> None:
    assert matches_like(text, pattern) is matches


def test_like_is_for_strings() -> None:
    assert not matches_like(1, "1")
    assert not matches_like("1", None)


def test_regular_expressions() -> None:
    assert regular_expression("(", False) is None
    assert regular_expression("a", True) is not None
    with pytest.raises(ArangoError):
        regular_expression("[[:alpha:]]", False)
    assert regular_expression(r"(?<=a)b\\p", False) is not None
