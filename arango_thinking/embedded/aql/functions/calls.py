"""Calls of functions whose names are values."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.aql.context import Execution
from arango_thinking.embedded.aql.functions.registry import (
    ANY_NUMBER,
    ARGUMENT_TYPE,
    NoResultError,
    found,
    function_of_run,
    result_of,
)
from arango_thinking.embedded.errors import ArangoError


@function_of_run("CALL", 1, ANY_NUMBER)
def call(run: Execution, name: Any, *arguments: Any) -> Any:
    return _called(run, "CALL", name, list(arguments))


@function_of_run("APPLY", 1, 2)
def apply(run: Execution, name: Any, *arguments: Any) -> Any:
    """Call the function with the members of one array as arguments."""
    if isinstance(name, str) and arguments and not isinstance(arguments[0], list):
        raise NoResultError
    return _called(run, "APPLY", name, arguments[0] if arguments else [])


def _called(run: Execution, caller: str, name: Any, arguments: list[Any]) -> Any:
    if not isinstance(name, str):
        raise ArangoError(ARGUMENT_TYPE, caller)
    return result_of(found(name.upper(), len(arguments)), run, arguments)
