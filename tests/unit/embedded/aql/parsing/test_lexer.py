"""AQL text as tokens."""

from __future__ import annotations

import pytest

from arango_thinking.embedded.aql.parsing.lexer import Place, tokens, unescape
from arango_thinking.embedded.errors import ArangoError


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("FOR x in y", "FOR NAME IN NAME"),
        ("1..5", "NUMBER RANGE NUMBER"),
        ("1.5e-3 .5 0xFf 0b11", "NUMBER NUMBER NUMBER NUMBER"),
        ("a.b[*]", "NAME DOT NAME LSQB TIMES RSQB"),
        ("@a @@b", "PARAMETER COLLECTION_PARAMETER"),
        ("'a' \"b\" `c` ´d´", "STRING STRING NAME NAME"),
        ("/* FOR */ x // RETURN", "NAME"),
        ("a && b AND c", "NAME AND NAME AND NAME"),
        ("informal notable", "NAME NAME"),
        ("REMOVE d IN items", "REMOVE NAME INTO NAME"),
        ("REMOVE d IN @@items OPTIONS", "REMOVE NAME INTO COLLECTION_PARAMETER OPTIONS"),
        ("REMOVE a IN b IN c", "REMOVE NAME IN NAME INTO NAME"),
        ("INSERT { a: x IN y } INTO c", "INSERT LBRACE NAME COLON NAME IN NAME RBRACE INTO NAME"),
        ("FILTER x IN y RETURN x", "FILTER NAME IN NAME RETURN NAME"),
        ("x ANY == 1", "NAME ARRAY_OF EQUALITY NUMBER"),
        ("x AT LEAST (2) IN y", "NAME AT_LEAST LPAR NUMBER RPAR IN NAME"),
        ("IN ANY start", "IN ANY NAME"),
        ("a NOT IN b NOT LIKE c", "NAME NOT_IN NAME NOT LIKE NAME"),
        ("x ANY NOT IN y", "NAME ARRAY_OF NOT_IN NAME"),
        ("x =~ y", "NAME MATCH NAME"),
        ("a ; b", "NAME UNKNOWN"),
        ("é", "NOT_ASCII"),
    ],
)
def test_kinds(text: str, kinds: str) -> None:
    assert " ".join(token.type for token in tokens(text)).removesuffix(" $END") == kinds


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        ("'plain'", "plain"),
        (r'"a\"b"', 'a"b'),
        (r"'tab\t line\n'", "tab\t line\n"),
        (r"'\u00e4\ud83d\ude00'", "ä😀"),
        (r"'\ud83d'", "�"),
        (r"`a\`b`", "a`b"),
    ],
)
def test_unescape(quoted: str, text: str) -> None:
    assert unescape(quoted) == text


def test_place_names_line_and_column() -> None:
    assert str(Place("RETURN 1\n  + +", 13)) == "near '+' at position 2:5"
    assert str(Place("RETURN 1\n  + +", 13)) == "near '+' at position 2:5"
    assert str(Place("x" * 31, 0)) == f"near '{'x' * 31}' at position 1:1"
    assert str(Place("x" * 32, 0)) == f"near '{'x' * 32}...' at position 1:1"
    assert str(Place("'ä' é", 4)) == "near 'é' at position 1:6"


@pytest.mark.parametrize(
    ("text", "number"), [("RETURN 'a", 1501), ("RETURN /* a", 1501), ("RETURN `a", 1501), ("(" * 300, 1524)]
)
def test_what_is_no_token(text: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        tokens(text)
    assert caught.value.number == number


@pytest.mark.parametrize("word", ["SHORTEST_PATH", "k_shortest_paths", "K_PATHS", "ALL_SHORTEST_PATHS"])
def test_refused_by_name(word: str) -> None:
    with pytest.raises(ArangoError, match=word.upper()) as caught:
        tokens(f"FOR v IN OUTBOUND {word} 'a/1' TO 'a/2' e RETURN v")
    assert caught.value.number == 9
