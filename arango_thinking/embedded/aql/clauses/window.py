"""WINDOW: for each row, aggregates over the rows around it."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses.collect import Aggregate, compile_aggregate, computed
from arango_thinking.embedded.aql.clauses.durations import FIRST, LAST, Duration, moved, parse_duration
from arango_thinking.embedded.aql.context import Evaluate, Execution, Operator, Row, StageError
from arango_thinking.embedded.aql.expressions import compile_expression, is_constant
from arango_thinking.embedded.aql.parsing import syntax as s

UNBOUNDED = ("unbounded", "inf")
#: The lowest and the highest value in the window of a row, and the row's own value; `None` if it has no window.
Frame = tuple[float, float, float] | None


@dataclass(frozen=True)
class Bounds:
    """The bounds of a WINDOW before and after a row; `None` for a bound that is not given."""

    preceding: Any = None
    following: Any = None


def compile_window(clause: s.Window, run: Execution) -> Operator:
    run.steps.append({"type": "WindowNode"})
    bounds = _bounds(clause.bounds, run)
    aggregates = [compile_aggregate(one, run) for one in clause.aggregates]
    if clause.value is None:
        return _by_rows(bounds, aggregates, run)
    return _by_values(compile_expression(clause.value, run), _frame_of(bounds, run), aggregates, run)


def _bounds(node: s.Node, run: Execution) -> Bounds:
    if not is_constant(node):
        raise StageError(1575, "WINDOW bounds must be determined at query compile time")
    given: dict[str, Any] = compile_expression(node, run)([])
    return Bounds(given.get("preceding"), given.get("following"))


def _by_rows(bounds: Bounds, aggregates: list[Aggregate], run: Execution) -> Operator:
    before, behind = _rows_of(bounds.preceding), _rows_of(bounds.following)

    def window(rows: Iterable[Row]) -> Iterator[Row]:
        found = list(rows)
        columns = [[one.value(row) for row in found] for one in aggregates]
        for place, row in enumerate(found):
            run.tick()
            part = slice(max(0, place - before), min(len(found), place + behind + 1))
            yield _with_results(row, part, columns, aggregates, run)

    return window


def _rows_of(bound: Any) -> int:
    if bound is None:
        return 0
    if v.is_number(bound) and v.to_integer(bound) >= 0:
        return v.to_integer(bound)
    if isinstance(bound, str) and bound in UNBOUNDED:
        return sys.maxsize
    raise StageError(10, 'WINDOW row spec is invalid; bounds must be positive integers or "unbounded"')


def _with_results(
    row: Row, part: slice, columns: list[list[Any]], aggregates: list[Aggregate], run: Execution
) -> Row:  # fmt: skip
    for aggregate, column in zip(aggregates, columns, strict=True):
        row[aggregate.slot] = computed(aggregate, column[part], run)
    return row


def _frame_of(bounds: Bounds, run: Execution) -> Callable[[Any], Frame]:
    given = [bound for bound in (bounds.preceding, bounds.following) if bound is not None]
    if not all(isinstance(bound, str) or v.is_number(bound) for bound in given):
        raise StageError(10, "WINDOW range spec is invalid")
    if len({isinstance(bound, str) for bound in given}) > 1:
        raise StageError(
            10,
            "WINDOW range spec is invalid; bounds must be of the same type - "
            "either both are numeric values, or both are ISO 8601 duration strings",
        )
    if given and isinstance(given[0], str):
        return _by_time(_duration(bounds.preceding, "preceding"), _duration(bounds.following, "following"), run)
    return _by_number(v.to_number(bounds.preceding), v.to_number(bounds.following), run)


def _duration(bound: Any, name: str) -> Duration:
    duration = (0, 0) if bound is None else parse_duration(bound)
    if duration is None:
        raise StageError(10, f"WINDOW range spec is invalid; '{name}' is not a valid ISO 8601 duration string")
    return duration


def _by_number(before: float, behind: float, run: Execution) -> Callable[[Any], Frame]:
    def frame(value: Any) -> Frame:
        if not _is_castable(value):
            run.warn(1561)
            return None
        number = v.to_number(value)
        return number - before, number + behind, number

    return frame


def _is_castable(value: Any) -> bool:
    """Whether the value can be read as a number. If not, its cast to a number is 0, which is only a substitute."""
    if isinstance(value, list):
        return not value or (len(value) == 1 and _is_castable(value[0]))
    return not isinstance(value, dict) and (not isinstance(value, str) or v.NUMERIC.fullmatch(value) is not None)


def _by_time(before: Duration, behind: Duration, run: Execution) -> Callable[[Any], Frame]:
    def frame(value: Any) -> Frame:
        if not v.is_number(value) or not FIRST <= value <= LAST:
            run.warn(1572)
            return None
        timestamp = v.to_integer(value)
        return moved(timestamp, before, -1), moved(timestamp, behind, 1), timestamp

    return frame


def _by_values(
    value: Evaluate, frame_of: Callable[[Any], Frame], aggregates: list[Aggregate], run: Execution
) -> Operator:  # fmt: skip
    """The operator of a WINDOW over values. It first sorts the rows by their values."""

    def window(rows: Iterable[Row]) -> Iterator[Row]:
        found = sorted(((value(row), row) for row in rows), key=lambda pair: v.sort_key(pair[0]))
        frames = [frame_of(key) for key, _ in found]
        valid = sorted((frame[2], place) for place, frame in enumerate(frames) if frame is not None)
        numbers = [number for number, _ in valid]
        columns = [[one.value(found[place][1]) for _, place in valid] for one in aggregates]
        for (_, row), frame in zip(found, frames, strict=True):
            run.tick()
            if frame is None:
                yield _without_results(row, aggregates)
            else:
                part = slice(bisect_left(numbers, frame[0]), bisect_right(numbers, frame[1]))
                yield _with_results(row, part, columns, aggregates, run)

    return window


def _without_results(row: Row, aggregates: list[Aggregate]) -> Row:
    for aggregate in aggregates:
        row[aggregate.slot] = None
    return row
