"""ICU's regular expressions in Python."""

from __future__ import annotations

import re

import pytest

from arango_thinking.embedded.aql.functions.texts.icu import translated
from arango_thinking.embedded.errors import ArangoError


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("a.c", "abc", "abc"),
        ("a.c", "a\rc", None),
        ("(?s)a.c", "a\rc", "a\rc"),
        ("a[.]c", "abc", None),
        (r"a\.c", "abc", None),
        ("b$", "ab", "b"),
        ("b$", "ab\r\n", "b"),
        ("b$", "ab\n", "b"),
        ("b\r$", "ab\r\n", None),
        ("b$", "b\nc", None),
        ("(?m)b$", "b\nc", "b"),
        ("[$]", "a$", "$"),
        (r"b\Z", "ab\n", "b"),
        (r"b\z", "ab\n", None),
        (r"\p{Lu}+", "xÄÖx", "ÄÖ"),
        (r"\P{L}", "ab1", "1"),
        (r"\p{^L}", "ab1", "1"),
        (r"[\p{L}_]+", "!ä_b!", "ä_b"),
        (r"[^\p{L}\p{N}]", "a1-", "-"),
        (r"\h+", "a \t b", " \t "),
        (r"[\ha]+", "b a", " a"),
        (r"a\Rb", "a\r\nb", "a\r\nb"),
        (r"(?<one>a)(b)\k<one>", "aba", "aba"),
        (r"(?<=a)b(?<!c)", "ab", "b"),
        (r"\x{e4}", "ä", "ä"),
        (r"\\p", r"\p", r"\p"),
        ("(?i)A", "a", "a"),
    ],
)
def test_matches(pattern: str, text: str, found: str | None) -> None:
    match = re.search(translated(pattern), text)
    assert (match and match[0]) == found


@pytest.mark.parametrize(
    "pattern", ["[[:alpha:]]", "[a-z&&[^b]]", "[a--b]", "a(?i)b", r"\X", r"\QaE\E", r"\p{Script=Greek}", r"[\R]"]
)
def test_refused(pattern: str) -> None:
    with pytest.raises(ArangoError) as caught:
        translated(pattern)
    assert caught.value.number == 9
