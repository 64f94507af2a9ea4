"""Going through trees of any nodes."""

from __future__ import annotations

from dataclasses import dataclass

from arango_thinking.embedded.aql.parsing.nodes import Node, children, to_json, walk, with_children


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    value: int


@dataclass(frozen=True, slots=True)
class Branch(Node):
    first: Node
    rest: tuple[Node, ...]
    name: str | None = None


TREE = Branch(Leaf(1), (Branch(Leaf(2), ()), Leaf(3)), "top")


def test_children_and_walk() -> None:
    assert [type(child).__name__ for child in children(TREE)] == ["Leaf", "Branch", "Leaf"]
    assert [node.value for node in walk(TREE) if isinstance(node, Leaf)] == [1, 2, 3]


def test_with_children_leaves_the_rest() -> None:
    changed = with_children(TREE, lambda _node: Leaf(0))
    assert changed == Branch(Leaf(0), (Leaf(0), Leaf(0)), "top")


def test_to_json_leaves_out_what_is_none() -> None:
    assert to_json(Branch(Leaf(1), ())) == {"type": "Branch", "first": {"type": "Leaf", "value": 1}, "rest": []}
