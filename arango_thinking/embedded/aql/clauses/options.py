"""OPTIONS of a clause: which options each clause knows, and warnings about options without effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Execution, StageError
from arango_thinking.embedded.aql.expressions import compile_expression, is_constant
from arango_thinking.embedded.aql.parsing import syntax as s

Check = Callable[[Any], bool]


def is_anything(_value: Any) -> bool:
    return True


def is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_path(value: Any) -> bool:
    """Whether the value is an attribute name, or an array of names that form a path."""
    return is_text(value) or (isinstance(value, list) and all(map(is_text, value)))


def is_hint(value: Any) -> bool:
    return is_path(value) and value != []


def _is_index_plan(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


LOOP: Mapping[str, Check] = {
    "indexHint": is_hint,
    "forceIndexHint": is_boolean,
    "disableIndex": is_boolean,
    "maxProjections": v.is_number,
    "useCache": is_boolean,
    "lookahead": v.is_number,
    "waitForSync": is_boolean,
}
COLLECT: Mapping[str, Check] = {
    "method": lambda value: value in ("hash", "sorted"),
    "disableIndex": is_boolean,
    "aggregateIntoExpressionOnDBServers": is_boolean,
}
TRAVERSAL: Mapping[str, Check] = {
    "bfs": is_anything,
    "order": is_text,
    "uniqueVertices": is_text,
    "uniqueEdges": is_text,
    "vertexCollections": is_anything,
    "edgeCollections": is_anything,
    "weightAttribute": is_path,
    "defaultWeight": v.is_number,
    "parallelism": v.is_number,
    "maxProjections": v.is_number,
    "useCache": is_boolean,
    "indexHint": _is_index_plan,
}
WRITE: Mapping[str, Check] = dict.fromkeys(
    (
        "waitForSync", "exclusive", "refillIndexCaches", "skipDocumentValidation", "ignoreErrors", "ignoreRevs",
        "keepNull", "mergeObjects", "overwrite", "versionAttribute",
    ),
    is_anything,
) | {"overwriteMode": is_text}  # fmt: skip
UPSERT: Mapping[str, Check] = dict(WRITE) | dict.fromkeys(
    ("indexHint", "forceIndexHint", "disableIndex", "useCache", "readOwnWrites"), is_anything
)


def read_options(node: s.Node | None, statement: str, known: Mapping[str, Check], run: Execution) -> dict[str, Any]:
    """The options that have an effect. Each of the others causes warning 1539.

    Raises `StageError` 1575 when the options are not constant.
    """
    if node is None:
        return {}
    if not is_constant(node):
        raise StageError(1575, "'OPTIONS' have to be known at query compile time", "parsing")
    given: dict[str, Any] = compile_expression(node, run)([])
    valid = {name: value for name, value in given.items() if name in known and known[name](value)}
    for name in given.keys() - valid.keys():
        warn(name, statement, _reason(name, given[name], statement, known), run)
    return valid


def warn(name: str, statement: str, reason: str, run: Execution) -> None:
    run.warn(1539, f"{reason} OPTIONS attribute '{name}' in {statement} statement")


def _reason(name: str, value: Any, statement: str, known: Mapping[str, Check]) -> str:
    """The reason in a warning. Only the warning about a FOR distinguishes a wrong value from an unknown name."""
    return f"invalid value {v.to_json(value)} in" if name in known and statement == "FOR" else "unknown"
