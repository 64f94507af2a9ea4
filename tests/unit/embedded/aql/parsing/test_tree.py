"""The trees that queries become: precedence, and constructs that are written in more than one way."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.aql.parsing.parser import parse_tree


def tree(expression: str) -> s.Node:
    last = parse_tree(f"RETURN {expression}").clauses[-1]
    assert isinstance(last, s.Return)
    return last.value


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("a == b < c", "a == (b < c)"),
        ("a IN b == c", "(a IN b) == c"),
        ("a IN b < c", "a IN (b < c)"),
        ("1 + 1..2 * 2", "(1 + 1)..(2 * 2)"),
        ("NOT a == b", "(NOT a) == b"),
        ("a || b && c", "a || (b && c)"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("a || b ? c : d", "(a || b) ? c : d"),
        ("- a.b", "-(a.b)"),
        ("a and b or not c", "(a && b) || (!c)"),
        ("a NOT IN b", "a not in b"),
        ("[1, 2,]", "[1, 2]"),
        ("{ a: 1, }", "{ 'a': 1 }"),
        ("a NOT LIKE b == c", "(a NOT LIKE b) == c"),
        ("a NOT =~ b", "a !~ b"),
        ("1..2 ANY < 3 AND b", "((1..2) ANY < 3) AND b"),
        ("a[??]", "a[?]"),
        ("a[? 1..2 FILTER b]", "a[? (1)..(2) FILTER b]"),
        ("LENGTH(FOR x IN y RETURN x)", "length((FOR x IN y RETURN x))"),
    ],
)
def test_same_tree(text: str, same: str) -> None:
    assert tree(text) == tree(same)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("1.0", 1), ("1.5", 1.5), ("1e3", 1000), ("0xff", 255), ("0b101", 5), ("1e999", None), ("null", None),
     ("TRUE", True), ("9223372036854775807", 2**63 - 1), ("9223372036854775808", 9223372036854776000), ("1e30", 1e30)],
)  # fmt: skip
def test_literals(text: str, value: Any) -> None:
    found = tree(text)
    assert found == s.Literal(value)
    assert isinstance(found, s.Literal)
    assert type(found.value) is type(value)


def test_both_spellings_of_writing_clauses() -> None:
    assert parse_tree("UPDATE d WITH { a: 1 } IN c") == parse_tree("UPDATE d WITH { a: 1 } INTO c")
    assert parse_tree("REMOVE d IN @@c RETURN OLD") == parse_tree("REMOVE d INTO @@c RETURN OLD")


def test_let_of_several_variables() -> None:
    assert parse_tree("LET a = 1, b = 2 RETURN a") == parse_tree("LET a = 1 LET b = 2 RETURN a")


def test_edges_take_the_direction_of_the_traversal() -> None:
    traverse = parse_tree("FOR v IN 1..2 OUTBOUND 'a/1' one, INBOUND two RETURN v").clauses[0]
    assert isinstance(traverse, s.Traverse)
    assert [edge.direction for edge in traverse.edges] == ["OUTBOUND", "INBOUND"]


def test_soft_keywords_are_names_elsewhere() -> None:
    assert parse_tree("FOR options IN keep RETURN options.count + prune.search").clauses
