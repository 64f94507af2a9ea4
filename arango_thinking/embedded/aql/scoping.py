"""Resolving names: give each variable its slot, and distinguish variables from collections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from arango_thinking.embedded.aql.context import StageError
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.errors import ArangoError

#: Names that exist only where a clause or an operator provides them.
PROVIDED = frozenset({"OLD", "NEW", "CURRENT"})


@dataclass
class Slots:
    """Hands out slots: the places of variables in a row.

    There is one `Slots` for each query, so it also records whether an earlier clause of the query writes.
    """

    count: int = 0
    has_written: bool = False

    def take(self) -> int:
        self.count += 1
        return self.count - 1


@dataclass
class Scope:
    """The variables visible at one point of a query."""

    slots: Slots
    names: dict[str, int] = field(default_factory=dict)
    #: The variables that stay visible after COLLECT: those declared before the first loop.
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
        if reference.is_variable:
            raise StageError(1512, f"use of unknown variable '{name}' in object literal", "parsing")
        if name in PROVIDED:
            raise ArangoError(1512, name)
        return s.Collection(name)


def resolve(body: s.Body) -> tuple[s.Body, int]:
    """The tree with every name resolved, and the number of slots.

    Raises `ArangoError`: 1511 for a variable declared twice, 1512 for an unknown variable, 1501 for an unknown variable
    after KEEP, 1595 for WINDOW after a write.
    """
    slots = Slots()
    return _body(body, Scope(slots)), slots.count


def _body(body: s.Body, scope: Scope) -> s.Body:
    return s.Body(tuple(one for clause in body.clauses for one in _clauses(clause, scope)))


def _clauses(clause: s.Node, scope: Scope) -> Iterator[s.Node]:
    """The clause. If it has a pattern, it becomes one with a nameless variable, and a LET for each name."""
    if isinstance(clause, s.LetPattern):
        whole = s.Variable("", scope.slots.take())
        yield s.Let(whole, _expression(clause.value, scope))
        yield from _taken_apart(clause.pattern, whole, scope)
    elif isinstance(clause, s.For) and clause.pattern is not None:
        whole = s.Variable("", scope.slots.take())
        source = _expression(clause.source, scope)
        scope.has_loop = True
        yield s.For(whole, source, _optional(clause.options, scope))
        yield from _taken_apart(clause.pattern, whole, scope)
    else:
        yield _clause(clause, scope)


def _taken_apart(pattern: s.Pattern, whole: s.Variable, scope: Scope) -> Iterator[s.Node]:
    for target in pattern.targets:
        value: s.Node = s.Reference("", whole.slot)
        for step in target.path:
            value = s.Attribute(value, step) if isinstance(step, str) else s.Element(value, step)
        yield s.Let(scope.declare(target.variable), value)


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
    limit = node.limit and s.with_children(node.limit, lambda child: _expression(child, scope))
    projection = _optional(node.projection, inner)
    return s.Expansion(base, node.levels, _expression(node.tail, inner), condition, limit, projection, current)


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
    if isinstance(clause, s.Window):
        return _window(clause, scope)
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
    return replace(clause, variables=variables, depth=depth, start=start, prune=prune, options=options)


def _collect(clause: s.Collect, scope: Scope) -> s.Node:
    own, into = (*clause.groups, *clause.aggregates), clause.into
    _check_new(own, scope)
    _refuse_own([one.value for one in own], own)
    if into and into.value:
        _refuse_own([into.value], own, "COLLECT's expression")
    groups = [_expression(one.value, scope) for one in clause.groups]
    aggregates = [_expression(one.value, scope) for one in clause.aggregates]
    lasting = scope.lasting if scope.has_loop else {}
    members = tuple(s.Reference(name, slot) for name, slot in scope.names.items() if name not in lasting)
    value = _optional(into.value, scope) if into else None
    keep = None
    if into and into.keep is not None:
        keep = tuple(_kept(reference, scope) for reference in into.keep)
    if scope.has_loop:
        scope.names = dict(scope.lasting)
    return s.Collect(
        _declared(clause.groups, groups, scope),
        _declared(clause.aggregates, aggregates, scope),
        into and s.Into(scope.declare(into.variable), value, keep),
        clause.count and scope.declare(clause.count),
        clause.options,
        members,
    )


def _window(clause: s.Window, scope: Scope) -> s.Node:
    if scope.slots.has_written:
        raise ArangoError(1595)
    bounds, value = _expression(clause.bounds, scope), _optional(clause.value, scope)
    _check_new(clause.aggregates, scope)
    _refuse_own([one.value for one in clause.aggregates], clause.aggregates)
    aggregates = [_expression(one.value, scope) for one in clause.aggregates]
    return s.Window(bounds, value, _declared(clause.aggregates, aggregates, scope))


def _check_new(assignments: Iterable[s.Assignment], scope: Scope) -> None:
    for one in assignments:
        if one.variable.name in scope.names:
            raise ArangoError(1511, one.variable.name)


def _declared(old: Sequence[s.Assignment], values: Sequence[s.Node], scope: Scope) -> tuple[s.Assignment, ...]:
    return tuple(s.Assignment(scope.declare(one.variable), value) for one, value in zip(old, values, strict=True))


def _refuse_own(values: Iterable[s.Node], own: Iterable[s.Assignment], place: str = "COLLECT") -> None:
    """Raises `StageError` 1512 when a clause that makes groups refers to a variable that it declares itself."""
    names = {one.variable.name for one in own}
    for value in values:
        for part in s.walk(value):
            if isinstance(part, s.Reference) and part.name in names:
                raise StageError(1512, f"use of COLLECT variable '{part.name}' inside same {place}", "parsing")


def _kept(reference: s.Reference, scope: Scope) -> s.Reference:
    if reference.name not in scope.names:
        raise ArangoError(1501, f"use of unknown variable '{reference.name}' for KEEP")
    return s.Reference(reference.name, scope.names[reference.name])


def _modification(clause: s.Node, scope: Scope) -> s.Node:
    assert isinstance(clause, s.MODIFICATIONS)
    old: s.Variable | None = None
    changed: s.Node
    if isinstance(clause, s.Upsert):
        old, changed = _upsert(clause, scope)
    else:
        changed = s.with_children(
            clause, lambda child: child if isinstance(child, s.Write) else _expression(child, scope)
        )
        if not isinstance(clause, s.Insert) or _overwrites(clause.write.options):
            old = scope.provide("OLD")
    scope.slots.has_written = True
    new = None if isinstance(clause, s.Remove) else scope.provide("NEW")
    write = s.Write(clause.write.collection, _optional(clause.write.options, scope), old, new)
    return replace(changed, write=write)  # type: ignore[type-var]


def _upsert(clause: s.Upsert, scope: Scope) -> tuple[s.Variable, s.Node]:
    """OLD, and the clause with its names resolved. The update may use OLD, the condition may use CURRENT."""
    inner = scope.inner()
    current = inner.provide("CURRENT")
    condition, search = _optional(clause.condition, inner), _optional(clause.search, scope)
    insert = _expression(clause.insert, scope)
    old = scope.provide("OLD")
    update = _expression(clause.update, scope)
    return old, replace(
        clause, search=search, insert=insert, update=update, condition=condition, current=current
    )  # fmt: skip


def _overwrites(options: s.Node | None) -> bool:
    """Whether INSERT may replace a document. Only then is there an OLD."""
    if not isinstance(options, s.Object):
        return False
    for entry in options.entries:
        if entry.key == s.Literal("overwriteMode"):
            return entry.value in (s.Literal("replace"), s.Literal("update"))
        if entry.key == s.Literal("overwrite"):
            return entry.value == s.Literal(True)
    return False
