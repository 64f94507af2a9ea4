"""Makes the nodes of the syntax tree: one method for each rule of the grammar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lark import Token, Transformer, v_args

from arango_thinking.embedded.aql import syntax as s
from arango_thinking.embedded.aql.values import normalized
from arango_thinking.embedded.errors import ArangoError, not_supported

#: Operators that can be written in two ways.
OPERATORS = {"AND": "&&", "OR": "||", "NOT": "!"}
CONSTANTS = {"NULL": None, "TRUE": True, "FALSE": False}
#: No longer integer is turned into a number digit by digit.
LONGEST_INTEGER = 400

Several = tuple[Any, ...]


def continued(base: s.Node, access: Callable[[s.Node], s.Node]) -> s.Node:
    """An access to `base`; behind `[*]` it belongs to each element."""
    if isinstance(base, s.Expansion):
        tail = continued(base.tail, access)
        return s.Expansion(base.base, base.levels, tail, base.condition, base.window, base.projection)
    return access(base)


def operator_of(token: Token) -> str:
    name = token.upper()
    return OPERATORS.get(name, name)


def misplaced(what: str) -> ArangoError:
    return ArangoError(1501, f"syntax error, {what}")


class Lists(Transformer[Token, Any]):
    """Rules of the form `items: item | items COMMA item` give a tuple."""

    def one(self, children: list[Any]) -> Several:
        return (children[0],)

    collections = clauses = names = edges = assignments = sort_keys = items = entries = arguments = one

    def more(self, children: list[Any]) -> Several:
        return (*children[0], children[-1])

    def nothing(self, _children: list[Any]) -> None:
        return None

    def same(self, children: list[Any]) -> Any:
        return children[0]

    def inline(self, children: list[Any]) -> Any:
        return children[1]

    def aggregates(self, children: list[Any]) -> Any:
        return children[1]


@v_args(inline=True)
class Expressions(Lists):
    """Expressions."""

    def name(self, token: Token) -> str:
        return str(token)

    def reference(self, name: str) -> s.Node:
        return s.Reference(name)

    def string(self, token: Token) -> s.Node:
        return s.Literal(str(token))

    def number(self, token: Token) -> s.Node:
        text = str(token)
        if text[:2] in ("0x", "0X", "0b", "0B"):
            return s.Literal(normalized(int(text, 0)))
        if text.isdigit() and len(text) < LONGEST_INTEGER:
            return s.Literal(normalized(int(text)))
        return s.Literal(normalized(float(text)))

    def constant(self, token: Token) -> s.Node:
        return s.Literal(CONSTANTS[token.upper()])

    def parameter(self, token: Token) -> s.Node:
        return s.Parameter(str(token)[1:])

    def collection_parameter(self, token: Token) -> s.Node:
        return s.Collection(str(token)[1:], bound=True)

    def collection_name(self, name: Token | str) -> s.Node:
        return s.Collection(str(name))

    def group(self, _open: Token, inner: s.Node, _close: Token) -> s.Node:
        return s.Group(inner) if isinstance(inner, s.Expansion) else inner

    def subquery(self, _open: Token, body: s.Body, _close: Token) -> s.Node:
        return s.Subquery(body)

    def empty_array(self, _open: Token, _close: Token) -> s.Node:
        return s.Array(())

    def array(self, _open: Token, items: Several, *_rest: Token) -> s.Node:
        return s.Array(items)

    def empty_object(self, _open: Token, _close: Token) -> s.Node:
        return s.Object(())

    def object(self, _open: Token, entries: Several, *_rest: Token) -> s.Node:
        return s.Object(entries)

    def named_entry(self, key: Token | str, _colon: Token, value: s.Node) -> s.Entry:
        return s.Entry(s.Literal(str(key)), value)

    def bound_entry(self, key: Token, _colon: Token, value: s.Node) -> s.Entry:
        return s.Entry(s.Parameter(str(key)[1:]), value)

    def computed_entry(self, _open: Token, key: s.Node, _close: Token, _colon: Token, value: s.Node) -> s.Entry:
        return s.Entry(key, value)

    def shorthand_entry(self, name: str) -> s.Entry:
        return s.Entry(s.Literal(name), s.Reference(name))

    def function(self, name: Token | str) -> str:
        return name.upper()

    def namespaced(self, namespace: str, _scope: Token, name: str) -> str:
        return f"{namespace}::{name}".upper()

    def subquery_argument(self, body: s.Body) -> s.Node:
        return s.Subquery(body)

    def empty_call(self, function: str, _open: Token, _close: Token) -> s.Node:
        return s.Call(function, ())

    def call(self, function: str, _open: Token, arguments: Several, *_rest: Token) -> s.Node:
        return s.Call(function, arguments)

    def attribute(self, base: s.Node, _dot: Token, name: str) -> s.Node:
        return continued(base, lambda inner: s.Attribute(inner, name))

    def bound_attribute(self, base: s.Node, _dot: Token, token: Token) -> s.Node:
        return continued(base, lambda inner: s.Attribute(inner, s.Parameter(str(token)[1:])))

    def index(self, base: s.Node, _open: Token, index: s.Node, _close: Token) -> s.Node:
        return continued(base, lambda inner: s.Index(inner, index))

    def stars(self, _star: Token) -> int:
        return 1

    def more_stars(self, count: int, _star: Token) -> int:
        return count + 1

    def expansion(self, base: s.Node, _open: Token, levels: int, *rest: Any) -> s.Node:
        condition, window, projection, _ = rest
        if levels > 1 and isinstance(base, s.Expansion):
            base = s.Group(base)
        tail = s.Reference("CURRENT")
        return continued(base, lambda inner: s.Expansion(inner, levels, tail, condition, window, projection))

    def question(self, base: s.Node, _open: Token, _mark: Token, *rest: Any) -> s.Node:
        how_many, condition = (rest[0], rest[2]) if len(rest) > 1 else (None, None)
        return s.Question(base, how_many or s.Quantifier("ANY"), condition)

    def quantifier(self, token: Token) -> s.Quantifier:
        return s.Quantifier(token.upper())

    def at_least(self, _least: Token, _open: Token, count: s.Node, _close: Token) -> s.Quantifier:
        return s.Quantifier("AT LEAST", count)

    def exactly(self, count: s.Node) -> s.Quantifier:
        return s.Quantifier("COUNT", count, count)

    def between(self, least: s.Node, _dots: Token, most: s.Node) -> s.Quantifier:
        return s.Quantifier("COUNT", least, most)

    def unary(self, operator: Token, operand: s.Node) -> s.Node:
        return s.Unary(operator_of(operator), operand)

    def binary(self, left: s.Node, operator: Token, right: s.Node) -> s.Node:
        return s.Binary(operator_of(operator), left, right)

    def negated(self, left: s.Node, _not: Token, operator: Token, right: s.Node) -> s.Node:
        return s.Binary(f"NOT {operator_of(operator)}", left, right)

    def array_comparison(self, left: s.Node, how: s.Quantifier, operator: Token, right: s.Node) -> s.Node:
        return s.ArrayComparison(how, operator_of(operator), left, right)

    def array_not_in(self, left: s.Node, how: s.Quantifier, _not: Token, _in: Token, right: s.Node) -> s.Node:
        return s.ArrayComparison(how, "NOT IN", left, right)

    def range(self, lower: s.Node, _dots: Token, upper: s.Node) -> s.Node:
        return s.Range(lower, upper)

    def ternary(self, condition: s.Node, _q: Token, then: s.Node, _c: Token, otherwise: s.Node) -> s.Node:
        return s.Ternary(condition, then, otherwise)

    def short_ternary(self, condition: s.Node, _q: Token, _c: Token, otherwise: s.Node) -> s.Node:
        return s.Ternary(condition, None, otherwise)

    def window(self, first: s.Node, *rest: Any) -> s.Window:
        return s.Window(first, rest[1]) if rest else s.Window(None, first)


@v_args(inline=True)
class Clauses(Expressions):
    """Clauses."""

    def query(self, body: s.Body) -> s.Body:
        return body

    def query_with(self, _with: Token, collections: Several, body: s.Body) -> s.Body:
        return s.Body((s.With(collections), *body.clauses))

    def body(self, clauses: Several) -> s.Body:
        flat = [one for clause in clauses for one in (clause if isinstance(clause, tuple) else (clause,))]
        returns = [clause for clause in flat if isinstance(clause, s.Return)]
        writes = any(isinstance(clause, s.MODIFICATIONS) for clause in flat)
        if not returns and not writes:
            raise misplaced("unexpected end of query string: RETURN or a modification is missing")
        if returns and flat[-1] is not returns[0]:
            raise misplaced("unexpected clause after RETURN")
        return s.Body(tuple(flat))

    def for_(self, _for: Token, names: Several, _in: Token, source: s.Node, options: Any) -> s.Node:
        if len(names) > 1:
            raise misplaced("only a traversal has several variables")
        return s.For(s.Variable(names[0]), source, options)

    def search(self, *_parts: Any) -> s.Node:
        raise not_supported("SEARCH (ArangoSearch views)")

    def named_graph(self, *_parts: Any) -> s.Node:
        raise not_supported("traversals of named graphs in AQL")

    def direction(self, token: Token) -> str:
        return token.upper()

    def edge(self, collection: s.Node) -> s.Node:
        return s.EdgeSource(collection, "")

    def directed_edge(self, direction: str, collection: s.Node) -> s.Node:
        return s.EdgeSource(collection, direction)

    def prune(self, _prune: Token, condition: s.Node) -> s.Prune:
        return s.Prune(condition)

    def prune_variable(self, _prune: Token, name: str, _assign: Token, condition: s.Node) -> s.Prune:
        return s.Prune(condition, s.Variable(name))

    def traverse(self, _for: Token, names: Several, _in: Token, *rest: Any) -> s.Node:
        depth, direction, start, edges, prune, options = rest
        if len(names) > 3:
            raise misplaced("a traversal has at most three variables")
        sources = tuple(s.EdgeSource(edge.collection, edge.direction or direction) for edge in edges)
        return s.Traverse(tuple(map(s.Variable, names)), depth, start, sources, prune, options)

    def filter(self, _filter: Token, condition: s.Node) -> s.Node:
        return s.Filter(condition)

    def let(self, _let: Token, assignments: Several) -> Several:
        return tuple(s.Let(one.variable, one.value) for one in assignments)

    def assignment(self, name: str, _assign: Token, value: s.Node) -> s.Node:
        return s.Assignment(s.Variable(name), value)

    def sort_key(self, value: s.Node, *order: Token) -> s.Node:
        return s.SortKey(value, bool(order) and order[0].upper() == "DESC")

    def sort(self, _sort: Token, keys: Several) -> s.Node:
        return s.Sort(keys)

    def limit(self, _limit: Token, window: s.Window) -> s.Node:
        return s.Limit(window)

    def return_(self, _return: Token, value: s.Node) -> s.Node:
        return s.Return(value)

    def return_distinct(self, _return: Token, _distinct: Token, value: s.Node) -> s.Node:
        return s.Return(value, distinct=True)

    def keep(self, _keep: Token, names: Several) -> Several:
        return tuple(map(s.Reference, names))

    def into(self, _into: Token, name: str, keep: Any) -> s.Into:
        return s.Into(s.Variable(name), None, keep)

    def into_value(self, _into: Token, name: str, _assign: Token, value: s.Node) -> s.Into:
        return s.Into(s.Variable(name), value)

    def collect(self, _collect: Token, groups: Several, *rest: Any) -> s.Node:
        aggregates, into, options = rest
        return s.Collect(groups, aggregates or (), into, None, options)

    def collect_aggregate(self, _collect: Token, _aggregate: Token, aggregates: Several, *rest: Any) -> s.Node:
        into, options = rest
        return s.Collect((), aggregates, into, None, options)

    def collect_count(self, *parts: Any) -> s.Node:
        return s.Collect(count=s.Variable(parts[-2]), options=parts[-1])

    def collect_groups_count(self, _collect: Token, groups: Several, *rest: Any) -> s.Node:
        return s.Collect(groups, count=s.Variable(rest[-2]), options=rest[-1])

    def options(self, _options: Token, value: s.Node) -> s.Node:
        return value

    def target(self, _into: Token, collection: s.Node, options: s.Node | None) -> s.Write:
        return s.Write(collection, options)

    def insert(self, _insert: Token, document: s.Node, write: s.Write) -> s.Node:
        return s.Insert(document, write)

    def update(self, kind: Token, target: s.Node, write: s.Write) -> s.Node:
        return s.Update(target, None, kind.type == "REPLACE", write)

    def update_with(self, kind: Token, target: s.Node, _with: Token, patch: s.Node, write: s.Write) -> s.Node:
        return s.Update(target, patch, kind.type == "REPLACE", write)

    def remove(self, _remove: Token, target: s.Node, write: s.Write) -> s.Node:
        return s.Remove(target, write)

    def upsert(self, _upsert: Token, search: s.Node, _insert: Token, insert: s.Node, *rest: Any) -> s.Node:
        kind, update, write = rest
        return s.Upsert(search, insert, update, kind.type == "REPLACE", write)
