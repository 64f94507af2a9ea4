"""Makes the clauses of the syntax tree: one method for each rule of the grammar."""

from __future__ import annotations

from typing import Any

from lark import Token, v_args

from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.aql.parsing.tree import Expressions, MisuseError, Several
from arango_thinking.embedded.errors import not_supported

Targets = tuple[s.Target, ...]
BOUNDS = ("preceding", "following")


def _inside(step: str | int, targets: Targets) -> Targets:
    """The targets with `step` in front of their paths."""
    return tuple(s.Target(target.variable, (step, *target.path)) for target in targets)


def _checked_bounds(bounds: s.Object) -> s.Object:
    """The bounds of WINDOW: "preceding", "following" or both, each once. Raises `MisuseError` for anything else."""
    names = [entry.key.value if isinstance(entry.key, s.Literal) else "" for entry in bounds.entries]
    if not names:
        raise MisuseError("At least one WINDOW bound must be specified ('preceding'/'following')")
    for place, name in enumerate(names):
        if name not in BOUNDS:
            raise MisuseError(f"""Invalid WINDOW attribute '{name}'; only "preceding" and "following" are supported""")
        if name in names[:place]:
            raise MisuseError(f"WINDOW attribute '{name}' is specified multiple times")
    return bounds


@v_args(inline=True)
class Loops(Expressions):
    """All forms of FOR, and the patterns that it shares with LET."""

    def array_pattern(self, _open: Token, slots: Several, _close: Token) -> Targets:
        return tuple(target for place, slot in enumerate(slots) for target in _inside(place, slot or ()))

    def object_pattern(self, _open: Token, fields: Several, _close: Token) -> Targets:
        return tuple(target for field in fields for target in field or ())

    def target(self, name: str) -> Targets:
        return (s.Target(s.Variable(name), ()),)

    def field(self, name: str) -> Targets:
        return (s.Target(s.Variable(name), (name,)),)

    def field_target(self, name: Token | str, _colon: Token, targets: Targets) -> Targets:
        return _inside(str(name), targets)

    def for_(self, _for: Token, names: Several, _in: Token, source: s.Node, options: Any) -> s.Node:
        if len(names) > 1:
            raise MisuseError("Collections and views FOR loops only allow a single return variable")
        return s.For(s.Variable(names[0]), source, options)

    def for_pattern(self, _for: Token, targets: Targets, _in: Token, source: s.Node, options: Any) -> s.Node:
        return s.For(s.Variable(""), source, options, s.Pattern(targets))

    def search(self, *_parts: Any) -> s.Node:
        raise not_supported("SEARCH (ArangoSearch views)")

    def direction(self, token: Token) -> str:
        return token.upper()

    def steps(self, *parts: Any) -> Several:
        return (parts[0], parts[1]) if len(parts) > 1 else (None, parts[0])

    def edge(self, collection: s.Node) -> s.Node:
        return s.EdgeSource(collection, "")

    def directed_edge(self, direction: str, collection: s.Node) -> s.Node:
        return s.EdgeSource(collection, direction)

    def graph(self, _graph: Token, name: s.Node) -> s.Node:
        return s.Graph(name, "")

    def prune(self, _prune: Token, condition: s.Node) -> s.Prune:
        return self.prune_variable(_prune, None, _prune, condition)

    def prune_variable(self, _prune: Token, name: str | None, _assign: Token, condition: s.Node) -> s.Prune:
        if any(isinstance(part, s.Subquery) for part in s.walk(condition)):
            raise MisuseError("PRUNE condition must not use a subquery")
        return s.Prune(condition, s.Variable(name) if name is not None else None)

    def traverse(self, _for: Token, names: Several, _in: Token, *rest: Any) -> s.Node:
        (depth, direction), start, source, prune, options = rest
        if len(names) > 3:
            raise MisuseError("Traversals only have one, two or three return variables")
        variables = tuple(map(s.Variable, names))
        if isinstance(source, s.Graph):
            return s.Traverse(variables, depth, start, (), s.Graph(source.name, direction), prune, options)
        edges = tuple(s.EdgeSource(edge.collection, edge.direction or direction) for edge in source)
        return s.Traverse(variables, depth, start, edges, None, prune, options)

    def traverse_pattern(self, *_parts: Any) -> s.Node:
        raise MisuseError("Traversal does not support array/object destructuring")


