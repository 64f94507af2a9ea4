"""Rearranging the clauses of a query so that it reads less: conditions and loop-invariant values move up."""

from __future__ import annotations

from arango_thinking.embedded.aql.clauses.planning import conjuncts
from arango_thinking.embedded.aql.expressions import is_repeatable
from arango_thinking.embedded.aql.parsing import syntax as s

LOOPS = (s.For, s.Traverse)


def rearranged(body: s.Body) -> tuple[s.Node, ...]:
    """The same clauses in another order.

    Each condition comes as early as its variables allow. A LET comes before the loops that its value does not need.
    """
    result: list[s.Node] = []
    for clause in body.clauses:
        if isinstance(clause, s.Filter):
            for condition in conjuncts(clause.condition):
                _insert(result, s.Filter(condition), _filter_place(result, condition))
        elif isinstance(clause, s.Let):
            _insert(result, clause, _let_place(result, clause))
        else:
            result.append(clause)
    return tuple(result)


def _insert(clauses: list[s.Node], clause: s.Node, place: int) -> None:
    clauses.insert(place, clause)


def declared(clause: s.Node) -> frozenset[int]:
    """The variables that a loop or LET introduces."""
    if isinstance(clause, s.For | s.Let):
        return frozenset({clause.variable.slot})
    if isinstance(clause, s.Traverse):
        prune = clause.prune.variable if clause.prune else None
        return frozenset(one.slot for one in (*clause.variables, *([prune] if prune else [])))
    return frozenset()


def _filter_place(clauses: list[s.Node], condition: s.Node) -> int:
    """The index for a FILTER: after the last clause that the condition needs or must not move across."""
    needed, place = s.dependencies(condition), len(clauses)
    if not is_repeatable(condition):
        return place
    while place > 0:
        before = clauses[place - 1]
        if not isinstance(before, (*LOOPS, s.Let, s.Sort)) or declared(before) & needed:
            break
        if not is_repeatable(before):
            break
        place -= 1
    return place


def _let_place(clauses: list[s.Node], clause: s.Let) -> int:
    """The index for a LET: before the outermost loop that its value does not depend on."""
    if not is_repeatable(clause.value):
        return len(clauses)
    needed, best = s.dependencies(clause.value), len(clauses)
    for place in range(len(clauses) - 1, -1, -1):
        before = clauses[place]
        if not isinstance(before, (*LOOPS, s.Let, s.Filter)) or declared(before) & needed:
            break
        if isinstance(before, LOOPS):
            best = place
    return best
