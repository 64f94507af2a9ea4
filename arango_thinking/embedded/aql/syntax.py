"""The syntax tree of a query: frozen nodes, made by the parser, given their slots by `scoping`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar


class Node:
    """Base of everything in the tree."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A declared variable; `slot` is its place in a row, unique in the query."""

    name: str
    slot: int = -1


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """The use of a variable."""

    name: str
    slot: int = -1


@dataclass(frozen=True, slots=True)
class Collection(Node):
    """A collection by its name, or by the bind parameter `name` ("@users" for @@users)."""

    name: str
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A bind parameter for a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Array(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry(Node):
    key: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Object(Node):
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`base.name`; the name may be a bind parameter, whose array value is a path."""

    base: Node
    name: str | Parameter


@dataclass(frozen=True, slots=True)
class Index(Node):
    base: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Group(Node):
    """An expression in parentheses that must not be taken apart: it ends an array expansion."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Window(Node):
    """LIMIT: how many to leave out and how many to take."""

    offset: Node | None
    count: Node


@dataclass(frozen=True, slots=True)
class Expansion(Node):
    """`base[*]`: `tail` is what follows, applied to each element, the variable CURRENT."""

    base: Node
    levels: int
    tail: Node
    condition: Node | None = None
    window: Window | None = None
    projection: Node | None = None
    current: Variable = Variable("CURRENT")


@dataclass(frozen=True, slots=True)
class Quantifier(Node):
    """ANY, ALL, NONE, AT LEAST (`least`), or COUNT: between `least` and `most`."""

    kind: str
    least: Node | None = None
    most: Node | None = None


@dataclass(frozen=True, slots=True)
class Question(Node):
    """`base[? quantifier FILTER condition]`."""

    base: Node
    quantifier: Quantifier
    condition: Node | None
    current: Variable = Variable("CURRENT")


@dataclass(frozen=True, slots=True)
class Unary(Node):
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class ArrayComparison(Node):
    quantifier: Quantifier
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Ternary(Node):
    """`condition ? then : otherwise`; without `then` the condition's own value is taken."""

    condition: Node
    then: Node | None
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Range(Node):
    lower: Node
    upper: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Body(Node):
    """The clauses of a query or subquery."""

    clauses: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Subquery(Node):
    body: Body


@dataclass(frozen=True, slots=True)
class With(Node):
    """Collections that a traversal may meet."""

    collections: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class For(Node):
    variable: Variable
    source: Node
    options: Node | None = None


@dataclass(frozen=True, slots=True)
class EdgeSource(Node):
    collection: Node
    direction: str


@dataclass(frozen=True, slots=True)
class Prune(Node):
    condition: Node
    variable: Variable | None = None


@dataclass(frozen=True, slots=True)
class Traverse(Node):
    variables: tuple[Variable, ...]
    depth: Node | None
    start: Node
    edges: tuple[EdgeSource, ...]
    prune: Prune | None = None
    options: Node | None = None


@dataclass(frozen=True, slots=True)
class Filter(Node):
    condition: Node


@dataclass(frozen=True, slots=True)
class Let(Node):
    variable: Variable
    value: Node


@dataclass(frozen=True, slots=True)
class SortKey(Node):
    value: Node
    descending: bool | Node = False


@dataclass(frozen=True, slots=True)
class Sort(Node):
    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Limit(Node):
    window: Window


@dataclass(frozen=True, slots=True)
class Return(Node):
    value: Node
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Assignment(Node):
    variable: Variable
    value: Node


@dataclass(frozen=True, slots=True)
class Into(Node):
    """INTO: the variable that takes the members of a group, what a member is, or what of it to keep."""

    variable: Variable
    value: Node | None = None
    keep: tuple[Reference, ...] | None = None


@dataclass(frozen=True, slots=True)
class Collect(Node):
    """`members` are the variables that make up one member of a group; filled by `scoping`."""

    groups: tuple[Assignment, ...] = ()
    aggregates: tuple[Assignment, ...] = ()
    into: Into | None = None
    count: Variable | None = None
    options: Node | None = None
    members: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Write(Node):
    """Common to all writing clauses. OLD and NEW are None where the clause does not offer them."""

    collection: Node
    options: Node | None = None
    old: Variable | None = None
    new: Variable | None = None


@dataclass(frozen=True, slots=True)
class Insert(Node):
    document: Node
    write: Write


@dataclass(frozen=True, slots=True)
class Update(Node):
    """UPDATE, or REPLACE if `replaces`. Without `patch` the document's own key says which one is meant."""

    target: Node
    patch: Node | None
    replaces: bool
    write: Write


@dataclass(frozen=True, slots=True)
class Remove(Node):
    target: Node
    write: Write


@dataclass(frozen=True, slots=True)
class Upsert(Node):
    search: Node
    insert: Node
    update: Node
    replaces: bool
    write: Write


MODIFICATIONS = (Insert, Update, Remove, Upsert)

NodeT = TypeVar("NodeT", bound=Node)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
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
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if isinstance(value, Node):
            changed[field.name] = change(value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(change(item) if isinstance(item, Node) else item for item in value)
    return replace(node, **changed) if changed else node  # type: ignore[type-var]


def dependencies(node: Node) -> frozenset[int]:
    """Slots of the variables that the node reads and does not declare itself."""
    used: set[int] = set()
    declared: set[int] = set()
    for part in walk(node):
        if isinstance(part, Reference):
            used.add(part.slot)
        elif isinstance(part, Variable):
            declared.add(part.slot)
    return frozenset(used - declared)


def to_json(node: Any) -> Any:
    """The tree as JSON-ready values."""
    if isinstance(node, Node):
        values = {field.name: to_json(getattr(node, field.name)) for field in fields(node)}  # type: ignore[arg-type]
        return {"type": type(node).__name__, **{key: value for key, value in values.items() if value is not None}}
    if isinstance(node, tuple):
        return [to_json(item) for item in node]
    return node
