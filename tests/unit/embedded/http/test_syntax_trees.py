from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded import aql
from arango_thinking.embedded.http.syntax_trees import Shown, root

Tree = tuple[Any, ...]


def outline(node: Shown) -> Any:
    """The type and the rest, shortened: ("value", 1), ("reference", "i"), ("filter", ...)."""
    extra = [value for name, value in node.items() if name not in ("type", "id", "subNodes")]
    return (node["type"], *extra, *map(outline, node.get("subNodes", [])))


def clauses(query: str) -> list[Any]:
    return [outline(clause) for clause in root(aql.parse(query).tree)["subNodes"]]


def expression(text: str) -> Any:
    (result,) = clauses(f"RETURN {text}")
    return result[1]


def value(content: Any) -> Tree:
    return ("value", content)


NOTHING = ("no-op",)
PAGES = ("collection", "pages")
OLD, NEW = ("variable", "OLD"), ("variable", "NEW")
DOC = ("for", ("variable", "d"), PAGES, NOTHING)


def test_a_whole_tree() -> None:
    assert root(aql.parse("FOR n IN 2..4 FILTER n != 3 RETURN n").tree) == {
        "type": "root",
        "subNodes": [
            {
                "type": "for",
                "subNodes": [
                    {"type": "variable", "name": "n", "id": 0},
                    {"type": "range", "subNodes": [{"type": "value", "value": 2}, {"type": "value", "value": 4}]},
                    {"type": "no-op"},
                ],
            },
            {
                "type": "filter",
                "subNodes": [
                    {
                        "type": "compare !=",
                        "subNodes": [{"type": "reference", "name": "n", "id": 0}, {"type": "value", "value": 3}],
                    }
                ],
            },
            {"type": "return", "subNodes": [{"type": "reference", "name": "n", "id": 0}]},
        ],
    }


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("null", value(None)),
        ("[1, 'a']", ("array", value(1), value("a"))),
        ("{ a: 1 }", ("object", ("object element", "a", value(1)))),
        ("{ [@b]: 2 }", ("object", ("calculated object element", ("parameter", "b"), value(2)))),
        ("!true", ("unary not", value(True))),
        ("1 + 2 % 3", ("plus", value(1), ("modulus", value(2), value(3)))),
        ("1 AND 2", ("logical and", value(1), value(2))),
        ("1 IN [1]", ("compare in", False, value(1), ("array", value(1)))),
        ("[1] ANY >= 1", ("array compare >=", ("array", value(1)), value(1), ("quantifier", "any"))),
        ("1 ? 2 : 3", ("ternary", value(1), value(2), value(3))),
        ("LENGTH(@list)", ("function call", "LENGTH", ("array", ("parameter", "list")))),
        ("'a' LIKE 'b'", ("function call", "LIKE", ("array", value("a"), value("b")))),
        ("'a' !~ 'b'", ("unary not", ("function call", "REGEX_TEST", ("array", value("a"), value("b"))))),
        ("@a[0]", ("indexed access", ("parameter", "a"), value(0))),
        ("(RETURN 1)", ("subquery", ("return", value(1)))),
    ],
)
def test_expressions(text: str, tree: Tree) -> None:
    assert expression(text) == tree


def test_attributes_are_on_the_left() -> None:
    filtered = clauses("FOR d IN pages FILTER 3 < d.rank RETURN d.@part")
    attribute = ("attribute access", "rank", ("reference", "d"))
    assert filtered[:2] == [DOC, ("filter", ("compare >", attribute, value(3)))]
    assert filtered[2] == ("return", ("bound attribute access", ("reference", "d"), ("parameter", "part")))


def test_members_of_arrays() -> None:
    kind, levels, iterator, _tail, *steps = expression("@list[* FILTER CURRENT > 1 LIMIT 2]")
    assert (kind, levels) == ("expansion", 1)
    assert iterator[2] == ("parameter", "list")
    assert [step[0] for step in steps] == ["compare >", "array limit", "no-op"]


def test_sorting_and_limits() -> None:
    sorting, limit = clauses("FOR d IN @@c SORT d DESC, 1 LIMIT 5, 10 RETURN DISTINCT d")[1:3]
    assert sorting[1] == (
        "array",
        ("sort element", ("reference", "d"), value(False)),
        ("sort element", value(1), value(True)),
    )
    assert limit == ("limit", value(5), value(10))
    assert clauses("FOR d IN @@c LIMIT 5 RETURN DISTINCT d") == [
        ("for", ("variable", "d"), ("datasource parameter", "@c"), NOTHING),
        ("limit", value(0), value(5)),
        ("return", ("distinct", ("reference", "d"))),
    ]


def test_groups() -> None:
    kept = clauses("FOR d IN pages COLLECT a = 1 INTO g KEEP d RETURN a")[1]
    assert kept[-3:] == (("variable", "g"), NOTHING, ("array", ("reference", "d")))
    query = "FOR d IN pages COLLECT a = 1 AGGREGATE n = MAX(2) INTO g RETURN a"
    assert clauses(query)[1] == (
        "collect",
        NOTHING,
        ("array", ("assign", ("variable", "a"), value(1))),
        (
            "aggregations array",
            ("array", ("assign", ("variable", "n"), ("function call", "MAX", ("array", value(2))))),
        ),
        ("variable", "g"),
        NOTHING,
        NOTHING,
    )
    counted = clauses("FOR d IN pages COLLECT WITH COUNT INTO n RETURN n")[1]
    assert counted == ("collect with count", NOTHING, ("array",), ("variable", "n"))


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("INSERT {} INTO pages", ("insert", NOTHING, PAGES, ("object",), NEW)),
        ("REMOVE 'a' IN pages", ("remove", NOTHING, PAGES, value("a"), OLD)),
        (
            "UPDATE 'a' WITH {} IN pages",
            ("update", NOTHING, PAGES, ("object",), value("a"), OLD, NEW),
        ),
        (
            "REPLACE {} IN pages",
            ("replace", NOTHING, PAGES, ("object",), NOTHING, OLD, NEW),
        ),
    ],
)
def test_writes(query: str, tree: Tree) -> None:
    assert clauses(query) == [tree]


def test_an_upsert() -> None:
    (kind, *parts) = clauses("UPSERT { a: 1 } INSERT {} UPDATE {} IN pages")[0]
    assert kind == "upsert"
    assert parts[1] == ("collection", "pages")


def test_a_traversal() -> None:
    leading, traversal, _ = clauses("WITH pages FOR v, e IN 2 OUTBOUND 'pages/a' links RETURN v")
    assert leading == ("with collections", ("collection list", ("collection", "pages")))
    assert traversal == (
        "traversal",
        ("direction", value(2), value(2)),
        value("pages/a"),
        ("collection list", ("collection", "links")),
        NOTHING,
        NOTHING,
        ("variable", "v"),
        ("variable", "e"),
    )


def test_what_has_no_shape_of_its_own() -> None:
    kind, *below = expression("@list[? ANY FILTER CURRENT > 1]")
    assert kind == "question"
    assert below
