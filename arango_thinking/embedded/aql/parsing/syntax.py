"""The syntax tree of a query. The parser makes the nodes, which are frozen; `scoping` makes copies with slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.aql.parsing.nodes import Node as Node
from arango_thinking.embedded.aql.parsing.nodes import children as children
from arango_thinking.embedded.aql.parsing.nodes import to_json as to_json
from arango_thinking.embedded.aql.parsing.nodes import walk as walk
from arango_thinking.embedded.aql.parsing.nodes import with_children as with_children


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A declared variable. `slot` is its place in a row; no other variable of the query has it."""

    name: str
    slot: int = -1


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """The use of a variable; or, unless `is_variable` is set, possibly of a collection."""

    name: str
    slot: int = -1
    is_variable: bool = False


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
    """`base.name`. The name may be a bind parameter; if its value is an array, that is a path of names."""

    base: Node
    name: str | Parameter


@dataclass(frozen=True, slots=True)
class Index(Node):
    base: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Element(Node):
    """The element that a pattern takes from an array; null if the base is not an array."""

    base: Node
    position: int


@dataclass(frozen=True, slots=True)
class Group(Node):
    """An expression in parentheses that ends an array expansion: what follows applies to the whole array."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """LIMIT: how many rows or elements to skip, and how many to take."""

    offset: Node | None
    count: Node


@dataclass(frozen=True, slots=True)
class Expansion(Node):
    """`base[*]`. `tail` is the expression that follows, computed for each element. CURRENT is the element."""

    base: Node
    levels: int
    tail: Node
    condition: Node | None = None
    limit: Slice | None = None
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
    """`condition ? then : otherwise`. Without `then`, the value of a true condition is the result."""

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
    """WITH: the collections that a traversal may visit."""

    collections: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Target(Node):
    """A variable of a pattern, with the path to its value: attribute names and array positions."""

    variable: Variable
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Pattern(Node):
    """A pattern that takes an array or object apart, such as `[a, { b }]`."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class For(Node):
    """A loop. If it has a pattern, its variable has no name."""

    variable: Variable
    source: Node
    options: Node | None = None
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True)
class EdgeSource(Node):
    collection: Node
    direction: str


@dataclass(frozen=True, slots=True)
class Prune(Node):
    condition: Node
    variable: Variable | None = None


@dataclass(frozen=True, slots=True)
class Graph(Node):
    """A named graph whose edges are followed, all in one direction."""

    name: Node
    direction: str


@dataclass(frozen=True, slots=True)
class Traverse(Node):
    variables: tuple[Variable, ...]
    depth: Node | None
    start: Node
    edges: tuple[EdgeSource, ...]
    graph: Graph | None = None
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
class LetPattern(Node):
    pattern: Pattern
    value: Node


@dataclass(frozen=True, slots=True)
class SortKey(Node):
    """`direction` is "asc", "desc" or an expression whose value decides between them."""

    value: Node
    direction: Node


@dataclass(frozen=True, slots=True)
class Sort(Node):
    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Limit(Node):
    slice: Slice


@dataclass(frozen=True, slots=True)
class Return(Node):
    """`place` is the offset of DISTINCT in the text."""

    value: Node
    distinct: bool = False
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment(Node):
    variable: Variable
    value: Node


@dataclass(frozen=True, slots=True)
class Into(Node):
    """INTO. `variable` gets the members of a group; `value` computes a member, or `keep` names what it holds."""

    variable: Variable
    value: Node | None = None
    keep: tuple[Reference, ...] | None = None


@dataclass(frozen=True, slots=True)
class Collect(Node):
    """`members` are the variables that make up one member of a group; `scoping` fills them in."""

    groups: tuple[Assignment, ...] = ()
    aggregates: tuple[Assignment, ...] = ()
    into: Into | None = None
    count: Variable | None = None
    options: Node | None = None
    members: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Window(Node):
    """WINDOW. `bounds` say which rows belong to the window: by their position, or by their `value` if there is one."""

    bounds: Node
    value: Node | None
    aggregates: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Write(Node):
    """The common part of all writing clauses. `old` and `new` are `None` where the clause does not offer OLD or NEW."""

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
    """UPDATE, or REPLACE if `replaces` is set. Without `patch`, `target` holds both the key and the changes."""

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
    """UPSERT. It looks for a document like `search`, or for one that fulfils `condition` as the variable CURRENT."""

    search: Node | None
    insert: Node
    update: Node
    replaces: bool
    write: Write
    condition: Node | None = None
    current: Variable = Variable("CURRENT")


MODIFICATIONS = (Insert, Update, Remove, Upsert)


def dependencies(node: Node) -> frozenset[int]:
    """The slots of the variables that the node reads and does not declare itself."""
    used: set[int] = set()
    declared: set[int] = set()
    for part in walk(node):
        if isinstance(part, Reference):
            used.add(part.slot)
        elif isinstance(part, Variable):
            declared.add(part.slot)
    return frozenset(used - declared)
