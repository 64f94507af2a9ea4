"""Parsing, running and explaining a query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from arango_thinking.embedded.aql.clauses.aggregates import check_aggregate
from arango_thinking.embedded.aql.clauses.clauses import compile_body, compile_query
from arango_thinking.embedded.aql.context import ExecuteOptions, Execution, Pipeline, StageError, Statistics
from arango_thinking.embedded.aql.functions import found
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.aql.parsing.parser import MAX_QUERIES, parse_tree
from arango_thinking.embedded.aql.scoping import resolve
from arango_thinking.embedded.aql.usage import Usage
from arango_thinking.embedded.errors import ArangoError

if TYPE_CHECKING:
    from arango_thinking.embedded.storage.transactions import Transaction


@dataclass(frozen=True)
class Query:
    """A query with correct syntax and all its names resolved."""

    text: str
    body: s.Body
    #: How many variables a row holds.
    size: int

    @cached_property
    def is_modification(self) -> bool:
        return any(isinstance(node, s.MODIFICATIONS) for node in s.walk(self.body))

    @cached_property
    def bind_parameters(self) -> frozenset[str]:
        """The names of the bind parameters; the name of @@users is "@users"."""
        return frozenset(_bind_parameters(self.body))

    @cached_property
    def tree(self) -> Any:
        """The syntax tree as JSON-ready values."""
        return s.to_json(self.body)

    def collections(self, bind_vars: dict[str, Any]) -> tuple[set[str], set[str]]:
        """The names of the collections that the query reads, and of those that it writes.

        Raises `ArangoError`: 1208 for an empty name, 1551 for a bind parameter without a value, 1553 for one that is
        not a string.
        """
        usage = Usage.of(self.body)
        read, written = ({_name(one, bind_vars) for one in group} for group in (usage.read, usage.written))
        return read, written


def _bind_parameters(body: s.Body) -> Iterator[str]:
    for node in s.walk(body):
        if isinstance(node, s.Parameter) or (isinstance(node, s.Collection) and node.bound):
            yield node.name
        elif isinstance(node, s.Attribute) and isinstance(node.name, s.Parameter):
            yield node.name.name


def _name(collection: s.Collection, bind_vars: dict[str, Any]) -> str:
    name = _bound_name(collection.name, bind_vars) if collection.bound else collection.name
    if not name:
        raise StageError(1208, "illegal name: ", "parsing")
    return name


def _bound_name(parameter: str, bind_vars: dict[str, Any]) -> str:
    if parameter not in bind_vars:
        raise ArangoError(1551, parameter)
    name = bind_vars[parameter]
    if not isinstance(name, str):
        raise ArangoError(1553, parameter)
    return name


@dataclass(frozen=True)
class Result:
    """The result of a query. A reading query computes its rows while they are read; a writing query has run already."""

    rows: Iterator[Any]
    statistics: Statistics
    warnings: list[dict[str, Any]]


@contextmanager
def _while(doing: str) -> Iterator[None]:
    """Add to the message of an `ArangoError`, as ArangoDB does, that it is about AQL and at which stage it occurred."""
    try:
        yield
    except ArangoError as error:
        doing = error.doing if isinstance(error, StageError) else doing
        error.message = f"AQL: {error.message} (while {doing})"
        error.args = (f"[{error.number}] {error.message}",)
        raise


@lru_cache(maxsize=MAX_QUERIES)
def parse(text: str) -> Query:
    """Parse the text of a query.

    Raises `ArangoError`, such as 1501 with the place of a syntax error, 1511 or 1512 for a wrong variable name, 1540
    or 1541 for a wrong function call.
    """
    with _while("parsing"):
        try:
            body, size = resolve(parse_tree(text))
            _check_calls(body)
            return Query(text, body, size)
        except RecursionError:
            raise ArangoError(1524) from None


def _check_calls(body: s.Body) -> None:
    """Check each function call. Raises `ArangoError` as `found` and `check_aggregate` do."""
    aggregates: set[int] = set()
    for node in s.walk(body):
        if isinstance(node, s.Collect | s.Window):
            aggregates |= {id(one.value) for one in node.aggregates}
        elif isinstance(node, s.Call):
            check = check_aggregate if id(node) in aggregates else found
            check(node.function, len(node.arguments))


def execute(
    query: Query, bind_vars: dict[str, Any], transaction: Transaction, options: ExecuteOptions | None = None
) -> Result:
    """Run the query. It checks all names and bind values before it reads anything."""
    with _while("parsing"):
        run, pipeline = _compiled(query, bind_vars, transaction, options or ExecuteOptions())
    rows = _rows(pipeline, query.size)
    if query.is_modification:
        rows = iter(list(rows))
    return Result(rows, run.statistics, run.warnings)


def _rows(pipeline: Pipeline, size: int) -> Iterator[Any]:
    with _while("executing"):
        yield from pipeline([None] * size)


def _compiled(
    query: Query, bind_vars: dict[str, Any], transaction: Transaction, options: ExecuteOptions
) -> tuple[Execution, Pipeline]:
    _check_bind_values(query, bind_vars)
    run = Execution(transaction, bind_vars, options, compile_body)
    read, written = query.collections(bind_vars)
    for name in sorted(read | written):
        transaction.collection(name)
    Usage.of(query.body).check(lambda one: transaction.collection(_name(one, bind_vars)).name)
    return run, compile_query(query.body, run)


def _check_bind_values(query: Query, bind_vars: dict[str, Any]) -> None:
    for name in sorted(query.bind_parameters - bind_vars.keys()):
        raise ArangoError(1551, name)
    for name in sorted(bind_vars.keys() - query.bind_parameters):
        raise ArangoError(1552, name)


def plan(query: Query, bind_vars: dict[str, Any], transaction: Transaction) -> dict[str, Any]:
    """How the engine would run the query. Raises the errors that `execute` raises before it runs a query."""
    with _while("parsing"):
        run, _ = _compiled(query, bind_vars, transaction, ExecuteOptions())
    read, written = query.collections(bind_vars)
    nodes = [{"type": "SingletonNode"}, *run.steps, {"type": "ReturnNode"}]
    return {
        "nodes": [{"id": number, **node} for number, node in enumerate(nodes, 1)],
        "rules": sorted(run.rules),
        "collections": [
            {"name": name, "type": "write" if name in written else "read"} for name in sorted(read | written)
        ],
        "variables": [
            {"id": node.slot, "name": node.name} for node in s.walk(query.body) if isinstance(node, s.Variable)
        ],
        "estimatedCost": _cost(run, transaction),
        "estimatedNrItems": max((_documents(step, transaction) for step in run.steps), default=1),
        "isModificationQuery": query.is_modification,
        "warnings": run.warnings,
    }


def _documents(step: dict[str, Any], transaction: Transaction) -> int:
    """How many documents a step may read, very roughly."""
    if "collection" not in step:
        return 1
    count = transaction.count(step["collection"])
    return count if step["type"] == "EnumerateCollectionNode" else min(count, 1 + count // 10)


def _cost(run: Execution, transaction: Transaction) -> int:
    return 1 + sum(_documents(step, transaction) for step in run.steps)
