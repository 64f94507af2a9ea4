"""Arithmetic on values that are known before a query runs.

ArangoDB computes it while it prepares the query, and computes integers exactly, with 64 bits. Arithmetic on rows uses
floats instead.
"""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Execution
from arango_thinking.embedded.aql.parsing import syntax as s

FLOATS = {"+": v.add, "-": v.subtract, "*": v.multiply, "/": v.divide, "%": v.modulo}


def is_foldable(node: s.Node, run: Execution) -> bool:
    """Whether the value is known before the query runs."""
    if isinstance(node, s.Literal | s.Parameter):
        return True
    if isinstance(node, s.Reference):
        return node.slot in run.constants
    if isinstance(node, s.Binary):
        return node.operator in FLOATS and is_foldable(node.left, run) and is_foldable(node.right, run)
    return isinstance(node, s.Unary) and node.operator != "!" and is_foldable(node.operand, run)


def folded(node: s.Node, run: Execution) -> Any:
    """The value of a node for which `is_foldable` is true."""
    if isinstance(node, s.Literal):
        return node.value
    if isinstance(node, s.Parameter):
        return run.bound(node.name)
    if isinstance(node, s.Reference):
        return run.constants[node.slot]
    if isinstance(node, s.Unary):
        value = folded(node.operand, run)
        return v.negate(value) if node.operator == "-" else v.normalized(v.to_number(value))
    assert isinstance(node, s.Binary)
    return _calculated(node.operator, folded(node.left, run), folded(node.right, run), run)


def _calculated(operator: str, left: Any, right: Any, run: Execution) -> Any:
    try:
        exact = _exact(operator, left, right) if type(left) is int and type(right) is int else None
        return FLOATS[operator](left, right) if exact is None else exact
    except ZeroDivisionError:
        run.warn(1562)
        return None


def _exact(operator: str, left: int, right: int) -> int | None:
    """The result if it is a 64-bit integer, otherwise `None`. Raises `ZeroDivisionError`."""
    if operator == "/":
        quotient, rest = divmod(abs(left), abs(right))
        result = None if rest else quotient if (left < 0) == (right < 0) else -quotient
    elif operator == "%":
        result = abs(left) % abs(right) * (-1 if left < 0 else 1)
    else:
        result = {"+": left + right, "-": left - right, "*": left * right}[operator]
    return result if result is not None and v.SMALLEST_INTEGER <= result <= v.LARGEST_LITERAL else None
