"""INSERT, UPDATE, REPLACE, REMOVE and UPSERT. Each reads all its input before it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses import options, planning
from arango_thinking.embedded.aql.context import Evaluate, Execution, Operator, Row, StageError
from arango_thinking.embedded.aql.expressions import compile_expression
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import WriteOptions, Written

OVERWRITE_MODES = ("conflict", "ignore", "replace", "update")

WriteRow = Callable[[Row], Written]


@dataclass(frozen=True)
class Options:
    """OPTIONS of a writing clause."""

    write: WriteOptions
    ignore_errors: bool = False


@dataclass(frozen=True)
class Target:
    """The collection that a clause writes to, and the options for it."""

    collection: str
    options: Options
    run: Execution


def compile_modification(clause: s.Node, known: frozenset[int], following: s.Body, run: Execution) -> Operator:
    """Compile a writing clause. The operator writes all rows as soon as it is applied, before its results are read."""
    assert isinstance(clause, s.MODIFICATIONS)
    target = Target(run.collection_name(clause.write.collection), _options(clause, clause.write.options, run), run)
    run.steps.append({"type": f"{_kind(clause)}Node", "collection": target.collection})
    write_row = _writer(clause, known, target)
    old, new = clause.write.old, clause.write.new
    used = {part.slot for part in s.walk(following) if isinstance(part, s.Reference)}
    needs_result = any(one is not None and one.slot in used for one in (old, new))

    def written(row: Row) -> Row | None:
        try:
            result = write_row(row)
        except ArangoError:
            if not target.options.ignore_errors:
                raise
            run.statistics.writes_ignored += 1
            return None if needs_result else row
        run.statistics.writes_executed += 1
        if old is not None:
            row[old.slot] = result.old
        if new is not None:
            row[new.slot] = result.new
        return row

    def modify(rows: Iterable[Row]) -> Iterator[Row]:
        results = [written(row) for row in list(rows)]
        return (row for row in results if row is not None)

    return modify


def _kind(clause: s.Node) -> str:
    return "Replace" if isinstance(clause, s.Update) and clause.replaces else type(clause).__name__


def _writer(clause: s.Node, known: frozenset[int], target: Target) -> WriteRow:
    if isinstance(clause, s.Insert):
        return _insert(clause, target)
    if isinstance(clause, s.Update):
        return _update(clause, target)
    if isinstance(clause, s.Remove):
        return _remove(clause, target)
    assert isinstance(clause, s.Upsert)
    return _upsert(clause, known, target)


def _options(clause: s.Node, written: s.Node | None, run: Execution) -> Options:
    known = options.UPSERT if isinstance(clause, s.Upsert) else options.WRITE
    given = options.read_options(written, _kind(clause).upper(), known, run)
    mode = given.get("overwriteMode", "replace" if v.truth(given.get("overwrite")) else "conflict")
    version = given.get("versionAttribute")
    return Options(
        WriteOptions(
            overwrite_mode=mode if mode in OVERWRITE_MODES else "conflict",
            keep_null=v.truth(given.get("keepNull", True)),
            merge_objects=v.truth(given.get("mergeObjects", True)),
            ignore_revs=v.truth(given.get("ignoreRevs", True)),
            version_attribute=version if isinstance(version, str) and version else None,
        ),
        ignore_errors=v.truth(given.get("ignoreErrors", False)),
    )


def _insert(clause: s.Insert, target: Target) -> WriteRow:
    document = compile_expression(clause.document, target.run)
    transaction, options = target.run.transaction, target.options.write
    return lambda row: transaction.insert(target.collection, _object(document(row)), options)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ArangoError(1227)
    return value


def _key(value: Any) -> str:
    """The key of a document, which is given as its key or as an object.

    Raises `StageError`: 1227 for any other value, 1226 for an object without a key.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise StageError(1227, f"Expected object or string, but got {_stored_type(value)}", "executing")
    key = value.get("_key")
    if not isinstance(key, str):
        raise StageError(1226, "Expected _key to be a string attribute in document.", "executing")
    return key


