"""How the documents of a loop are found: which index, between which bounds, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Evaluate, Execution, Row
from arango_thinking.embedded.aql.expressions import compile_expression, is_constant, is_repeatable
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.storage.records import Direction, Document, IndexDescription, Lookup

Path = tuple[str, ...]

FLIPPED = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}
KEY: Path = ("_key",)
ID: Path = ("_id",)
NULL = s.Literal(None)
EDGES: dict[Path, Direction] = {("_from",): "OUTBOUND", ("_to",): "INBOUND"}


@dataclass(frozen=True, slots=True)
class Condition:
    """`path operator value`, with a value that is known before the document is read."""

    path: Path
    operator: str
    value: s.Node


@dataclass(frozen=True, slots=True)
class Order:
    """The order that a following SORT asks for. `paths` is empty if there is no such SORT."""

    paths: tuple[Path, ...] = ()
    descending: bool = False


@dataclass(frozen=True, slots=True)
class IndexChoice:
    """One way to find the documents with an index."""

    index: IndexDescription
    equal: tuple[s.Node, ...] = ()
    values: s.Node | None = None
    lower: tuple[s.Node, bool] | None = None
    upper: tuple[s.Node, bool] | None = None
    sorted: bool = False
    reverse: bool = False
    by_id: bool = False
    #: For the edge index: whether to look for the outbound or the inbound edges of a vertex.
    direction: Direction = "OUTBOUND"

    @property
    def score(self) -> tuple[int, ...]:
        """A rank. A choice with a greater score is expected to read fewer documents."""
        whole = self.index.unique and len(self.equal) == len(self.index.fields)
        is_key = self.index.type == "primary" and bool(self.equal or self.values)
        return (
            2 * is_key + whole,
            len(self.equal),
            int(self.values is not None),
            (self.lower is not None) + (self.upper is not None),
            int(self.sorted),
        )


@dataclass(frozen=True)
class Access:
    """The chosen way to read documents. `documents` reads them for a row. Without `choice`, no index is used."""

    documents: Callable[[Row], Iterable[Document]]
    choice: IndexChoice | None = None

    @property
    def is_sorted(self) -> bool:
        return self.choice is not None and self.choice.sorted


@dataclass(frozen=True)
class Loop:
    """A loop over a collection, and what the clauses after it ask for."""

    collection: str
    slot: int
    conditions: tuple[Condition, ...]
    order: Order


def conjuncts(node: s.Node) -> Iterator[s.Node]:
    """The operands of nested `&&`; the node itself if it is not an `&&`."""
    if isinstance(node, s.Binary) and node.operator == "&&":
        yield from conjuncts(node.left)
        yield from conjuncts(node.right)
    else:
        yield node


def attribute_path(node: s.Node, slot: int, run: Execution) -> Path | None:
    """The path if the node is an attribute of the variable in `slot`, otherwise `None`."""
    path: Path = ()
    while True:
        if isinstance(node, s.Attribute):
            path = (*run.attribute_path(node.name), *path)
            node = node.base
        elif isinstance(node, s.Index) and isinstance(node.index, s.Literal | s.Parameter):
            name = compile_expression(node.index, run)([])
            if not isinstance(name, str):
                return None
            path = (name, *path)
            node = node.base
        else:
            break
    return path if path and isinstance(node, s.Reference) and node.slot == slot else None


def conditions_on(slot: int, filters: Iterable[s.Node], known: frozenset[int], run: Execution) -> Iterator[Condition]:
    """The conditions on attributes of the variable in `slot`, as far as the variables in `known` give their values."""
    for node in filters:
        for part in conjuncts(node):
            yield from _condition(part, slot, known, run)


def _condition(node: s.Node, slot: int, known: frozenset[int], run: Execution) -> Iterator[Condition]:
    if not isinstance(node, s.Binary):
        return
    if node.operator == "||":
        yield from _alternatives(node, slot, known, run)
        return
    sides = [(node.left, node.operator, node.right)]
    if node.operator in FLIPPED:
        sides.append((node.right, FLIPPED[node.operator], node.left))
    for left, operator, right in sides:
        if operator not in FLIPPED and operator != "IN":
            continue
        path = attribute_path(left, slot, run)
        if path and is_known(right, known):
            yield Condition(path, operator, right)
            return


def _alternatives(node: s.Binary, slot: int, known: frozenset[int], run: Execution) -> Iterator[Condition]:
    """`doc.a == 1 || doc.a == 2` as `doc.a IN [1, 2]`."""
    found: list[Condition] = []
    for side in (node.left, node.right):
        part = list(_condition(side, slot, known, run))
        if len(part) != 1 or part[0].operator not in ("==", "IN"):
            return
        found.append(part[0])
    if found[0].path == found[1].path and all(isinstance(one.value, s.Array) or one.operator == "==" for one in found):
        items = [item for one in found for item in _items(one)]
        yield Condition(found[0].path, "IN", s.Array(tuple(items)))


def _items(condition: Condition) -> tuple[s.Node, ...]:
    if condition.operator == "IN" and isinstance(condition.value, s.Array):
        return condition.value.items
    return (condition.value,)


def is_known(node: s.Node, known: frozenset[int]) -> bool:
    """Whether the value can be computed, cheaply, before the document is read."""
    if not s.dependencies(node) <= known:
        return False
    return is_constant(node) or (
        is_repeatable(node) and not any(isinstance(part, s.Subquery | s.Collection) for part in s.walk(node))
    )


def choose(loop: Loop, run: Execution) -> IndexChoice | None:
    """The best index for the loop, or `None` to read the whole collection."""
    best: IndexChoice | None = None
    for index in run.transaction.indexes(loop.collection):
        for choice in _choices(index, loop, run):
            if any(choice.score) and (best is None or choice.score > best.score):
                best = choice
    return best


def _choices(index: IndexDescription, loop: Loop, run: Execution) -> Iterator[IndexChoice]:
    if index.type == "primary":
        yield from (
            IndexChoice(index, equal=(one.value,) if one.operator == "==" else (), by_id=True,
                   values=one.value if one.operator == "IN" else None)
            for one in loop.conditions if one.path == ID and one.operator in ("==", "IN")
        )  # fmt: skip
    if index.type == "edge":
        yield from (
            IndexChoice(index, equal=(one.value,) if one.operator == "==" else (), direction=EDGES[one.path],
                   values=one.value if one.operator == "IN" else None)
            for one in loop.conditions if one.path in EDGES and one.operator in ("==", "IN")
        )  # fmt: skip
    elif index.type != "ttl" and (not index.sparse or _excludes_null(index, loop.conditions, run)):
        yield _narrowed(index, loop)


def _narrowed(index: IndexDescription, loop: Loop) -> IndexChoice:
    equal: list[s.Node] = []
    for path in index.fields:
        found = _first(loop.conditions, path, "==")
        if found is None:
            break
        equal.append(found.value)
    values = lower = upper = None
    if len(equal) < len(index.fields):
        path = index.fields[len(equal)]
        chosen = _first(loop.conditions, path, "IN")
        values = chosen.value if chosen else None
        if values is None:
            lower, upper = _bounds(loop.conditions, path)
    is_sorted = _satisfies(index, len(equal), loop)
    return IndexChoice(index, tuple(equal), values, lower, upper, is_sorted, is_sorted and loop.order.descending)


def _first(conditions: Sequence[Condition], path: Path, *operators: str) -> Condition | None:
    return next((one for one in conditions if one.path == path and one.operator in operators), None)


def _bounds(conditions: Sequence[Condition], path: Path) -> tuple[Any, Any]:
    lower, upper = _first(conditions, path, ">", ">="), _first(conditions, path, "<", "<=")
    low = (lower.value, lower.operator == ">=") if lower else None
    if low is None:
        unequal = _first(conditions, path, "!=")
        low = (NULL, False) if unequal and unequal.value == NULL else None
    return low, (upper.value, upper.operator == "<=") if upper else None


def _satisfies(index: IndexDescription, equal: int, loop: Loop) -> bool:
    """Whether the index yields its documents in the wanted order. It sorts them by all its fields, then by the key."""
    fixed = {one.path for one in loop.conditions if one.operator == "=="}
    wanted = [KEY if path == ID else path for path in loop.order.paths if path not in fixed]
    given = [path for path in index.fields[equal:] if path not in fixed]
    if KEY not in given:
        given.append(KEY)
    return bool(loop.order.paths) and wanted == given[: len(wanted)] and _is_total(wanted)


def _is_total(wanted: list[Path]) -> bool:
    """Whether no path follows the key."""
    return KEY not in wanted[:-1]


def _excludes_null(index: IndexDescription, conditions: Sequence[Condition], run: Execution) -> bool:
    """Whether the filters reject all documents that a sparse index does not hold."""
    return all(any(one.path == path and _keeps_null_out(one, run) for one in conditions) for path in index.fields)


def _keeps_null_out(condition: Condition, run: Execution) -> bool:
    if not is_constant(condition.value):
        return False
    value = compile_expression(condition.value, run)([])
    if condition.operator == "IN":
        return isinstance(value, list) and None not in value
    if condition.operator in (">", "!="):
        return condition.operator == ">" or value is None
    return condition.operator in ("==", ">=") and value is not None


def access(loop: Loop, run: Execution) -> Access:
    """Choose how to read the documents of the loop."""
    choice = choose(loop, run)
    if choice is None:
        return scan(loop, run)
    if choice.index.type == "edge":
        return Access(_edges(choice, loop, run), choice)
    if choice.index.type == "primary" and (choice.equal or choice.values):
        return Access(_by_keys(choice, loop, run), choice)
    return Access(_by_index(choice, loop, run), choice)


def scan(loop: Loop, run: Execution) -> Access:
    """Read all documents, without an index."""
    return Access(lambda _row: _scanned(run, loop.collection))


def _scanned(run: Execution, collection: str) -> Iterator[Document]:
    statistics = run.statistics
    for document in run.transaction.scan(collection):
        statistics.scanned_full += 1
        run.tick()
        yield document


def _counted(run: Execution, documents: Iterable[Document]) -> Iterator[Document]:
    statistics = run.statistics
    for document in documents:
        statistics.scanned_index += 1
        run.tick()
        yield document


def _edges(choice: IndexChoice, loop: Loop, run: Execution) -> Callable[[Row], Iterable[Document]]:
    wanted = compile_expression(choice.equal[0] if choice.equal else choice.values or NULL, run)

    def documents(row: Row) -> Iterator[Document]:
        value = wanted(row)
        for vertex in [value] if choice.equal else _distinct(value, reverse=False):
            if isinstance(vertex, str):
                yield from _counted(run, run.transaction.edges(loop.collection, vertex, choice.direction))

    return documents


def _distinct(value: Any, reverse: bool) -> list[Any]:
    items = {v.identity(item): item for item in value} if isinstance(value, list) else {}
    return sorted(items.values(), key=v.sort_key, reverse=reverse)


def _by_keys(choice: IndexChoice, loop: Loop, run: Execution) -> Callable[[Row], Iterable[Document]]:
    wanted: Evaluate = compile_expression(choice.equal[0] if choice.equal else choice.values or NULL, run)
    prefix = f"{loop.collection}/" if choice.by_id else ""

    def documents(row: Row) -> Iterator[Document]:
        value = wanted(row)
        for key in [value] if choice.equal else _distinct(value, choice.reverse):
            if isinstance(key, str) and key.startswith(prefix):
                document = run.transaction.get(loop.collection, key.removeprefix(prefix))
                if document is not None:
                    run.statistics.scanned_index += 1
                    run.tick()
                    yield document

    return documents


def _by_index(choice: IndexChoice, loop: Loop, run: Execution) -> Callable[[Row], Iterable[Document]]:
    equal = [compile_expression(node, run) for node in choice.equal]
    lower, upper = _limit(choice.lower, run), _limit(choice.upper, run)
    values = compile_expression(choice.values, run) if choice.values else None
    index, reverse = choice.index.id, choice.reverse

    def lookups(row: Row) -> Iterator[Lookup]:
        fixed = tuple(value(row) for value in equal)
        if values is None:
            yield Lookup(index, fixed, lower(row), upper(row), reverse)
        else:
            for value in _distinct(values(row), reverse):
                yield Lookup(index, (*fixed, value), None, None, reverse)

    def documents(row: Row) -> Iterator[Document]:
        for lookup in lookups(row):
            yield from _counted(run, run.transaction.scan(loop.collection, lookup))

    return documents


def _limit(bound: tuple[s.Node, bool] | None, run: Execution) -> Callable[[Row], tuple[Any, bool] | None]:
    if bound is None:
        return lambda _row: None
    value, inclusive = compile_expression(bound[0], run), bound[1]
    return lambda row: (value(row), inclusive)
