"""Walking and changing trees."""

from __future__ import annotations

from arango_thinking.embedded.aql.parsing import syntax as s

TREE = s.Binary("+", s.Reference("a", 1), s.Array((s.Reference("b", 2), s.Literal(3))))


def test_walk_gives_parents_first() -> None:
    assert [type(node).__name__ for node in s.walk(TREE)] == ["Binary", "Reference", "Array", "Reference", "Literal"]


def test_dependencies_leave_out_what_the_node_declares() -> None:
    loop = s.Subquery(s.Body((s.For(s.Variable("b", 2), s.Reference("c", 3)), s.Return(TREE))))
    assert s.dependencies(TREE) == {1, 2}
    assert s.dependencies(loop) == {1, 3}


def test_with_children() -> None:
    changed = s.with_children(TREE, lambda node: s.Literal(0) if isinstance(node, s.Reference) else node)
    assert changed == s.Binary("+", s.Literal(0), TREE.right)
    leaf = s.Literal(1)
    assert s.with_children(leaf, lambda node: node) is leaf


def test_to_json() -> None:
    assert s.to_json(s.Unary("!", s.Literal(True))) == {
        "type": "Unary", "operator": "!", "operand": {"type": "Literal", "value": True},
    }  # fmt: skip
