"""Functions on objects, and DOCUMENT()."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Execution, document_by_id
from arango_thinking.embedded.aql.functions.registry import (
    ANY_NUMBER,
    ARGUMENT_TYPE,
    NoResultError,
    function,
    function_of_run,
)

Object = dict[str, Any]


def obj(value: Any) -> Object:
    """The value, if it is an object. Raises `NoResultError` otherwise."""
    if not isinstance(value, dict):
        raise NoResultError
    return value


@function("ATTRIBUTES KEYS", 1, 3)
def attributes(document: Any, without_system: Any = False, in_order: Any = False) -> list[str]:
    names = [name for name in obj(document) if not (v.truth(without_system) and name.startswith("_"))]
    return sorted(names) if v.truth(in_order) else names


@function("VALUES", 1, 2)
def values(document: Any, without_system: Any = False) -> list[Any]:
    skip = v.truth(without_system)
    return [value for name, value in obj(document).items() if not (skip and name.startswith("_"))]


@function("VALUE", 2)
def value_at(document: Any, path: Any) -> Any:
    """The value at a path of attribute names and array positions; null for an empty path."""
    found: Any = obj(document)
    if not isinstance(path, list):
        raise NoResultError
    if not path:
        return None
    for step in path:
        if isinstance(found, dict) and isinstance(step, str):
            found = found.get(step)
        elif isinstance(found, list) and v.is_number(step) and 0 <= step < len(found):
            found = found[int(step)]
        else:
            return None
    return found


@function("HAS", 2)
def has(document: Any, name: Any) -> bool:
    return isinstance(document, dict) and v.to_string(name) in document


@function("ENTRIES", 1)
def entries(document: Any) -> list[list[Any]]:
    return [[name, value] for name, value in obj(document).items()]


Keeps = Callable[[str], bool]


def _named(run: Execution, function_name: str, given: tuple[Any, ...]) -> set[str]:
    """The attribute names, given one by one or in arrays. Another value in an array causes a warning, not an error."""
    found: set[str] = set()
    for one in given:
        if isinstance(one, list):
            found.update(name for name in one if isinstance(name, str))
            for _ in filter(lambda name: not isinstance(name, str), one):
                run.warn(ARGUMENT_TYPE, function_name)
        elif isinstance(one, str) or v.is_number(one):
            found.add(v.to_string(one))
    return found


def _register(name: str, *, keeps: bool, recursive: bool) -> None:
    def selected(run: Execution, document: Any, *names: Any) -> Object:
        source = obj(document)
        given = _named(run, name, names)
        return _filtered(source, lambda attribute: (attribute in given) is keeps, recursive)

    function_of_run(name, 2, ANY_NUMBER)(selected)


_register("KEEP", keeps=True, recursive=False)
_register("UNSET", keeps=False, recursive=False)
_register("KEEP_RECURSIVE", keeps=True, recursive=True)
_register("UNSET_RECURSIVE", keeps=False, recursive=True)


def _filtered(document: Object, keeps: Keeps, recursive: bool) -> Object:
    """The object with only the attributes to keep. If `recursive`, this also applies to sub-objects outside arrays."""
    return {
        name: _filtered(value, keeps, recursive) if recursive and isinstance(value, dict) else value
        for name, value in document.items()
        if keeps(name)
    }


def _merged(parts: tuple[Any, ...], combine: Callable[[Object, Object], Object]) -> Object:
    if len(parts) == 1 and isinstance(parts[0], list):
        parts = tuple(parts[0])
    result: Object = {}
    for part in parts:
        result = combine(result, obj(part))
    return result


@function("MERGE", 1, ANY_NUMBER)
def merge(*documents: Any) -> Object:
    return _merged(documents, lambda left, right: {**left, **right})


@function("MERGE_RECURSIVE", 1, ANY_NUMBER)
def merge_recursive(*documents: Any) -> Object:
    return _merged(documents, _deeply)


def _deeply(left: Object, right: Object) -> Object:
    result = dict(left)
    for name, value in right.items():
        old = result.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[name] = _deeply(old, value) if both and isinstance(old, dict) else value
    return result


@function("TRANSLATE", 2, 3)
def translate(value: Any, table: Any, *default: Any) -> Any:
    return obj(table).get(v.to_string(value), default[0] if default else value)


@function_of_run("MATCHES", 2, 3)
def matches(run: Execution, document: Any, examples: Any, return_index: Any = False) -> bool | int:
    """Whether an example matches, or the index of the first one that does (-1 if none does).

    An example that is not an object causes a warning and matches nothing.
    """
    if not isinstance(document, dict):
        return False
    for position, example in enumerate(examples if isinstance(examples, list) else [examples]):
        if not isinstance(example, dict):
            run.warn(ARGUMENT_TYPE, "MATCHES")
        elif all(v.equal(document.get(name), value) for name, value in example.items()):
            return position if v.truth(return_index) else True
    return -1 if v.truth(return_index) else False


@function("ZIP", 2)
def zipped(names: Any, values: Any) -> Object:
    if not isinstance(names, list) or not isinstance(values, list) or len(names) != len(values):
        raise NoResultError
    result: Object = {}
    for name, value in zip(names, values, strict=True):
        result.setdefault(v.to_string(name), value)
    return result


@function_of_run("DOCUMENT", 1, 2)
def document_of(run: Execution, first: Any, *second: Any) -> Any:
    """The document with an id, or with a key in a collection. For an array, the documents that exist."""
    if second and not isinstance(first, str):
        raise NoResultError
    wanted, collection = (second[0], first) if second else (first, "")
    if isinstance(wanted, list):
        found = (_read(run, collection, one) for one in wanted)
        return [document for document in found if document is not None]
    return _read(run, collection, wanted)


def _read(run: Execution, collection: str, wanted: Any) -> Any:
    if not isinstance(wanted, str):
        return None
    stated, slash, key = wanted.partition("/")
    if not slash:
        stated, key = collection, wanted
    if not stated or (collection and stated != collection):
        return None
    document = document_by_id(run, f"{stated}/{key}")
    if document is not None:
        run.statistics.scanned_index += 1
    return document
