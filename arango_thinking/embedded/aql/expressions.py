"""Compiling expressions to Python closures, each of which takes a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Evaluate, Execution, Row
from arango_thinking.embedded.aql.expansion import compile_expansion, compile_question
from arango_thinking.embedded.aql.folding import FLOATS, folded, is_foldable
from arango_thinking.embedded.aql.functions import compile_call
from arango_thinking.embedded.aql.functions.texts.patterns import compile_matcher
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.errors import ArangoError

Comparison = Callable[[Any, Any], bool]


def contains(item: Any, items: Any) -> bool:
    """IN: `False` if `items` is not an array."""
    if not isinstance(items, list):
        return False
    # Python's `in` is much faster. For strings it agrees with AQL, but not for numbers and booleans.
    return item in items if isinstance(item, str) else any(v.equal(item, other) for other in items)


def lacks(item: Any, items: Any) -> bool:
    """NOT IN: this is `False`, too, if `items` is not an array."""
    return isinstance(items, list) and not contains(item, items)


COMPARISONS: dict[str, Comparison] = {
    "==": v.equal,
    "!=": lambda left, right: not v.equal(left, right),
    "<": lambda left, right: v.compare(left, right) < 0,
    "<=": lambda left, right: v.compare(left, right) <= 0,
    ">": lambda left, right: v.compare(left, right) > 0,
    ">=": lambda left, right: v.compare(left, right) >= 0,
    "IN": contains,
    "NOT IN": lacks,
}
ARITHMETIC = {"+": v.add, "-": v.subtract, "*": v.multiply}
#: Comparisons that are false for each quantifier if the right-hand side is not an array.
NEEDS_ARRAY = ("IN", "NOT IN")
DIVISION = {"/": v.divide, "%": v.modulo}


def compile_expression(node: s.Node, run: Execution) -> Evaluate:
    """A function from a row to the value of the expression."""
    compiler = COMPILERS.get(type(node))
    if compiler is None:
        raise ArangoError(4, f"not an expression: {type(node).__name__}")
    return compiler(node, run)


def is_constant(node: s.Node) -> bool:
    """Whether the node is a literal, a bind parameter, or a calculation, array or object made only of them."""
    if isinstance(node, s.Literal | s.Parameter):
        return True
    if isinstance(node, s.Binary) and node.operator not in FLOATS:
        return False
    is_made = isinstance(node, s.Array | s.Object | s.Entry | s.Unary | s.Binary)
    return is_made and all(is_constant(part) for part in s.children(node))


def constant(value: Any) -> Evaluate:
    return lambda _row: value


def _literal(node: s.Literal, _run: Execution) -> Evaluate:
    return constant(node.value)


def _parameter(node: s.Parameter, run: Execution) -> Evaluate:
    return constant(run.bound(node.name))


def _reference(node: s.Reference, _run: Execution) -> Evaluate:
    slot = node.slot
    return lambda row: row[slot]


def _collection(node: s.Collection, run: Execution) -> Evaluate:
    """A collection used as a value: all its documents."""
    name = run.collection_name(node)
    run.warn(1568, name)

    def documents(_row: Row) -> list[Any]:
        found = list(run.transaction.scan(name))
        run.statistics.scanned_full += len(found)
        return found

    return documents


def _array(node: s.Array, run: Execution) -> Evaluate:
    items = [compile_expression(item, run) for item in node.items]
    if is_constant(node):
        return constant([item([]) for item in items])
    return lambda row: [item(row) for item in items]


def _object(node: s.Object, run: Execution) -> Evaluate:
    if all(isinstance(entry.key, s.Literal) for entry in node.entries):
        named = _first_of_each(node, run)
        if is_constant(node):
            return constant({name: value([]) for name, value in named})
        return lambda row: {name: value(row) for name, value in named}
    pairs = [(compile_expression(entry.key, run), compile_expression(entry.value, run)) for entry in node.entries]

    def computed(row: Row) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in pairs:
            result.setdefault(v.to_string(name(row)), value(row))
        return result

    return computed


def _first_of_each(node: s.Object, run: Execution) -> list[tuple[str, Evaluate]]:
    """The names and values of an object literal. If a name occurs more than once, its first value counts."""
    named: dict[str, Evaluate] = {}
    for entry in node.entries:
        assert isinstance(entry.key, s.Literal)
        named.setdefault(v.to_string(entry.key.value), compile_expression(entry.value, run))
    return list(named.items())


def _attribute(node: s.Attribute, run: Execution) -> Evaluate:
    path = run.attribute_path(node.name)
    base = node.base
    while isinstance(base, s.Attribute):
        path = (*run.attribute_path(base.name), *path)
        base = base.base
    inner = compile_expression(base, run)
    if len(path) == 1:
        return _single_attribute(inner, path[0])

    def nested(row: Row) -> Any:
        value = inner(row)
        for name in path:
            if type(value) is not dict:
                return None
            value = value.get(name)
        return value

    return nested


def _single_attribute(inner: Evaluate, name: str) -> Evaluate:
    def attribute(row: Row) -> Any:
        value = inner(row)
        return value.get(name) if type(value) is dict else None

    return attribute


def _index(node: s.Index, run: Execution) -> Evaluate:
    base, index = compile_expression(node.base, run), compile_expression(node.index, run)
    return lambda row: element(base(row), index(row))


def element(base: Any, index: Any) -> Any:
    """`base[index]`: an element of an array, or an attribute of an object; null for other values.

    A negative index counts from the end of the array.
    """
    if type(base) is dict:
        if type(index) is str:
            return base.get(index)
        return base.get(v.to_string(index)) if v.is_number(index) else None
    if type(base) is not list:
        return None
    if type(index) is str:
        index = v.parse_number(index) if v.NUMERIC.fullmatch(index) else None
    if not v.is_number(index):
        return None
    position = int(index)
    if position < 0:
        position += len(base)
    return base[position] if 0 <= position < len(base) else None


def _group(node: s.Group, run: Execution) -> Evaluate:
    return compile_expression(node.operand, run)


def _element(node: s.Element, run: Execution) -> Evaluate:
    base, position = compile_expression(node.base, run), node.position

    def element_of(row: Row) -> Any:
        value = base(row)
        return value[position] if type(value) is list and position < len(value) else None

    return element_of


def _unary(node: s.Unary, run: Execution) -> Evaluate:
    if is_foldable(node, run):
        return constant(folded(node, run))
    operand = compile_expression(node.operand, run)
    if node.operator == "!":
        return lambda row: not v.truth(operand(row))
    if node.operator == "-":
        return lambda row: v.negate(operand(row))
    return lambda row: v.normalized(v.to_number(operand(row)))


def _binary(node: s.Binary, run: Execution) -> Evaluate:
    operator = node.operator
    if operator in ("LIKE", "NOT LIKE", "=~", "!~"):
        return compile_matcher(operator, node, run, compile_expression)
    if is_foldable(node, run):
        return constant(folded(node, run))
    left, right = compile_expression(node.left, run), compile_expression(node.right, run)
    if operator in ("IN", "NOT IN") and is_constant(node.right):
        return _membership(left, right([]), operator == "IN")
    if operator in COMPARISONS:
        return _comparison(left, right, COMPARISONS[operator])
    if operator == "&&":
        return _and(left, right)
    if operator == "||":
        return _or(left, right)
    return _arithmetic(operator, left, right, run)


def _comparison(left: Evaluate, right: Evaluate, compared: Comparison) -> Evaluate:
    return lambda row: compared(left(row), right(row))


def _membership(item: Evaluate, items: Any, wanted: bool) -> Evaluate:
    """IN a list that is known before the query runs: one look-up replaces many comparisons."""
    if not isinstance(items, list):
        return constant(False)
    known = {v.identity(one) for one in items if not isinstance(one, list | dict)}
    compounds = [one for one in items if isinstance(one, list | dict)]

    def member(row: Row) -> bool:
        value = item(row)
        found = contains(value, compounds) if isinstance(value, list | dict) else v.identity(value) in known
        return found is wanted

    return member


def _and(left: Evaluate, right: Evaluate) -> Evaluate:
    def both(row: Row) -> Any:
        value = left(row)
        return right(row) if v.truth(value) else value

    return both


def _or(left: Evaluate, right: Evaluate) -> Evaluate:
    def either(row: Row) -> Any:
        value = left(row)
        return value if v.truth(value) else right(row)

    return either


def _arithmetic(operator: str, left: Evaluate, right: Evaluate, run: Execution) -> Evaluate:
    if operator in ARITHMETIC:
        calculate = ARITHMETIC[operator]
        return lambda row: calculate(left(row), right(row))
    division = DIVISION[operator]

    def divided(row: Row) -> Any:
        try:
            return division(left(row), right(row))
        except ZeroDivisionError:
            run.warn(1562, function=operator)
            return None

    return divided


def _array_comparison(node: s.ArrayComparison, run: Execution) -> Evaluate:
    left, right = compile_expression(node.left, run), compile_expression(node.right, run)
    holds, compared = quantified(node.quantifier, run), COMPARISONS[node.operator]

    needs_array = node.operator in NEEDS_ARRAY

    def comparison(row: Row) -> bool:
        items, other = left(row), right(row)
        if type(items) is not list or (needs_array and type(other) is not list):
            return False
        if not items:
            return node.quantifier.kind in ("ALL", "NONE")
        return holds(row, sum(compared(item, other) for item in items), len(items))

    return comparison


def quantified(quantifier: s.Quantifier, run: Execution) -> Callable[[Row, int, int], bool]:
    """A test of how many of an array's elements satisfy a condition."""
    kind = quantifier.kind
    if kind == "ANY":
        return lambda _row, hits, _total: hits > 0
    if kind == "ALL":
        return lambda _row, hits, total: hits == total
    if kind == "NONE":
        return lambda _row, hits, _total: hits == 0
    least = compile_expression(quantifier.least or s.Literal(0), run)
    if quantifier.most is None:
        return lambda row, hits, _total: hits >= v.to_number(least(row))
    most = compile_expression(quantifier.most, run)
    return lambda row, hits, _total: v.to_number(least(row)) <= hits <= v.to_number(most(row))


