"""The trees of clauses: patterns, WINDOW, COLLECT and UPSERT."""

from __future__ import annotations

import pytest

from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.aql.parsing.parser import parse_tree


@pytest.mark.parametrize(
    ("pattern", "targets"),
    [
        ("[]", []),
        ("[a, b]", [("a", (0,)), ("b", (1,))]),
        ("[, a, , b]", [("a", (1,)), ("b", (3,))]),
        ("[[a], [b, c]]", [("a", (0, 0)), ("b", (1, 0)), ("c", (1, 1))]),
        ("{}", []),
        ("{a, b: c}", [("a", ("a",)), ("c", ("b",))]),
        ("{a: {b, c: d}, a}", [("b", ("a", "b")), ("d", ("a", "c")), ("a", ("a",))]),
        ("[{a: [b]}]", [("b", (0, "a", 0))]),
        ("{, 'x y': z}", [("z", ("x y",))]),
    ],
)
def test_patterns(pattern: str, targets: list[tuple[str, tuple[str | int, ...]]]) -> None:
    for text in (f"LET {pattern} = 1 RETURN 1", f"FOR {pattern} IN 1 RETURN 1"):
        first = parse_tree(text).clauses[0]
        assert isinstance(first, s.LetPattern | s.For)
        assert first.pattern is not None
        assert [(target.variable.name, target.path) for target in first.pattern.targets] == targets


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("WITH a b, c RETURN 1", "WITH a, b, c RETURN 1"),
        ("FOR v IN OUTBOUND 'a/1' GRAPH 'g' RETURN v", "FOR v IN OUTBOUND 'a/1' GRAPH g RETURN v"),
        ("FOR u IN [] SORT u ASC RETURN u", "FOR u IN [] SORT u RETURN u"),
        ("FOR u IN [] SORT u DESC RETURN u", "FOR u IN [] SORT u 'desc' RETURN u"),
        ("FOR u IN [] LIMIT 5 RETURN u", "FOR u IN [] limit 5 return u"),
    ],
)
def test_same_clauses(text: str, same: str) -> None:
    assert parse_tree(text) == parse_tree(same)


def test_upsert_looks_by_example_or_by_condition() -> None:
    by_example, by_condition = (
        parse_tree(f"UPSERT {how} INSERT {{}} UPDATE {{}} IN c").clauses[0] for how in ("{ a: 1 }", "FILTER CURRENT.a")
    )
    assert isinstance(by_example, s.Upsert)
    assert isinstance(by_condition, s.Upsert)
    assert by_example.condition is None
    assert by_condition.search is None


def test_window() -> None:
    window = parse_tree("FOR x IN [] WINDOW x WITH { preceding: 1 } AGGREGATE a = SUM(x) RETURN a").clauses[1]
    assert isinstance(window, s.Window)
    assert window.value == s.Reference("x")
    assert [one.variable.name for one in window.aggregates] == ["a"]
