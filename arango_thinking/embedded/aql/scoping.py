"""Which variable a name means: gives each variable its slot and tells variables from collections."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from arango_thinking.embedded.aql import syntax as s
from arango_thinking.embedded.errors import ArangoError

#: Names that exist only where a clause or an operator provides them.
PROVIDED = frozenset({"OLD", "NEW", "CURRENT"})


@dataclass
class Slots:
    """Hands out the places in a row; unique in the whole query."""

    count: int = 0

    def take(self) -> int:
        self.count += 1
        return self.count - 1


@dataclass
class Scope:
    """The variables visible at one point of a query."""

    slots: Slots
    names: dict[str, int] = field(default_factory=dict)
    #: What stays visible after COLLECT: all that was declared before the first loop.
    lasting: dict[str, int] = field(default_factory=dict)
    has_loop: bool = False

    def declare(self, variable: s.Variable) -> s.Variable:
        if variable.name in self.names:
            raise ArangoError(1511, variable.name)
        return self.provide(variable.name)

    def provide(self, name: str) -> s.Variable:
        """Declare a name that may hide an earlier one."""
        slot = self.slots.take()
        self.names[name] = slot
        if not self.has_loop:
            self.lasting[name] = slot
        return s.Variable(name, slot)

    def inner(self) -> Scope:
        return Scope(self.slots, dict(self.names), dict(self.names))

    def find(self, reference: s.Reference) -> s.Node:
        name = reference.name
        if name in self.names:
            return s.Reference(name, self.names[name])
        if name in PROVIDED:
            raise ArangoError(1512, name)
        return s.Collection(name)


def resolve(body: s.Body) -> tuple[s.Body, int]:
    """The tree with every name resolved, and the number of slots. Raises 1511 and 1512."""
    slots = Slots()
    return _body(body, Scope(slots)), slots.count


def _body(body: s.Body, scope: Scope) -> s.Body:
    return s.Body(tuple(_clause(clause, scope) for clause in body.clauses))


def _expression(node: s.Node, scope: Scope) -> s.Node:
    if isinstance(node, s.Reference):
        return scope.find(node)
    if isinstance(node, s.Subquery):
        return s.Subquery(_body(node.body, scope.inner()))
    if isinstance(node, s.Expansion | s.Question):
        return _with_current(node, scope)
    return s.with_children(node, lambda child: _expression(child, scope))


def _optional(node: s.Node | None, scope: Scope) -> s.Node | None:
    return None if node is None else _expression(node, scope)


def _with_current(node: s.Expansion | s.Question, scope: Scope) -> s.Node:
    base = _expression(node.base, scope)
    inner = scope.inner()
    current = inner.provide("CURRENT")
    condition = _optional(node.condition, inner)
    if isinstance(node, s.Question):
        quantifier = s.with_children(node.quantifier, lambda child: _expression(child, scope))
        return s.Question(base, quantifier, condition, current)
    window = node.window and s.with_children(node.window, lambda child: _expression(child, scope))
    projection = _optional(node.projection, inner)
    return s.Expansion(base, node.levels, _expression(node.tail, inner), condition, window, projection, current)


def _clause(clause: s.Node, scope: Scope) -> s.Node:
    if isinstance(clause, s.For):
        source = _expression(clause.source, scope)
        scope.has_loop = True
        return s.For(scope.declare(clause.variable), source, _optional(clause.options, scope))
    if isinstance(clause, s.Let):
        value = _expression(clause.value, scope)
        return s.Let(scope.declare(clause.variable), value)
    if isinstance(clause, s.Traverse):
        return _traverse(clause, scope)
    if isinstance(clause, s.Collect):
        return _collect(clause, scope)
    if isinstance(clause, s.MODIFICATIONS):
        return _modification(clause, scope)
    return s.with_children(clause, lambda child: _expression(child, scope))


def _traverse(clause: s.Traverse, scope: Scope) -> s.Node:
    depth, start = _optional(clause.depth, scope), _expression(clause.start, scope)
    options = _optional(clause.options, scope)
    scope.has_loop = True
    variables = tuple(scope.declare(variable) for variable in clause.variables)
    prune = clause.prune
    if prune is not None:
        condition = _expression(prune.condition, scope)
        prune = s.Prune(condition, prune.variable and scope.declare(prune.variable))
    return s.Traverse(variables, depth, start, clause.edges, prune, options)


def _assignments(assignments: tuple[s.Assignment, ...], scope: Scope) -> list[s.Node]:
    return [_expression(one.value, scope) for one in assignments]


def _collect(clause: s.Collect, scope: Scope) -> s.Node:
    groups, aggregates = _assignments(clause.groups, scope), _assignments(clause.aggregates, scope)
    lasting = scope.lasting if scope.has_loop else {}
    members = tuple(s.Reference(name, slot) for name, slot in scope.names.items() if name not in lasting)
    into = clause.into
    value = _optional(into.value, scope) if into else None
    keep = None
    if into and into.keep is not None:
        keep = tuple(_kept(reference, scope) for reference in into.keep)
    if scope.has_loop:
        scope.names = dict(scope.lasting)
    return s.Collect(
        tuple(s.Assignment(scope.declare(old.variable), new) for old, new in zip(clause.groups, groups, strict=True)),
        tuple(
            s.Assignment(scope.declare(old.variable), new)
            for old, new in zip(clause.aggregates, aggregates, strict=True)
        ),
        into and s.Into(scope.declare(into.variable), value, keep),
        clause.count and scope.declare(clause.count),
        clause.options,
        members,
    )


def _kept(reference: s.Reference, scope: Scope) -> s.Reference:
    found = scope.find(reference)
    if not isinstance(found, s.Reference):
        raise ArangoError(1512, reference.name)
    return found


def _modification(clause: s.Node, scope: Scope) -> s.Node:
    assert isinstance(clause, s.MODIFICATIONS)
    old: s.Variable | None = None
    if isinstance(clause, s.Upsert):
        search, insert = _expression(clause.search, scope), _expression(clause.insert, scope)
        old = scope.provide("OLD")
        update = _expression(clause.update, scope)
        changed: s.Node = replace(clause, search=search, insert=insert, update=update)
    else:
        changed = s.with_children(
            clause, lambda child: child if isinstance(child, s.Write) else _expression(child, scope)
        )
        if not isinstance(clause, s.Insert) or _overwrites(clause.write.options):
            old = scope.provide("OLD")
    new = None if isinstance(clause, s.Remove) else scope.provide("NEW")
    write = s.Write(clause.write.collection, _optional(clause.write.options, scope), old, new)
    return replace(changed, write=write)  # type: ignore[type-var]


def _overwrites(options: s.Node | None) -> bool:
    """Whether INSERT may replace a document, so that there is an OLD."""
    if not isinstance(options, s.Object):
        return False
    for entry in options.entries:
        if entry.key == s.Literal("overwriteMode"):
            return entry.value in (s.Literal("replace"), s.Literal("update"))
        if entry.key == s.Literal("overwrite"):
            return entry.value == s.Literal(True)
    return False
