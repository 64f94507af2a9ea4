"""Compiling clauses. Each becomes a lazy step that takes the rows of the clause before it and yields its own."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses import options, planning, rewriting
from arango_thinking.embedded.aql.clauses.collect import compile_collect
from arango_thinking.embedded.aql.clauses.modifications import compile_modification
from arango_thinking.embedded.aql.clauses.planning import NULL
from arango_thinking.embedded.aql.clauses.traversal import compile_traversal
from arango_thinking.embedded.aql.clauses.window import compile_window
from arango_thinking.embedded.aql.context import Evaluate, Execution, Operator, Pipeline, Row, StageError
from arango_thinking.embedded.aql.expressions import compile_expression, is_constant
from arango_thinking.embedded.aql.folding import is_foldable
from arango_thinking.embedded.aql.parsing import syntax as s

#: ArangoDB's names for the types of values that are written in the query itself.
LITERAL_TYPES = {type(None): "null", bool: "bool", int: "int", float: "double", str: "string", dict: "object"}
NEVER_CONSTANT = (s.Subquery, s.Collection)


@dataclass(frozen=True)
class Position:
    """A clause among the clauses of its query, with what is known before it runs."""

    clauses: Sequence[s.Node]
    index: int
    #: The slots of the variables that have a value.
    known: frozenset[int]
    #: Whether at most one row comes in, so that the order of a loop is the order of the result.
    single: bool
    #: Whether this is the query itself, not a subquery.
    is_main: bool

    @property
    def following(self) -> Sequence[s.Node]:
        return self.clauses[self.index + 1 :]


def compile_body(body: s.Body, run: Execution, known: frozenset[int]) -> Pipeline:
    """Compile a subquery. `known` holds the slots of the variables that have a value."""
    return _compile(body, run, known, is_main=False)


def compile_query(body: s.Body, run: Execution) -> Pipeline:
    """Compile the query itself."""
    return _compile(body, run, frozenset(), is_main=True)


def _compile(body: s.Body, run: Execution, known: frozenset[int], *, is_main: bool) -> Pipeline:
    clauses = rewriting.rearranged(body)
    operators: list[Operator] = []
    single, skipped = True, -1
    for index, clause in enumerate(clauses):
        position = Position(clauses, index, known, single, is_main)
        if index == skipped:
            continue
        if isinstance(clause, s.For):
            operator, ordered = _for(clause, position, run)
            skipped = ordered if ordered is not None else skipped
        elif isinstance(clause, s.Return):
            break
        else:
            operator = _operator(clause, position, run)
        operators.append(operator)
        known |= _declared(clause)
        single = single and isinstance(clause, s.Let | s.Filter | s.With)
    return _pipeline(operators, clauses[-1], run)


def _declared(clause: s.Node) -> frozenset[int]:
    return frozenset(part.slot for part in s.walk(clause) if isinstance(part, s.Variable))


def _pipeline(operators: Sequence[Operator], last: s.Node, run: Execution) -> Pipeline:
    if not isinstance(last, s.Return):
        return lambda row: _without_result(_applied(operators, row))
    value = compile_expression(last.value, run)
    if last.distinct:
        return lambda row: _distinct(map(value, _applied(operators, row)))
    return lambda row: map(value, _applied(operators, row))


def _applied(operators: Sequence[Operator], row: Row) -> Iterator[Row]:
    start: Iterator[Row] = iter((row,))
    return reduce(lambda rows, operator: operator(rows), operators, start)


def _without_result(rows: Iterable[Row]) -> Iterator[Any]:
    for _ in rows:
        pass
    return iter(())


def _distinct(values: Iterable[Any]) -> Iterator[Any]:
    seen = set()
    for value in values:
        key = v.identity(value)
        if key not in seen:
            seen.add(key)
            yield value


def _operator(clause: s.Node, position: Position, run: Execution) -> Operator:
    if isinstance(clause, s.Filter):
        return _filter(clause, run)
    if isinstance(clause, s.Let):
        return _let(clause, run)
    if isinstance(clause, s.Sort):
        return _sort(clause, position, run)
    if isinstance(clause, s.Limit):
        return _limit(clause, position, run)
    if isinstance(clause, s.Collect):
        return compile_collect(clause, run)
    if isinstance(clause, s.Window):
        return compile_window(clause, run)
    if isinstance(clause, s.Traverse):
        return compile_traversal(clause, run)
    if isinstance(clause, s.MODIFICATIONS):
        return compile_modification(clause, position.known, s.Body(tuple(position.following)), run)
    return iter  # WITH


def _for(clause: s.For, position: Position, run: Execution) -> tuple[Operator, int | None]:
    """The loop, and the index of the SORT that the loop's order makes unnecessary; `None` without such a SORT."""
    if not isinstance(clause.source, s.Collection):
        run.steps.append({"type": "EnumerateListNode", "outVariable": clause.variable.name})
        return _for_values(clause, position.single, run), None
    given = _loop_options(clause, run)
    sort = _following_sort(position) if position.single else None
    loop = planning.Loop(
        run.collection_name(clause.source),
        clause.variable.slot,
        tuple(planning.conditions_on(clause.variable.slot, _filters(position), position.known, run)),
        _order(position.clauses[sort], clause.variable.slot, run) if sort is not None else planning.Order(),
    )
    access = planning.scan(loop, run) if v.truth(given.get("disableIndex")) else planning.access(loop, run)
    run.steps.append(_described(loop, access, clause.variable))
    if access.choice is not None:
        run.rules.add("use-indexes")
    if not access.is_sorted:
        sort = None
    else:
        run.rules.add("use-index-for-sort")
    return _loop(access, clause.variable.slot), sort


