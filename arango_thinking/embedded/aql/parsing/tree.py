"""Makes the nodes of the syntax tree: one method for each rule of the grammar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lark import Token, Transformer, v_args

from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.aql.values import LARGEST_LITERAL, normalized

#: Operators that can be written in two ways.
OPERATORS = {"AND": "&&", "OR": "||", "NOT": "!"}
CONSTANTS = {"NULL": None, "TRUE": True, "FALSE": False}
#: An integer of this many digits or more is read as a float.
LONGEST_INTEGER = 400
LARGEST_PREFIXED = 2**32 - 1

Several = tuple[Any, ...]


def continued(base: s.Node, access: Callable[[s.Node], s.Node]) -> s.Node:
    """An access to `base`. After `[*]` it applies to each element."""
    if isinstance(base, s.Expansion):
        tail = continued(base.tail, access)
        return s.Expansion(base.base, base.levels, tail, base.condition, base.limit, base.projection)
    return access(base)


def operator_of(token: Token) -> str:
    name = "NOT IN" if token.type == "NOT_IN" else token.upper()
    return OPERATORS.get(name, name)


class MisuseError(Exception):
    """Raised for text that the grammar accepts but ArangoDB rejects. Without `offset`, the parser's position counts."""

    def __init__(self, problem: str, *, offset: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.offset = problem, offset


def _of_32_bits(number: int) -> int:
    if number > LARGEST_PREFIXED:
        raise MisuseError("number literal out of range: 0b and 0x take 32 bits")
    return number


class Lists(Transformer[Token, Any]):
    """Rules of the form `items: item | items COMMA item` give a tuple."""

    def one(self, children: list[Any]) -> Several:
        return (children[0],)

    collections = names = edges = assignments = let_elements = aggregate_elements = sort_keys = slots = fields = one

    def more(self, children: list[Any]) -> Several:
        return (*children[0], children[-1])

    def none(self, _children: list[Any]) -> Several:
        return ()

    def nothing(self, _children: list[Any]) -> None:
        return None

    def same(self, children: list[Any]) -> Any:
        return children[0]

    def inline(self, children: list[Any]) -> Any:
        return children[1]

    def aggregate(self, children: list[Any]) -> Any:
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
            return s.Literal(_of_32_bits(int(text, 0)))
        if text.isdigit() and len(text) < LONGEST_INTEGER and int(text) <= LARGEST_LITERAL:
            return s.Literal(int(text))
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

    def array(self, _open: Token, items: Several, _close: Token) -> s.Node:
        return s.Array(items)

    def object(self, _open: Token, entries: Several, _close: Token) -> s.Node:
        return s.Object(entries)

    def named_entry(self, key: Token | str, _colon: Token, value: s.Node) -> s.Entry:
        return s.Entry(s.Literal(str(key)), value)

    def bound_entry(self, key: Token, _colon: Token, value: s.Node) -> s.Entry:
        return s.Entry(s.Parameter(str(key)[1:]), value)

    def computed_entry(self, _open: Token, key: s.Node, _close: Token, _colon: Token, value: s.Node) -> s.Entry:
        return s.Entry(key, value)

    def shorthand_entry(self, name: str) -> s.Entry:
        return s.Entry(s.Literal(name), s.Reference(name, is_variable=True))

    def function(self, name: Token | str) -> str:
        return name.upper()

    def namespaced(self, namespace: str, _scope: Token, name: str) -> str:
        return f"{namespace}::{name}".upper()

    def subquery_argument(self, body: s.Body) -> s.Node:
        return s.Subquery(body)

    def call(self, function: str, _open: Token, arguments: Several, _close: Token) -> s.Node:
        return s.Call(function.upper(), arguments)

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
        condition, limit, projection, _ = rest
        if levels > 1 and isinstance(base, s.Expansion):
            base = s.Group(base)
        tail = s.Reference("CURRENT")
        return continued(base, lambda inner: s.Expansion(inner, levels, tail, condition, limit, projection))

    def marks(self, *_marks: Any) -> None:
        return None

    def question(self, base: s.Node, _open: Token, _marks: None, how_many: Any, _close: Token) -> s.Node:
        quantifier, condition = how_many or (s.Quantifier("ANY"), None)
        return continued(base, lambda inner: s.Question(inner, quantifier, condition))

    def any_of(self, _filter: Token, condition: s.Node) -> Several:
        return s.Quantifier("ANY"), condition

    def quantified(self, kind: Token, _filter: Token, condition: s.Node) -> Several:
        return s.Quantifier(kind.upper()), condition

    def at_least_of(self, *parts: Any) -> Several:
        return s.Quantifier("AT LEAST", parts[2]), parts[-1]

    def counted(self, count: s.Node, _filter: Token, condition: s.Node) -> Several:
        least, most = (count.lower, count.upper) if isinstance(count, s.Range) else (count, count)
        return s.Quantifier("COUNT", least, most), condition

    def quantifier(self, token: Token) -> s.Quantifier:
        return s.Quantifier(token.upper())

    def at_least(self, _least: Token, _open: Token, count: s.Node, _close: Token) -> s.Quantifier:
        return s.Quantifier("AT LEAST", count)

    def unary(self, operator: Token, operand: s.Node) -> s.Node:
        return s.Unary(operator_of(operator), operand)

    def binary(self, left: s.Node, operator: Token, right: s.Node) -> s.Node:
        return s.Binary(operator_of(operator), left, right)

    def negated(self, left: s.Node, _not: Token, operator: Token, right: s.Node) -> s.Node:
        if operator.type == "MATCH":
            return s.Binary("!~" if operator == "=~" else "=~", left, right)
        return s.Binary(f"NOT {operator_of(operator)}", left, right)

    def array_comparison(self, left: s.Node, how: s.Quantifier, operator: Token, right: s.Node) -> s.Node:
        return s.ArrayComparison(how, operator_of(operator), left, right)

    def range(self, lower: s.Node, _dots: Token, upper: s.Node) -> s.Node:
        return s.Range(lower, upper)

    def ternary(self, condition: s.Node, _q: Token, then: s.Node, _c: Token, otherwise: s.Node) -> s.Node:
        return s.Ternary(condition, then, otherwise)

    def short_ternary(self, condition: s.Node, _q: Token, _c: Token, otherwise: s.Node) -> s.Node:
        return s.Ternary(condition, None, otherwise)

    def slice(self, first: s.Node, *rest: Any) -> s.Slice:
        return s.Slice(first, rest[1]) if rest else s.Slice(None, first)
