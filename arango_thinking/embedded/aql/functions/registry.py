"""The table of AQL functions. The modules of this package fill it with the two decorators below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.aql.context import Execution
from arango_thinking.embedded.errors import ArangoError, not_supported

#: The greatest number of arguments that ArangoDB's messages give for a function without a limit.
ANY_NUMBER = 65536


#: The numbers of warnings.
RESOURCE_LIMIT, OUT_OF_RANGE, ARGUMENT_NUMBER, ARGUMENT_TYPE, INVALID_REGEX = 32, 1504, 1541, 1542, 1543
INVALID_ARITHMETIC, ARRAY_EXPECTED, INVALID_DATE = 1561, 1563, 1572

#: Functions that ArangoDB has and this engine does not: search, geography, vectors, schemas, JavaScript.
REFUSED = frozenset({
    "ANALYZER", "BOOST", "BM25", "TFIDF", "EXISTS", "PHRASE", "TOKENS", "NGRAM_MATCH", "LEVENSHTEIN_MATCH",
    "OFFSET_INFO", "MINHASH_MATCH", "MINHASH", "NEAR", "WITHIN", "WITHIN_RECTANGLE", "FULLTEXT", "DISTANCE",
    "IS_IN_POLYGON", "GEO_DISTANCE", "GEO_CONTAINS", "GEO_INTERSECTS", "GEO_EQUALS", "GEO_AREA",
    "GEO_IN_RANGE", "GEO_POINT", "GEO_MULTIPOINT", "GEO_POLYGON", "GEO_MULTIPOLYGON", "GEO_LINESTRING",
    "GEO_MULTILINESTRING", "V8", "SCHEMA_GET", "SCHEMA_VALIDATE", "PREGEL_RESULT", "APPROX_NEAR_COSINE",
    "APPROX_NEAR_L2", "APPROX_NEAR_INNER_PRODUCT",
})  # fmt: skip


class NoResultError(Exception):
    """Raised when a function has no result. The call then gives null, with warning `number`."""

    def __init__(self, number: int = ARGUMENT_TYPE) -> None:
        super().__init__(number)
        self.number = number


def array(value: Any, number: int = ARRAY_EXPECTED) -> list[Any]:
    """The value, if it is an array. Raises `NoResultError` with `number` otherwise."""
    if not isinstance(value, list):
        raise NoResultError(number)
    return value


@dataclass(frozen=True, slots=True)
class Function:
    """An AQL function. `body` takes the arguments; if `needs_run` is set, the execution comes before them."""

    name: str
    body: Callable[..., Any]
    least: int
    most: int
    needs_run: bool = False


FUNCTIONS: dict[str, Function] = {}

Body = Callable[..., Any]


def function(names: str, least: int, most: int | None = None) -> Callable[[Body], Body]:
    """Register a function of `least` to `most` arguments, under one or more names with spaces between them."""
    return _registering(names, least, most, needs_run=False)


def function_of_run(names: str, least: int, most: int | None = None) -> Callable[[Body], Body]:
    """Like `function`, for a function whose first parameter is the `Execution`."""
    return _registering(names, least, most, needs_run=True)


def _registering(names: str, least: int, most: int | None, *, needs_run: bool) -> Callable[[Body], Body]:
    def register(body: Body) -> Body:
        for name in names.split():
            FUNCTIONS[name] = Function(name, body, least, least if most is None else most, needs_run)
        return body

    return register


def found(name: str, arguments: int) -> Function:
    """The function of that name, for a call with this number of arguments.

    Raises `ArangoError`: 1540 for an unknown function, 1541 for a wrong number of arguments, 1582 for a user function,
    9 for a function that the engine does not have.
    """
    if "::" in name:
        raise ArangoError(1582, name)
    if name in REFUSED:
        raise not_supported(f"the function {name}()")
    if name not in FUNCTIONS:
        raise ArangoError(1540, name)
    function = FUNCTIONS[name]
    if not function.least <= arguments <= function.most:
        expected = f"minimum: {function.least}, maximum: {function.most}"
        raise ArangoError(ARGUMENT_NUMBER, f"'{name}()', expected number of arguments: {expected}")
    return function


def warn(warning: NoResultError, name: str, run: Execution) -> None:
    """Note the warning of a function. Only the texts about arguments contain the name; for others it is added."""
    if warning.number in (ARGUMENT_TYPE, ARGUMENT_NUMBER):
        run.warn(warning.number, name)
    else:
        run.warn(warning.number, function=name)


def result_of(function: Function, run: Execution, arguments: list[Any]) -> Any:
    """The result of the function; null, with a warning, if it has no result."""
    try:
        return function.body(run, *arguments) if function.needs_run else function.body(*arguments)
    except NoResultError as warning:
        warn(warning, function.name, run)
        return None
