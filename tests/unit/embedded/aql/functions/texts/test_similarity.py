"""How alike two texts are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('LEVENSHTEIN_DISTANCE("foobar", "bar")', 3),
        ('LEVENSHTEIN_DISTANCE("ab", "ba")', 1),
        ('SOUNDEX("Robert")', "R163"),
        ('SOUNDEX(" rupert")', "R163"),
        ('SOUNDEX("Pfister")', "P123"),
        ('SOUNDEX("?!")', ""),
        ("SOUNDEX(null)", ""),
        ('SOUNDEX("a")', "A000"),
        ('NGRAM_SIMILARITY("abcd", "abce", 2)', 0.6666666865348816),
        ('NGRAM_SIMILARITY("a", "ab", 2)', 0),
        ('NGRAM_SIMILARITY("a", "a", 2)', 1),
        ('NGRAM_SIMILARITY("xabcx", "abc", 3)', 1),
        ('NGRAM_POSITIONAL_SIMILARITY("abcd", "abce", 2)', 0.8333333134651184),
        ('NGRAM_POSITIONAL_SIMILARITY("abc", "abcde", 3)', 0.3333333432674408),
        ('NGRAM_POSITIONAL_SIMILARITY("a", "ab", 2)', 0.5),
        ('NGRAM_POSITIONAL_SIMILARITY("", "", 2)', 1),
    ],
)
def test_likeness(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize(
    ("call", "code"), [('NGRAM_SIMILARITY(1, "a", 2)', 1542), ('NGRAM_POSITIONAL_SIMILARITY("a", "a", 0)', 10)]
)
def test_warnings(db: Database, call: str, code: int) -> None:
    assert db.value(call) is None
    assert db.warnings(call) == [code]
