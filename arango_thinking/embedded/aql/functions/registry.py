"""The table of AQL functions. The modules of this package fill it with the two decorators below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: What ArangoDB calls the greatest number of arguments where there is no limit.
ANY_NUMBER = 65536


#: Numbers of warnings.
ARGUMENT_TYPE, INVALID_REGEX, INVALID_ARITHMETIC, ARRAY_EXPECTED = 1542, 1543, 1561, 1563


class NoResultError(Exception):
    """A function cannot make a result: null and a warning."""

    def __init__(self, number: int = ARGUMENT_TYPE) -> None:
        super().__init__(number)
        self.number = number


def array(value: Any, number: int = ARRAY_EXPECTED) -> list[Any]:
    """The value, if it is an array; else the function's result is null, with that warning."""
    if not isinstance(value, list):
        raise NoResultError(number)
    return value


@dataclass(frozen=True, slots=True)
class Function:
    """`body` takes the arguments; one that needs the execution takes that first."""

    name: str
    body: Callable[..., Any]
    least: int
    most: int
    needs_run: bool = False


FUNCTIONS: dict[str, Function] = {}

Body = Callable[..., Any]


def function(names: str, least: int, most: int | None = None) -> Callable[[Body], Body]:
    """Register under one or more names a function of `least` to `most` arguments."""
    return _registering(names, least, most, needs_run=False)


def function_of_run(names: str, least: int, most: int | None = None) -> Callable[[Body], Body]:
    """Like `function`, for one whose first parameter is the `Execution`."""
    return _registering(names, least, most, needs_run=True)


def _registering(names: str, least: int, most: int | None, *, needs_run: bool) -> Callable[[Body], Body]:
    def register(body: Body) -> Body:
        for name in names.split():
            FUNCTIONS[name] = Function(name, body, least, least if most is None else most, needs_run)
        return body

    return register