def _loop_options(clause: s.For, run: Execution) -> dict[str, Any]:
    """OPTIONS of a loop. Raises `StageError` 1577 for a forced index hint, because the engine does not follow hints."""
    given = options.read_options(clause.options, "FOR", options.LOOP, run)
    if given.get("disableIndex") is True and "indexHint" in given:
        later = [name for name in given if name in ("disableIndex", "indexHint")][-1]
        options.warn(later, "FOR", "contradicting", run)
    if given.get("forceIndexHint") is True:
        refusal = "forced index hints are not supported by the embedded engine"
        raise StageError(1577, refusal, "optimizing plan")
    return given


def _described(loop: planning.Loop, access: planning.Access, variable: s.Variable) -> dict[str, Any]:
    step: dict[str, Any] = {"collection": loop.collection, "outVariable": variable.name}
    choice = access.choice
    if choice is None:
        return {"type": "EnumerateCollectionNode", **step}
    index = {
        "id": choice.index.id,
        "name": choice.index.name,
        "type": choice.index.type,
        "fields": [".".join(path) for path in choice.index.fields],
        "unique": choice.index.unique,
        "sparse": choice.index.sparse,
    }
    return {"type": "IndexNode", **step, "indexes": [index], "reverse": choice.reverse, "sorted": choice.sorted}


def _filters(position: Position) -> Iterator[s.Node]:
    """The conditions of the FILTER clauses after the loop, up to the first clause that is neither FILTER nor LET."""
    for clause in position.following:
        if isinstance(clause, s.Filter):
            yield clause.condition
        elif not isinstance(clause, s.Let):
            return


def _following_sort(position: Position) -> int | None:
    for offset, clause in enumerate(position.following, position.index + 1):
        if isinstance(clause, s.Sort):
            return offset
        if not isinstance(clause, s.Filter | s.Let):
            return None
    return None


def _order(sort: s.Node, slot: int, run: Execution) -> planning.Order:
    assert isinstance(sort, s.Sort)
    paths = [planning.attribute_path(key.value, slot, run) for key in sort.keys]
    directions = {_is_descending(key, run) for key in sort.keys}
    known = tuple(path for path in paths if path is not None)
    if len(known) < len(paths) or len(directions) > 1:
        return planning.Order()
    return planning.Order(known, True in directions)


