"""What the parts of one query execution share: bind values, the transaction, statistics and warnings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.errors import ArangoError

if TYPE_CHECKING:
    from arango_thinking.embedded.storage.transactions import Transaction

Row = list[Any]
Evaluate = Callable[[Row], Any]
#: A compiled clause: takes the rows of the clause before it and yields its own.
Operator = Callable[[Iterable[Row]], Iterator[Row]]
#: A compiled query or subquery: takes the row it starts with and yields its results.
Pipeline = Callable[[Row], Iterator[Any]]

CLOCK_EVERY = 256


class StageError(ArangoError):
    """An error with a complete message of its own. `doing` is the stage at which ArangoDB finds the error."""

    def __init__(self, number: int, message: str, doing: str = "instantiating plan") -> None:
        super().__init__(number)
        self.message, self.doing = message, doing
        self.args = (f"[{number}] {message}",)


@dataclass(frozen=True)
class ExecuteOptions:
    """Options of one execution. `max_runtime` is in seconds."""

    full_count: bool = False
    fail_on_warning: bool = False
    max_warnings: int = 10
    max_runtime: float | None = None
    database: str = "_system"
    user: str = "root"


@dataclass
class Statistics:
    """What a query did; grows while its rows are consumed."""

    writes_executed: int = 0
    writes_ignored: int = 0
    scanned_full: int = 0
    scanned_index: int = 0
    filtered: int = 0
    full_count: int | None = None

    def to_dict(self) -> dict[str, int]:
        """The statistics under the names that ArangoDB uses; `fullCount` only if it was asked for."""
        values = {
            "writesExecuted": self.writes_executed,
            "writesIgnored": self.writes_ignored,
            "scannedFull": self.scanned_full,
            "scannedIndex": self.scanned_index,
            "filtered": self.filtered,
        }
        return values if self.full_count is None else {**values, "fullCount": self.full_count}


@dataclass
class Execution:
    """One execution of a query."""

    transaction: Transaction
    bind_vars: dict[str, Any]
    options: ExecuteOptions
    #: Compiles a query or subquery; set by `clauses`, which depends on this module.
    compile_body: Callable[[s.Body, Execution, frozenset[int]], Pipeline]
    statistics: Statistics = field(default_factory=Statistics)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    #: The steps chosen, as `plan` describes them.
    steps: list[dict[str, Any]] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    started: float = field(default_factory=time.time)
    #: The variables to which LET assigns a constant: slot -> value.
    constants: dict[int, Any] = field(default_factory=dict)
    _ticks: int = 0

    def warn(self, number: int, detail: str = "", function: str = "") -> None:
        """Note a warning, which names the function if one is given. Raises it if `fail_on_warning` is set."""
        error = ArangoError(number, detail)
        if self.options.fail_on_warning:
            raise error
        if len(self.warnings) < self.options.max_warnings:
            place = f"in function '{function}()': " if function else ""
            self.warnings.append({"code": number, "message": place + error.message})

    def tick(self) -> None:
        """Called for each row that is read. Raises `ArangoError` 1500 when the query has run for too long."""
        self._ticks += 1
        if self.options.max_runtime and self._ticks % CLOCK_EVERY == 0:
            self.check_runtime()

    def check_runtime(self) -> None:
        if self.options.max_runtime and time.time() - self.started > self.options.max_runtime:
            raise ArangoError(1500)

    def bound(self, name: str) -> Any:
        if name not in self.bind_vars:
            raise ArangoError(1551, name)
        return self.bind_vars[name]

    def collection_name(self, node: s.Node) -> str:
        """The name of a collection. Raises `ArangoError` 1203 when it does not exist."""
        return self.transaction.collection(self.written_name(node)).name

    def written_name(self, node: s.Node) -> str:
        if not isinstance(node, s.Collection):
            raise ArangoError(1203, getattr(node, "name", ""))
        if not node.bound:
            return node.name
        name = self.bound(node.name)
        if not isinstance(name, str) or not name:
            raise ArangoError(1553, node.name)
        return name

    def attribute_path(self, name: str | s.Parameter) -> tuple[str, ...]:
        """The names that an attribute access stands for: more than one if a bind parameter holds an array."""
        if isinstance(name, str):
            return (name,)
        value = self.bound(name.name)
        if isinstance(value, str) and value:
            return (value,)
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise ArangoError(1553, name.name)


def document_by_id(run: Execution, identifier: str) -> Any:
    """The document, or `None` if it or its collection does not exist."""
    collection, _, key = identifier.partition("/")
    try:
        return run.transaction.get(collection, key)
    except ArangoError as error:
        if error.number != 1203:
            raise
        return None
