"""What is AQL and what is not."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arango_thinking.embedded import aql
from arango_thinking.embedded.aql.parser import parse_tree
from arango_thinking.embedded.errors import ArangoError

WORDS = [
    "FOR", "RETURN", "LET", "FILTER", "SORT", "LIMIT", "COLLECT", "IN", "INTO", "WITH", "COUNT", "AGGREGATE", "INSERT",
    "UPDATE", "REMOVE", "UPSERT", "OPTIONS", "x", "y", "items", "1", "2.5", "'a'", "@v", "@@c", "(", ")", "[", "]", "{",
    "}", "*", "..", ".", ",", ":", "?", "==", "+", "-", "!", "NOT", "AND", "ANY", "ALL", "OUTBOUND", "LIKE", "NULL",
]  # fmt: skip


def number_of_error(text: str) -> int | None:
    """What parsing raises; anything but an ArangoError gets through."""
    try:
        aql.parse(text)
    except ArangoError as error:
        return error.number
    return None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FOR x IN", "syntax error, unexpected end of query string near '' at position 1:9"),
        ("RETURN 1 2", "syntax error, unexpected number near '2' at position 1:10"),
        ("FOR x IN y\n  FILTER RETURN x", "unexpected RETURN declaration near 'RETURN x' at position 2:10"),
        ("RETURN filter", "unexpected FILTER declaration near 'filter'"),
        ("RETURN doc.sort", "unexpected SORT declaration"),
        ("LET x = 1", "RETURN or a modification is missing"),
        ("RETURN 1 RETURN 2", "unexpected clause after RETURN"),
        ("FOR a, b IN [] RETURN a", "only a traversal"),
        ("FOR a, b, c, d IN OUTBOUND 'x/y' e RETURN a", "at most three"),
    ],
)
def test_syntax_errors(text: str, message: str) -> None:
    with pytest.raises(ArangoError) as caught:
        parse_tree(text)
    assert caught.value.number == 1501
    assert message in caught.value.message


def test_empty_query() -> None:
    with pytest.raises(ArangoError) as caught:
        parse_tree("  ")
    assert caught.value.number == 1502


@pytest.mark.parametrize(
    "text", ["FOR v IN OUTBOUND 'a/1' GRAPH 'g' RETURN v", "FOR d IN view SEARCH d.a == 1 RETURN d"]
)
def test_refused_by_name(text: str) -> None:
    with pytest.raises(ArangoError) as caught:
        parse_tree(text)
    assert caught.value.number == 9


@pytest.mark.parametrize("depth", [150, 100_000])
def test_deep_nesting_is_an_error_or_works(depth: int) -> None:
    for text in ("RETURN " + "(" * depth + "1" + ")" * depth, "RETURN " + "!" * depth + "1", "RETURN 1" + "+1" * depth):
        assert number_of_error(text) in (None, 1524)


@settings(max_examples=300, deadline=None)
@example("RETURN '\\")
@example("RETURN /*")
@given(st.text(max_size=60))
def test_any_text_gives_a_query_or_an_arango_error(text: str) -> None:
    assert number_of_error(text) != 0


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_words_give_a_query_or_an_arango_error(words: list[str]) -> None:
    assert number_of_error(" ".join(words)) != 0