def _loop(access: planning.Access, slot: int) -> Operator:
    def loop(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            for document in access.documents(row):
                inner = row.copy()
                inner[slot] = document
                yield inner

    return loop


def _for_values(clause: s.For, single: bool, run: Execution) -> Operator:
    items, slot = _items(clause.source, single, run), clause.variable.slot

    def loop(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            for item in items(row):
                run.tick()
                inner = row.copy()
                inner[slot] = item
                yield inner

    return loop


def _items(source: s.Node, single: bool, run: Execution) -> Evaluate:
    """The values that a loop goes over. A range, or a subquery that is needed once, is read without making an array."""
    if isinstance(source, s.Range):
        lower, upper = compile_expression(source.lower, run), compile_expression(source.upper, run)
        return lambda row: v.range_values(lower(row), upper(row))
    if isinstance(source, s.Subquery) and (single or s.dependencies(source)):
        pipeline = run.compile_body(source.body, run, s.dependencies(source))
        return lambda row: pipeline(row.copy())
    value = compile_expression(source, run)
    if is_constant(source) or is_foldable(source, run):
        _check_known_items(value([]))

    def items(row: Row) -> Any:
        found = value(row)
        if type(found) is not list:
            expected = "collection or array expected as operand to FOR loop; you provided a value of type"
            raise StageError(1563, f"{expected} '{v.type_name(found)}'", "executing")
        return found

    return items


def _check_known_items(found: Any) -> None:
    """Check a value that is known before the query runs, even if the loop would never run.

    Raises `StageError` 1563 when it is not an array.
    """
    if type(found) is not list:
        expected = "collection or array expected as operand to FOR loop; you specified type"
        raise StageError(
            1563, f"{expected} '{LITERAL_TYPES[type(found)]}' with content '{v.to_json(found)}'", "optimizing ast"
        )


def _filter(clause: s.Filter, run: Execution) -> Operator:
    condition, statistics = compile_expression(clause.condition, run), run.statistics

    def passed(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if v.truth(condition(row)):
                yield row
            else:
                statistics.filtered += 1

    return passed


def _let(clause: s.Let, run: Execution) -> Operator:
    value, slot = compile_expression(clause.value, run), clause.variable.slot
    if is_foldable(clause.value, run):
        run.constants[slot] = value([])

    def assigned(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            row[slot] = value(row)
            yield row

    return assigned


def _is_descending(key: s.SortKey, run: Execution) -> bool:
    """Whether the order is descending. A direction may be a bind parameter: "asc", "desc", or true for ascending."""
    direction = compile_expression(key.direction, run)([])
    if isinstance(direction, str) and direction.lower() in ("asc", "desc"):
        return direction.lower() == "desc"
    return not v.truth(direction)


def _sort(clause: s.Sort, position: Position, run: Execution) -> Operator:
    keys = [(compile_expression(key.value, run), _is_descending(key, run)) for key in clause.keys]

    def key_of(row: Row) -> list[Any]:
        found = [v.sort_key(value(row)) for value, _ in keys]
        return [v.Descending(key) if down else key for key, (_, down) in zip(found, keys, strict=True)]

    following = position.following[0] if position.following else None
    if isinstance(following, s.Limit) and not _counts(position, position.index + 1, run):
        run.rules.add("sort-limit")
        _, end = _slice(following.slice, run)
        return lambda rows: iter(heapq.nsmallest(end, rows, key=key_of))
    return lambda rows: iter(sorted(rows, key=key_of))


def _slice(part: s.Slice, run: Execution) -> tuple[int, int]:
    """The number of the first row to take, and the number of the first row after the rows to take.

    Raises `StageError` 1504 when the values are not constant numbers.
    """
    offset = _whole(part.offset or NULL, "offset", run) or 0
    count = _whole(part.count, "count", run)
    return offset, sys.maxsize if count is None else min(offset + count, sys.maxsize)


def _whole(node: s.Node, what: str, run: Execution) -> int | None:
    if s.dependencies(node) - run.constants.keys() or any(isinstance(part, NEVER_CONSTANT) for part in s.walk(node)):
        raise StageError(1504, "LIMIT offset/count values must be constant numeric values")
    value = compile_expression(node, run)(_constant_row(run))
    if value is None:
        return None
    if not v.is_number(value) or v.to_integer(value) < 0:
        raise StageError(1504, f"LIMIT {what} value is not a number or out of range")
    return v.to_integer(value)


def _constant_row(run: Execution) -> Row:
    """A row that holds nothing but the constants."""
    row: Row = [None] * (max(run.constants, default=-1) + 1)
    for slot, value in run.constants.items():
        row[slot] = value
    return row


def _counts(position: Position, index: int, run: Execution) -> bool:
    """Whether `fullCount` was asked for and the LIMIT at `index` determines it: the last one of the query itself."""
    if not run.options.full_count or not position.is_main:
        return False
    return not any(isinstance(clause, s.Limit) for clause in position.clauses[index + 1 :])


def _limit(clause: s.Limit, position: Position, run: Execution) -> Operator:
    begin, end = _slice(clause.slice, run)
    if not _counts(position, position.index, run):
        return lambda rows: islice(rows, begin, end)

    def counted(rows: Iterable[Row]) -> Iterator[Row]:
        run.statistics.full_count = 0
        for number, row in enumerate(rows):
            run.statistics.full_count += 1
            if begin <= number < end:
                yield row

    return counted