def _stored_type(value: Any) -> str:
    """The name of a value's type in ArangoDB's storage format. The value is not an object."""
    if isinstance(value, int) and not isinstance(value, bool):
        return "smallint" if -6 <= value <= 9 else "int"
    return "double" if isinstance(value, float) else v.type_name(value)


def _changer(replaces: bool, target: Target) -> Callable[[str, dict[str, Any]], Written]:
    transaction, options = target.run.transaction, target.options.write
    change = transaction.replace if replaces else transaction.update
    return lambda key, document: change(target.collection, key, document, options)


def _update(clause: s.Update, target: Target) -> WriteRow:
    document = compile_expression(clause.target, target.run)
    change = _changer(clause.replaces, target)
    if clause.patch is None:

        def update(row: Row) -> Written:
            value = _object(document(row))
            return change(_key(value), value)

        return update
    patch = compile_expression(clause.patch, target.run)

    def update_with(row: Row) -> Written:
        meant = document(row)
        # The revision to compare comes from the target document, never from the patch.
        changes = {name: value for name, value in _object(patch(row)).items() if name != "_rev"}
        if isinstance(meant, dict) and "_rev" in meant:
            changes["_rev"] = meant["_rev"]
        return change(_key(meant), changes)

    return update_with


def _remove(clause: s.Remove, target: Target) -> WriteRow:
    document = compile_expression(clause.target, target.run)
    ignores_revision = target.options.write.ignore_revs

    def remove(row: Row) -> Written:
        meant = document(row)
        revision = meant.get("_rev") if isinstance(meant, dict) and not ignores_revision else None
        return target.run.transaction.remove(target.collection, _key(meant), revision)

    return remove


def _upsert(clause: s.Upsert, known: frozenset[int], target: Target) -> WriteRow:
    assert clause.write.old is not None
    run, slot = target.run, clause.write.old.slot
    find = _finder(clause, known, target)
    inserted, updated = compile_expression(clause.insert, run), compile_expression(clause.update, run)
    change = _changer(clause.replaces, target)

    def upsert(row: Row) -> Written:
        found = row[slot] = find(row)
        if found is None:
            return run.transaction.insert(target.collection, _object(inserted(row)), target.options.write)
        return change(found["_key"], _object(updated(row)))

    return upsert


def _finder(clause: s.Upsert, known: frozenset[int], target: Target) -> Evaluate:
    """A function that returns the first document that fits the search object or the condition, or `None`."""
    assert clause.write.old is not None
    run, slot = target.run, clause.write.old.slot
    if clause.condition is None:
        filters = [_equality(key, value, slot) for key, value in _searched(clause.search, run)]
    else:
        slot = clause.current.slot
        filters = [clause.condition]
    loop = planning.Loop(
        target.collection, slot, tuple(planning.conditions_on(slot, filters, known, run)), planning.Order()
    )
    access = planning.access(loop, run)
    conditions = [compile_expression(node, run) for node in filters]

    def find(row: Row) -> Any:
        for document in access.documents(row):
            row[slot] = document
            if all(v.truth(condition(row)) for condition in conditions):
                return document
        return None

    return find


def _searched(search: s.Node | None, run: Execution) -> Iterator[tuple[s.Node, s.Node]]:
    """The names and values of the search object, which may be a bind parameter."""
    if isinstance(search, s.Object):
        yield from ((entry.key, entry.value) for entry in search.entries)
        return
    given = run.bound(search.name) if isinstance(search, s.Parameter) else None
    if not isinstance(given, dict):
        raise ArangoError(1553, getattr(search, "name", ""))
    yield from ((s.Literal(name), s.Literal(value)) for name, value in given.items())


def _equality(key: s.Node, value: s.Node, slot: int) -> s.Node:
    name: str | s.Parameter
    if isinstance(key, s.Literal):
        name = v.to_string(key.value)
    elif isinstance(key, s.Parameter):
        name = key
    else:
        raise StageError(1501, "UPSERT needs an object literal without dynamic attribute names", "parsing")
    return s.Binary("==", s.Attribute(s.Reference("OLD", slot), name), value)
