"""AQL functions. `compile_call` compiles a call of one of them to a closure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql.context import Evaluate, Execution, Row
from arango_thinking.embedded.aql.functions import (
    array,
    bits,
    calls,
    document,
    hashing,
    identifiers,
    miscellaneous,
    numeric,
    sets,
    statistics,
    types,
    vectors,
)
from arango_thinking.embedded.aql.functions.dates import dates, zones
from arango_thinking.embedded.aql.functions.registry import FUNCTIONS, REFUSED, Function, NoResultError, found, warn
from arango_thinking.embedded.aql.functions.texts import regex, similarity, string
from arango_thinking.embedded.aql.parsing import syntax as s

__all__ = ["FUNCTIONS", "REFUSED", "NoResultError", "compile_call", "found", "warn"]

#: Importing these modules fills the table of functions.
SUBJECTS = (
    array, bits, calls, dates, document, hashing, identifiers, miscellaneous, numeric, regex, sets, similarity,
    statistics, string, types, vectors, zones,
)  # fmt: skip

Compile = Callable[[s.Node, Execution], Evaluate]


def compile_call(node: s.Call, run: Execution, compile_expression: Compile) -> Evaluate:
    """A closure that computes the call. Raises `ArangoError` as `found` does."""
    function = found(node.function, len(node.arguments))
    if function.name in ("LENGTH", "COUNT", "COLLECTION_COUNT") and isinstance(node.arguments[0], s.Collection):
        name = run.collection_name(node.arguments[0])
        return lambda _row: run.transaction.count(name)
    arguments = [_argument(argument, function, run, compile_expression) for argument in node.arguments]
    body = _with_run(function, run) if function.needs_run else function.body
    if len(arguments) == 1:
        only = arguments[0]
        return _guarded(function, run, lambda row: body(only(row)))
    return _guarded(function, run, lambda row: body(*[argument(row) for argument in arguments]))


def _with_run(function: Function, run: Execution) -> Callable[..., Any]:
    return lambda *arguments: function.body(run, *arguments)


def _argument(node: s.Node, function: Function, run: Execution, compile_expression: Compile) -> Evaluate:
    """Compile an argument. For some functions, a bare collection name is the name as a string."""
    if isinstance(node, s.Collection) and function.name in ("DOCUMENT", "COLLECTION_COUNT", "IS_SAME_COLLECTION"):
        name = run.collection_name(node)
        return lambda _row: name
    return compile_expression(node, run)


def _guarded(function: Function, run: Execution, call: Evaluate) -> Evaluate:
    def guarded(row: Row) -> Any:
        try:
            return call(row)
        except NoResultError as warning:
            warn(warning, function.name, run)
            return None

    return guarded
