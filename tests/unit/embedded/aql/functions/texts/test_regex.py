"""Regular expressions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('REGEX_TEST("the quick brown fox", "the.*fox")', True),
        ('REGEX_TEST("ABC", "b", true)', True),
        ('REGEX_MATCHES("my-us3r_n4m3", "^([a-z]+)-(.*)$")', ["my-us3r_n4m3", "my", "us3r_n4m3"]),
        ('REGEX_MATCHES("abc", "^x")', None),
        ('REGEX_SPLIT("a1b22c", "[0-9]+")', ["a", "b", "c"]),
        ('REGEX_SPLIT("hypertext language", "(ext)|(a)", false, 2)', ["hypert", "ext"]),
        ('REGEX_REPLACE("the quick", "the.*q", "")', "uick"),
        ('REGEX_REPLACE("ab", "(a)(b)", "$2$1\\\\$1")', "ba$1"),
        ('REGEX_MATCHES("", "a")', [""]),
        ('REGEX_MATCHES("ac", "a(b)?c")', ["ac", ""]),
        ('REGEX_SPLIT("abc", "")', ["a", "b", "c"]),
        ('REGEX_SPLIT("a", "b", false, 0)', []),
        ('REGEX_SPLIT("a", "b", false, -1)', None),
        ('REGEX_REPLACE("ab", "(a)", "$12")', "a2b"),
        ('REGEX_REPLACE("ab", "b", "$0$0")', "abb"),
        ('REGEX_REPLACE("ab", "c", "$x")', "ab"),
    ],
)
def test_expressions(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize(
    "call",
    [
        'REGEX_REPLACE("a", "(", "")',
        'REGEX_REPLACE("a", "a", "$1")',
        'REGEX_REPLACE("a", "a", "$x")',
        'REGEX_REPLACE("a", "a", "$")',
        'REGEX_TEST("a", "[")',
    ],
)
def test_invalid(db: Database, call: str) -> None:
    assert db.value(call) is None
    assert db.warnings(call) == [1543]
