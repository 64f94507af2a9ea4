"""The operators `[*]` and `[? ]` on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Evaluate, Execution, Row
from arango_thinking.embedded.aql.parsing import syntax as s

Compile = Callable[[s.Node, Execution], Evaluate]


def flattened(items: list[Any], levels: int) -> list[Any]:
    """The items, with arrays replaced by their members down to `levels` levels."""
    if levels <= 0:
        return list(items)
    result: list[Any] = []
    for item in items:
        if type(item) is list:
            result.extend(flattened(item, levels - 1))
        else:
            result.append(item)
    return result


def compile_expansion(node: s.Expansion, run: Execution, compile_expression: Compile) -> Evaluate:
    """`base[* FILTER condition LIMIT slice RETURN projection].tail`: an empty array if base is not an array."""
    base = compile_expression(node.base, run)
    holds = compile_expression(node.condition, run) if node.condition else None
    bounds = _bounds(node.limit, run, compile_expression)
    result = compile_expression(node.projection or node.tail, run)
    slot, levels = node.current.slot, node.levels - 1

    def expand(row: Row) -> list[Any]:
        items = base(row)
        if type(items) is not list:
            return []
        offset, count = bounds(row)
        if offset < 0 or (count is not None and count <= 0):
            return []
        found: list[Any] = []
        for item in flattened(items, levels):
            row[slot] = item
            if holds is not None and not v.truth(holds(row)):
                continue
            if offset > 0:
                offset -= 1
            elif count is not None and len(found) >= count:
                break
            else:
                found.append(result(row))
        return found

    return expand


def _bounds(
    limit: s.Slice | None, run: Execution, compile_expression: Compile
) -> Callable[[Row], tuple[int, int | None]]:
    if limit is None:
        return lambda _row: (0, None)
    offset = compile_expression(limit.offset or s.Literal(0), run)
    count = compile_expression(limit.count, run)
    return lambda row: (v.to_integer(offset(row)), v.to_integer(count(row)))


def compile_question(
    node: s.Question, run: Execution, compile_expression: Compile, holds: Callable[[Row, int, int], bool]
) -> Evaluate:
    """`base[? quantifier FILTER condition]`: false if base is not an array."""
    base = compile_expression(node.base, run)
    condition = compile_expression(node.condition or s.Literal(True), run)
    slot = node.current.slot

    def test(row: Row) -> bool:
        items = base(row)
        if type(items) is not list:
            return False
        hits = 0
        for item in items:
            row[slot] = item
            hits += v.truth(condition(row))
        return holds(row, hits, len(items))

    return test
