"""AQL functions: `compile_call` makes a call of one of them a closure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import syntax as s
from arango_thinking.embedded.aql.context import Evaluate, Execution, Row
from arango_thinking.embedded.aql.functions import (
    array,
    bits,
    dates,
    document,
    hashing,
    miscellaneous,
    numeric,
    sets,
    string,
    types,
)
from arango_thinking.embedded.aql.functions.registry import (
    ARGUMENT_TYPE,
    FUNCTIONS,
    Function,
    NoResultError,
)
from arango_thinking.embedded.errors import ArangoError, not_supported

__all__ = ["FUNCTIONS", "NoResultError", "compile_call", "found", "warn"]

#: Importing these fills the table.
SUBJECTS = (array, bits, dates, document, hashing, miscellaneous, numeric, sets, string, types)

#: What ArangoDB has and this engine has not.
REFUSED = frozenset({
    "ANALYZER", "BOOST", "BM25", "TFIDF", "EXISTS", "PHRASE", "TOKENS", "MIN_MATCH", "NGRAM_MATCH",
    "LEVENSHTEIN_MATCH", "OFFSET_INFO", "MINHASH_MATCH", "MINHASH", "MINHASH_ERROR", "MINHASH_COUNT",
    "NEAR", "WITHIN", "WITHIN_RECTANGLE", "FULLTEXT", "DISTANCE", "IS_IN_POLYGON", "GEO_DISTANCE",
    "GEO_CONTAINS", "GEO_INTERSECTS", "GEO_EQUALS", "GEO_AREA", "GEO_IN_RANGE", "GEO_POINT",
    "GEO_MULTIPOINT", "GEO_POLYGON", "GEO_MULTIPOLYGON", "GEO_LINESTRING", "GEO_MULTILINESTRING", "SOUNDEX",
    "SUBSTRING_BYTES", "NGRAM_SIMILARITY", "NGRAM_POSITIONAL_SIMILARITY", "DECAY_GAUSS", "DECAY_EXP",
    "DECAY_LINEAR", "DATE_UTCTOLOCAL", "DATE_LOCALTOUTC", "DATE_TIMEZONE", "DATE_TIMEZONES", "CALL",
    "APPLY", "V8", "SCHEMA_GET", "SCHEMA_VALIDATE", "PREGEL_RESULT", "APPROX_NEAR_COSINE", "APPROX_NEAR_L2",
    "APPROX_NEAR_INNER_PRODUCT", "DECODE_REV",
})  # fmt: skip

Compile = Callable[[s.Node, Execution], Evaluate]


def compile_call(node: s.Call, run: Execution, compile_expression: Compile) -> Evaluate:
    """A closure of the call. Raises 1540, 1541, 1582 or 9 for what cannot be called."""
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
    """Some functions take a collection by its bare name."""
    if isinstance(node, s.Collection) and function.name in ("DOCUMENT", "COLLECTION_COUNT", "IS_SAME_COLLECTION"):
        name = run.collection_name(node)
        return lambda _row: name
    return compile_expression(node, run)


def found(name: str, arguments: int) -> Function:
    """The function of that name, if it takes so many arguments."""
    if "::" in name:
        raise ArangoError(1582, name)
    if name in REFUSED:
        raise not_supported(f"the function {name}()")
    if name not in FUNCTIONS:
        raise ArangoError(1540, name)
    function = FUNCTIONS[name]
    if not function.least <= arguments <= function.most:
        expected = f"minimum: {function.least}, maximum: {function.most}"
        raise ArangoError(1541, f"'{name}()', expected number of arguments: {expected}")
    return function


def warn(warning: NoResultError, name: str, run: Execution) -> None:
    """Only the text of 1542 names the function itself."""
    if warning.number == ARGUMENT_TYPE:
        run.warn(ARGUMENT_TYPE, name)
    else:
        run.warn(warning.number, function=name)


def _guarded(function: Function, run: Execution, call: Evaluate) -> Evaluate:
    def guarded(row: Row) -> Any:
        try:
            return call(row)
        except NoResultError as warning:
            warn(warning, function.name, run)
            return None

    return guarded
