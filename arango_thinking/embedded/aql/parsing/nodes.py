"""What all nodes of the syntax tree have in common, and ways to go through a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar


class Node:
    """The base class of all nodes."""

    __slots__ = ()


NodeT = TypeVar("NodeT", bound=Node)


_NAMES: dict[type[Node], tuple[str, ...]] = {}


def _names(kind: type[Node]) -> tuple[str, ...]:
    """The names of a node's fields, kept: `fields` itself takes much longer than all else here."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]
    return _NAMES[kind]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    for name in _names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def with_children(node: NodeT, change: Callable[[Node], Node]) -> NodeT:
    """The node with each child replaced by what `change` makes of it."""
    changed: dict[str, Any] = {}
    for name in _names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            changed[name] = change(value)
        elif isinstance(value, tuple):
            changed[name] = tuple(change(item) if isinstance(item, Node) else item for item in value)
    return replace(node, **changed) if changed else node  # type: ignore[type-var]


def to_json(node: Any) -> Any:
    """The tree as JSON-ready values."""
    if isinstance(node, Node):
        values = {name: to_json(getattr(node, name)) for name in _names(type(node))}
        return {"type": type(node).__name__, **{key: value for key, value in values.items() if value is not None}}
    if isinstance(node, tuple):
        return [to_json(item) for item in node]
    return node
