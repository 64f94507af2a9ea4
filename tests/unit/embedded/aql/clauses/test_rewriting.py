"""Conditions and values move up, and results stay what they were."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.aql.clauses.rewriting import rearranged
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.aql.parsing.parser import parse_tree
from arango_thinking.embedded.aql.scoping import resolve
from tests.unit.embedded.aql.conftest import Database


def kinds(text: str) -> str:
    body, _ = resolve(parse_tree(text))
    return " ".join(type(clause).__name__ for clause in rearranged(body))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("FOR a IN x FOR b IN y FILTER a.n == 1 RETURN b", "For Filter For Return"),
        ("FOR a IN x FOR b IN y FILTER a.n == 1 AND b.n == a.n RETURN b", "For Filter For Filter Return"),
        ("FOR a IN x LET c = 5 FILTER a.n == c RETURN a", "Let For Filter Return"),
        ("FOR a IN x LET c = a.m FILTER a.n == 1 RETURN c", "For Filter Let Return"),
        ("FOR a IN x LET c = RAND() RETURN c", "For Let Return"),
        ("FOR a IN x LIMIT 5 FILTER a.n == 1 RETURN a", "For Limit Filter Return"),
        ("FOR a IN x COLLECT n = a.n FILTER n == 1 RETURN n", "For Collect Filter Return"),
        ("FOR a IN x SORT a.m FILTER a.n == 1 RETURN a", "For Filter Sort Return"),
        ("FOR a IN x FOR b IN y FILTER RAND() < a.n RETURN b", "For For Filter Return"),
        ("FOR a IN x UPDATE a WITH { n: 1 } IN z FILTER a.n == 1 RETURN a", "For Update Filter Return"),
    ],
)
def test_order_of_clauses(text: str, order: str) -> None:
    assert kinds(text) == order


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("FOR a IN 1..3 FOR b IN 1..3 FILTER a == 2 FILTER b > a RETURN [a, b]", [[2, 3]]),
        ("FOR a IN 1..4 LIMIT 2 FILTER a > 1 RETURN a", [2]),
        ("FOR a IN [{ l: [1] }, { l: null }] FOR b IN a.l FILTER a.l != null RETURN b", [1]),
        ("FOR a IN 1..2 LET s = (FOR b IN 1..2 RETURN b * a) FILTER a == 2 RETURN s", [[2, 4]]),
    ],
)
def test_results(db: Database, text: str, rows: list[Any]) -> None:
    assert db.rows(text) == rows


def test_the_last_clause_stays_last() -> None:
    body, _ = resolve(parse_tree("FOR a IN x RETURN a"))
    assert isinstance(rearranged(body)[-1], s.Return)