@v_args(inline=True)
class Clauses(Loops):
    """All clauses."""

    def query(self, body: s.Body) -> s.Body:
        return body

    def query_with(self, _with: Token, collections: Several, body: s.Body) -> s.Body:
        return s.Body((s.With(collections), *body.clauses))

    def body(self, clauses: Several, last: s.Node) -> s.Body:
        flat = [one for clause in clauses for one in (clause if isinstance(clause, tuple) else (clause,))]
        if (
            isinstance(last, s.Return)
            and last.distinct
            and not any(isinstance(one, s.For | s.Traverse) for one in flat)
        ):
            raise MisuseError("cannot use DISTINCT modifier on top-level query element", offset=last.place)
        return s.Body((*flat, last))

    def filter(self, _filter: Token, condition: s.Node) -> s.Node:
        return s.Filter(condition)

    def let(self, _let: Token, elements: Several) -> Several:
        return tuple(s.Let(one.variable, one.value) if isinstance(one, s.Assignment) else one for one in elements)

    def pattern_assignment(self, targets: Targets, _assign: Token, value: s.Node) -> s.Node:
        return s.LetPattern(s.Pattern(targets), value)

    def assignment(self, name: str, _assign: Token, value: s.Node) -> s.Node:
        return s.Assignment(s.Variable(name), value)

    def sort_direction(self, order: Token) -> s.Node:
        return s.Literal(order.lower())

    def sort_key(self, value: s.Node, direction: s.Node | None) -> s.Node:
        return s.SortKey(value, direction or s.Literal("asc"))

    def sort(self, _sort: Token, keys: Several) -> s.Node:
        return s.Sort(keys)

    def limit(self, _limit: Token, part: s.Slice) -> s.Node:
        return s.Limit(part)

    def return_(self, _return: Token, value: s.Node) -> s.Node:
        return s.Return(value)

    def return_distinct(self, _return: Token, distinct: Token, value: s.Node) -> s.Node:
        return s.Return(value, distinct=True, place=distinct.start_pos or 0)

    def keep(self, _keep: Token, names: Several) -> Several:
        return tuple(map(s.Reference, names))

    def into(self, _into: Token, name: str) -> s.Into:
        return s.Into(s.Variable(name))

    def into_value(self, _into: Token, name: str, _assign: Token, value: s.Node) -> s.Into:
        return s.Into(s.Variable(name), value)

    def groups(self, _start: None, assignments: Several) -> Several:
        return assignments

    def count_into(self, *parts: Any) -> s.Variable:
        return s.Variable(parts[-1])

    def collect(self, _collect: Token, groups: Several, aggregates: Several, into: Any, options: Any) -> s.Node:
        return s.Collect(groups, aggregates, into, None, options)

    def collect_groups(self, _collect: Token, groups: Several, into: Any, keep: Any, options: Any) -> s.Node:
        if keep and not into:
            raise MisuseError("use of 'KEEP' without 'INTO'")
        kept = s.Into(into.variable, into.value, keep) if into else None
        return s.Collect(groups, (), kept, None, options)

    def collect_aggregate(self, _collect: Token, aggregates: Several, into: Any, options: Any) -> s.Node:
        return s.Collect((), aggregates, into, None, options)

    def collect_count(self, _collect: Token, count: s.Variable, options: Any) -> s.Node:
        return s.Collect(count=count, options=options)

    def collect_groups_count(self, _collect: Token, groups: Several, count: s.Variable, options: Any) -> s.Node:
        return s.Collect(groups, count=count, options=options)

    def window(self, _window: Token, bounds: s.Object, aggregates: Several) -> s.Node:
        return s.Window(_checked_bounds(bounds), None, aggregates)

    def window_range(self, _window: Token, value: s.Node, _with: Token, bounds: s.Object, more: Several) -> s.Node:
        return s.Window(_checked_bounds(bounds), value, more)

    def options(self, _options: Token, value: s.Node) -> s.Node:
        return value

    def goal(self, _into: Token, collection: s.Node, options: s.Node | None) -> s.Write:
        return s.Write(collection, options)

    def insert(self, _insert: Token, document: s.Node, write: s.Write) -> s.Node:
        return s.Insert(document, write)

    def update(self, kind: Token, target: s.Node, write: s.Write) -> s.Node:
        return s.Update(target, None, kind.type == "REPLACE", write)

    def update_with(self, kind: Token, target: s.Node, _with: Token, patch: s.Node, write: s.Write) -> s.Node:
        return s.Update(target, patch, kind.type == "REPLACE", write)

    def remove(self, _remove: Token, target: s.Node, write: s.Write) -> s.Node:
        return s.Remove(target, write)

    def upsert(self, _upsert: Token, search: s.Node, _insert: Token, *rest: Any) -> s.Node:
        insert, kind, update, write = rest
        return s.Upsert(search, insert, update, kind.type == "REPLACE", write)

    def upsert_filter(self, _upsert: Token, _filter: Token, condition: s.Node, _insert: Token, *rest: Any) -> s.Node:
        insert, kind, update, write = rest
        return s.Upsert(None, insert, update, kind.type == "REPLACE", write, condition)
