"""COLLECT: groups, counts and aggregates."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses import options
from arango_thinking.embedded.aql.clauses.aggregates import AGGREGATES
from arango_thinking.embedded.aql.context import Evaluate, Execution, Operator, Row
from arango_thinking.embedded.aql.expressions import compile_expression
from arango_thinking.embedded.aql.functions import NoResultError, warn
from arango_thinking.embedded.aql.parsing import syntax as s


@dataclass
class Group:
    """One group: what the clause needs of its rows."""

    row: Row
    keys: list[Any]
    count: int = 0
    members: list[Any] = field(default_factory=list)
    values: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Aggregate:
    """An aggregate. `function`, which AQL calls `name`, computes the value for `slot` from the values of a group."""

    slot: int
    name: str
    value: Evaluate
    function: Callable[[list[Any]], Any]


def compile_collect(clause: s.Collect, run: Execution) -> Operator:
    """Compile COLLECT. The operator yields the groups in the order of their keys."""
    keys = [compile_expression(one.value, run) for one in clause.groups]
    aggregates = [compile_aggregate(one, run) for one in clause.aggregates]
    member = _member(clause, run)
    options.read_options(clause.options, "COLLECT", options.COLLECT, run)

    def collect(rows: Iterable[Row]) -> Iterator[Row]:
        groups: dict[Hashable, Group] = {}
        last: Row = []
        for row in rows:
            last = row
            group = _group(groups, row, [key(row) for key in keys], len(aggregates))
            group.count += 1
            for values, aggregate in zip(group.values, aggregates, strict=True):
                values.append(aggregate.value(row))
            if member is not None:
                group.members.append(member(row))
        if not groups and not keys:
            empty: Row = last or [None] * (max(_slots(clause)) + 1)
            _group(groups, empty, [], len(aggregates))
        for group in sorted(groups.values(), key=lambda one: [v.sort_key(key) for key in one.keys]):
            yield _result(group, clause, aggregates, run)

    return collect


def _slots(clause: s.Collect) -> list[int]:
    return [part.slot for part in s.walk(clause) if isinstance(part, s.Variable | s.Reference)]


def _group(groups: dict[Hashable, Group], row: Row, keys: list[Any], aggregates: int) -> Group:
    identity = v.identity(keys[0]) if len(keys) == 1 else tuple(v.identity(key) for key in keys)
    group = groups.get(identity)
    if group is None:
        group = groups[identity] = Group(row, keys, values=[[] for _ in range(aggregates)])
    return group


def compile_aggregate(assignment: s.Assignment, run: Execution) -> Aggregate:
    """Compile a call that `check_aggregate` has accepted. A call that counts rows may have no argument."""
    call = assignment.value
    assert isinstance(call, s.Call)
    value = compile_expression(call.arguments[0] if call.arguments else s.Literal(None), run)
    return Aggregate(assignment.variable.slot, call.function, value, AGGREGATES[call.function])


def _member(clause: s.Collect, run: Execution) -> Evaluate | None:
    into = clause.into
    if into is None:
        return None
    if into.value is not None:
        return compile_expression(into.value, run)
    kept = into.keep if into.keep is not None else clause.members
    pairs = [(reference.name, reference.slot) for reference in kept]
    return lambda row: {name: row[slot] for name, slot in pairs}


def _result(group: Group, clause: s.Collect, aggregates: list[Aggregate], run: Execution) -> Row:
    row = group.row.copy()
    for assignment, key in zip(clause.groups, group.keys, strict=True):
        row[assignment.variable.slot] = key
    for aggregate, values in zip(aggregates, group.values, strict=True):
        row[aggregate.slot] = computed(aggregate, values, run)
    if clause.into is not None:
        row[clause.into.variable.slot] = group.members
    if clause.count is not None:
        row[clause.count.slot] = group.count
    return row


def computed(aggregate: Aggregate, values: list[Any], run: Execution) -> Any:
    """The value of an aggregate; null, with a warning, if it has no result."""
    try:
        return aggregate.function(values)
    except NoResultError as warning:
        warn(warning, aggregate.name, run)
        return None
