"""What is AQL and what is not."""

from __future__ import annotations

import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arango_thinking.embedded import aql
from arango_thinking.embedded.aql.parsing import parser
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.aql.parsing.parser import parse_tree
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
        ("FOR x IN", "syntax error, unexpected end of query string near 'IN' at position 1:7"),
        (
            "RETURN 1 2",
            "syntax error, unexpected integer number, expecting end of query string near '2' at position 1:10",
        ),
        ("FOR x IN y\n  FILTER RETURN x", "unexpected RETURN declaration near 'RETURN x' at position 2:10"),
        ("RETURN filter", "unexpected FILTER declaration near 'filter'"),
        ("RETURN doc.sort", "unexpected SORT declaration, expecting identifier or bind parameter near 'sort'"),
        ("LET x = 1", "unexpected end of query string near '1' at position 1:9"),
        ("LET x = 1\n    ", "unexpected end of query string near '    ' at position 2:1"),
        ("RETURN 1;", "unexpected invalid token, expecting end of query string near ';' at position 1:9"),
        ("RETURN 1 RETURN 2", "unexpected RETURN declaration, expecting end of query string near 'RETURN 2'"),
        ("FOR a, b IN [] RETURN a", "only allow a single return variable"),
        ("FOR a, b, c, d IN OUTBOUND 'x/y' e RETURN a", "only have one, two or three return variables"),
        ("FOR [a] IN OUTBOUND 'x/y' e RETURN a", "does not support array/object destructuring"),
        ("FOR v IN OUTBOUND 'x/y' e PRUNE (RETURN 1) RETURN v", "PRUNE condition must not use a subquery"),
        (
            "RETURN DISTINCT 1",
            "cannot use DISTINCT modifier on top-level query element near 'DISTINCT 1' at position 1:8",
        ),
        ("FOR x IN [] COLLECT a = x KEEP x RETURN a", "use of 'KEEP' without 'INTO'"),
        ("FOR x IN [] WINDOW {} AGGREGATE a = SUM(x) RETURN a", "At least one WINDOW bound must be specified"),
        ("FOR x IN [] WINDOW { a: 1 } AGGREGATE a = SUM(x) RETURN a", "Invalid WINDOW attribute 'a'"),
        ("RETURN 'abc", "unexpected unterminated string literal near 'c' at position 1:11"),
        (" ", "syntax error, unexpected end of query string near ' ' at position 1:1"),
    ],
)
def test_syntax_errors(text: str, message: str) -> None:
    with pytest.raises(ArangoError) as caught:
        parse_tree(text)
    assert caught.value.number == 1501
    assert message in caught.value.message


def test_empty_query() -> None:
    with pytest.raises(ArangoError) as caught:
        parse_tree("")
    assert caught.value.number == 1502


@pytest.mark.parametrize(
    "text", ["FOR d IN view SEARCH d.a == 1 RETURN d", "FOR v IN OUTBOUND SHORTEST_PATH 'a/1' TO 'a/2' e RETURN v"]
)
def test_refused_by_name(text: str) -> None:
    with pytest.raises(ArangoError) as caught:
        parse_tree(text)
    assert caught.value.number == 9


@pytest.mark.parametrize("depth", [150, 20_000])
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


def test_the_tables_of_the_grammar_are_made_once_and_a_damaged_file_of_them_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    place = Path(cache_from_source(parser.__file__)).with_name("grammar.tables")
    place.parent.mkdir(parents=True)
    made = opened_anew()
    kept = place.read_bytes()
    assert opened_anew() == made
    assert place.read_bytes() == kept
    place.write_bytes(kept[: len(kept) // 2])
    assert opened_anew() == made
    assert place.stat().st_size > len(kept) // 2  # written anew
    place.unlink()
    place.mkdir()  # nothing can be kept there
    assert opened_anew() == made
    parser.grammar.cache_clear()


def opened_anew() -> s.Body:
    """A tree by a grammar that is opened anew, as in another process."""
    parser.grammar.cache_clear()
    parse_tree.cache_clear()
    return parse_tree("FOR doc IN qa_pairs FILTER doc.x == 1 RETURN doc")