def _ternary(node: s.Ternary, run: Execution) -> Evaluate:
    condition, otherwise = compile_expression(node.condition, run), compile_expression(node.otherwise, run)
    if node.then is None:
        return _or(condition, otherwise)
    then = compile_expression(node.then, run)
    return lambda row: then(row) if v.truth(condition(row)) else otherwise(row)


def _range(node: s.Range, run: Execution) -> Evaluate:
    lower, upper = compile_expression(node.lower, run), compile_expression(node.upper, run)
    return lambda row: v.range_array(lower(row), upper(row))


def _call(node: s.Call, run: Execution) -> Evaluate:
    return compile_call(node, run, compile_expression)


def _subquery(node: s.Subquery, run: Execution) -> Evaluate:
    outer = s.dependencies(node)
    pipeline = run.compile_body(node.body, run, outer)
    if outer or not is_repeatable(node):
        return lambda row: list(pipeline(row.copy()))
    results: list[list[Any]] = []

    def once(row: Row) -> list[Any]:
        if not results:
            results.append(list(pipeline(row.copy())))
        return results[0]

    return once


VOLATILE = frozenset({
    "RAND", "RANDOM", "UUID", "RANDOM_TOKEN", "SLEEP", "FAIL", "WARN", "ASSERT", "NOOPT", "CALL", "APPLY",
})  # fmt: skip


def is_repeatable(node: s.Node) -> bool:
    """Whether it makes no difference to evaluate the node again or in another place."""
    return not any(
        isinstance(part, s.MODIFICATIONS) or (isinstance(part, s.Call) and part.function in VOLATILE)
        for part in s.walk(node)
    )


def _expansion(node: s.Expansion, run: Execution) -> Evaluate:
    return compile_expansion(node, run, compile_expression)


def _question(node: s.Question, run: Execution) -> Evaluate:
    return compile_question(node, run, compile_expression, quantified(node.quantifier, run))


COMPILERS: dict[type[s.Node], Callable[[Any, Execution], Evaluate]] = {
    s.Literal: _literal, s.Parameter: _parameter, s.Reference: _reference, s.Collection: _collection,
    s.Array: _array, s.Object: _object, s.Attribute: _attribute, s.Index: _index, s.Group: _group,
    s.Element: _element,
    s.Unary: _unary, s.Binary: _binary, s.ArrayComparison: _array_comparison, s.Ternary: _ternary,
    s.Range: _range, s.Call: _call, s.Subquery: _subquery, s.Expansion: _expansion, s.Question: _question,
}  # fmt: skip
