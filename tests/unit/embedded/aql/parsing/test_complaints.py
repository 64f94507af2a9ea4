"""What the parser says when it is given something wrong."""

from __future__ import annotations

import pytest
from lark import Token

from arango_thinking.embedded.aql.parsing.complaints import described
from arango_thinking.embedded.aql.parsing.lexer import tokens
from arango_thinking.embedded.aql.parsing.parser import parse_tree
from arango_thinking.embedded.errors import ArangoError


@pytest.mark.parametrize(
    ("text", "name"),
    [("FOR", "FOR declaration"), ("insert", "INSERT command"), ("x", "identifier"), ("keep", "identifier"),
     ("1", "integer number"), ("1.5", "number"), ("'a'", "quoted string"), ("@a", "bind parameter"),
     ("@@a", "bind data source parameter"), ("=", "assignment"), ("==", "== operator"), ("<=", "<= operator"),
     ("<", "< operator"), ("=~", "~= operator"), ("!", "not operator"), ("&&", "and operator"), ("OR", "or operator"),
     ("-", "- operator"), ("%", "% operator"), (",", '","'), ("null", "null"), ("desc", "DESC keyword"),
     ("inbound", "inbound modifier"), ("#", "invalid token"), ("", "end of query string"),
     ("é", "end of query string")],
)  # fmt: skip
def test_described(text: str, name: str) -> None:
    assert described(tokens(text)[0]) == name


def test_modifiers_before_a_comparison() -> None:
    assert described(Token("ARRAY_OF", "ANY")) == "any modifier"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("LET x 1", "assignment"),
        ("FOR x y", "IN keyword"),
        ("RETURN [1 2]", "]"),
        ("RETURN { a: 1 b }", "}"),
        ("RETURN f(1 2)", ")"),
        ("RETURN x.1.", "identifier or bind parameter"),
        ("FOR x IN y COLLECT 1", "identifier"),
        ("INSERT {} INTO 5", "identifier or quoted string or bind data source parameter"),
        ("UPSERT {} UPDATE", "INSERT command"),
        ("RETURN 1 FOR", "end of query string"),
        ("RETURN 1 ) ", "end of query string"),
        ("RETURN (1", ""),
        ("RETURN 1 +", ""),
        ("FILTER", ""),
    ],
)
def test_what_is_expected(text: str, wanted: str) -> None:
    with pytest.raises(ArangoError) as caught:
        parse_tree(text.replace("x.1.", "x."))
    message = caught.value.message.partition(" near ")[0]
    assert message.partition(", expecting ")[2] == wanted
