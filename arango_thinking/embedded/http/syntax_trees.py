"""The syntax tree of a query as ArangoDB shows it: each node has a type, and may have nodes below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: A node from the parser: its "type", and its parts by name.
_Parsed = dict[str, Any]
#: A node in ArangoDB's format.
Shown = dict[str, Any]

_NOTHING: Shown = {"type": "no-op"}
_UNARY = {"!": "unary not", "-": "unary minus", "+": "unary plus"}
_BINARY = {
    "&&": "logical and",
    "||": "logical or",
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "division",
    "%": "modulus",
}
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "IN", "NOT IN")
#: Operators that ArangoDB shows as function calls.
_CALLS = {"LIKE": "LIKE", "=~": "REGEX_TEST"}
_NEGATED_CALLS = {"NOT LIKE": "LIKE", "!~": "REGEX_TEST"}
#: The operator of a comparison after its sides are exchanged: ArangoDB shows an attribute on the left side.
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_DIRECTIONS = {"ANY": 0, "INBOUND": 1, "OUTBOUND": 2}


def shown(node: _Parsed) -> Shown:
    convert = _CONVERTERS.get(node["type"])
    return convert(node) if convert else _unknown(node)


def root(body: _Parsed) -> Shown:
    return _node("root", *map(shown, body["clauses"]))


def _node(kind: str, *below: Shown, **attributes: Any) -> Shown:
    return {"type": kind, **attributes, **({"subNodes": list(below)} if below else {})}


def _value(value: Any) -> Shown:
    return _node("value", value=value)


def _optional(node: _Parsed | None) -> Shown:
    return _NOTHING if node is None else shown(node)


def _unknown(node: _Parsed) -> Shown:
    """A node whose type has no converter: the name of the type, and all nodes below it."""
    parts = [part for value in node.values() for part in (value if isinstance(value, list) else [value])]
    below = [shown(part) for part in parts if isinstance(part, dict) and "type" in part]
    return _node(node["type"].lower(), *below)


def _variable(node: _Parsed) -> Shown:
    return _node("variable", name=node["name"], id=node["slot"])


def _reference(node: _Parsed) -> Shown:
    return _node("reference", name=node["name"], id=node["slot"])


def _collection(node: _Parsed) -> Shown:
    return _node("datasource parameter" if node["bound"] else "collection", name=node["name"])


def _object(node: _Parsed) -> Shown:
    return _node("object", *map(_entry, node["entries"]))


def _entry(node: _Parsed) -> Shown:
    key, value = node["key"], shown(node["value"])
    if key["type"] == "Literal":
        return _node("object element", value, name=key.get("value"))
    return _node("calculated object element", shown(key), value)


def _attribute(node: _Parsed) -> Shown:
    base, name = shown(node["base"]), node["name"]
    if isinstance(name, str):
        return _node("attribute access", base, name=name)
    return _node("bound attribute access", base, shown(name))


def _expansion(node: _Parsed) -> Shown:
    iterator = _node("iterator", _variable(node["current"]), shown(node["base"]))
    limit = _bounds(node, "array limit") or _NOTHING
    steps = (_optional(node.get("condition")), limit, _optional(node.get("projection")))
    return _node("expansion", iterator, shown(node["tail"]), *steps, levels=node["levels"])


def _bounds(node: _Parsed, kind: str) -> Shown | None:
    """The node for a LIMIT's offset (0 when it has no offset) and count; `None` when there is no LIMIT."""
    bounds = node.get("slice") or node.get("limit") or node.get("window")
    if bounds is None:
        return None
    offset = bounds.get("offset")
    return _node(kind, shown(offset) if offset else _value(0), shown(bounds["count"]))


def _unary(node: _Parsed) -> Shown:
    return _node(_UNARY[node["operator"]], shown(node["operand"]))


def _binary(node: _Parsed) -> Shown:
    operator, left, right = node["operator"], shown(node["left"]), shown(node["right"])
    if operator in _CALLS:
        return _call_of(_CALLS[operator], [left, right])
    if operator in _NEGATED_CALLS:
        return _node("unary not", _call_of(_NEGATED_CALLS[operator], [left, right]))
    if operator in _COMPARISONS:
        return _comparison("compare", operator, left, right)
    return _node(_BINARY.get(operator, operator.lower()), left, right)


def _comparison(kind: str, operator: str, left: Shown, right: Shown) -> Shown:
    is_attribute = [side["type"] == "attribute access" for side in (left, right)]
    if operator in _MIRRORED and is_attribute == [False, True]:
        operator, left, right = _MIRRORED[operator], right, left
    sorted_or_not = {"sorted": False} if operator.endswith("IN") else {}
    return _node(f"{kind} {operator.lower()}", left, right, **sorted_or_not)


def _array_comparison(node: _Parsed) -> Shown:
    compared = _comparison("array compare", node["operator"], shown(node["left"]), shown(node["right"]))
    quantifier = _node("quantifier", quantifier=node["quantifier"]["kind"].lower())
    return {**compared, "subNodes": [*compared["subNodes"], quantifier]}


def _ternary(node: _Parsed) -> Shown:
    parts = [node["condition"], node.get("then"), node["otherwise"]]
    return _node("ternary", *(shown(part) for part in parts if part is not None))


def _call_of(name: str, arguments: list[Shown]) -> Shown:
    return _node("function call", _node("array", *arguments), name=name)


def _for(node: _Parsed) -> Shown:
    return _node("for", _variable(node["variable"]), shown(node["source"]), _optional(node.get("options")))


def _sort_key(node: _Parsed) -> Shown:
    value = shown(node["value"])
    order = node.get("direction", node.get("descending"))
    if isinstance(order, dict) and order["type"] != "Literal":
        return _node("sort element", value, shown(order))
    word = order.get("value") if isinstance(order, dict) else order
    return _node("sort element", value, _value(word is not True and str(word).lower() != "desc"))


def _return(node: _Parsed) -> Shown:
    value = shown(node["value"])
    return _node("return", _node("distinct", value) if node["distinct"] else value)


def _assignment(node: _Parsed) -> Shown:
    return _node("assign", _variable(node["variable"]), shown(node["value"]))


def _collect(node: _Parsed) -> Shown:
    options = _optional(node.get("options"))
    groups = _node("array", *map(_assignment, node["groups"]))
    if "count" in node:
        return _node("collect with count", options, groups, _variable(node["count"]))
    aggregates = _node("aggregations array", _node("array", *map(_assignment, node["aggregates"])))
    return _node("collect", options, groups, aggregates, *_into(node.get("into") or {}))


def _into(into: _Parsed) -> tuple[Shown, Shown, Shown]:
    """The three parts of INTO: its variable, the expression for a member, and the variables that KEEP names."""
    kept = _node("array", *map(_reference, into["keep"])) if "keep" in into else _NOTHING
    return _optional(into.get("variable")), _optional(into.get("value")), kept


def _traverse(node: _Parsed) -> Shown:
    depth = node.get("depth")
    edges = [shown(edge["collection"]) for edge in node["edges"]]
    direction = _DIRECTIONS.get(node["edges"][0]["direction"], 0) if edges else 0
    where = _node("direction", _value(direction), shown(depth) if depth else _value(1))
    prune, options = _optional(node.get("prune")), _optional(node.get("options"))
    through = _node("collection list", *edges)
    return _node("traversal", where, shown(node["start"]), through, prune, options, *map(_variable, node["variables"]))


def _written(node: _Parsed) -> tuple[Shown, Shown]:
    return _optional(node["write"].get("options")), shown(node["write"]["collection"])


def _before_and_after(node: _Parsed, *names: str) -> list[Shown]:
    write = node["write"]
    return [_variable(write[name]) for name in names if name in write]


def _insert(node: _Parsed) -> Shown:
    return _node("insert", *_written(node), shown(node["document"]), *_before_and_after(node, "new", "old"))


def _update(node: _Parsed) -> Shown:
    patch, target = node.get("patch"), shown(node["target"])
    document, key = (target, _NOTHING) if patch is None else (shown(patch), target)
    kind = "replace" if node["replaces"] else "update"
    return _node(kind, *_written(node), document, key, *_before_and_after(node, "old", "new"))


def _remove(node: _Parsed) -> Shown:
    return _node("remove", *_written(node), shown(node["target"]), *_before_and_after(node, "old"))


def _upsert(node: _Parsed) -> Shown:
    parts = [_optional(node.get("search")), shown(node["insert"]), shown(node["update"])]
    return _node("upsert", *_written(node), *parts, *_before_and_after(node, "old", "new"))


_CONVERTERS: dict[str, Callable[[_Parsed], Shown]] = {
    "Variable": _variable,
    "Reference": _reference,
    "Collection": _collection,
    "Literal": lambda node: _value(node.get("value")),
    "Parameter": lambda node: _node("parameter", name=node["name"]),
    "Array": lambda node: _node("array", *map(shown, node["items"])),
    "Object": _object,
    "Attribute": _attribute,
    "Index": lambda node: _node("indexed access", shown(node["base"]), shown(node["index"])),
    "Group": lambda node: shown(node["operand"]),
    "Expansion": _expansion,
    "Unary": _unary,
    "Binary": _binary,
    "ArrayComparison": _array_comparison,
    "Ternary": _ternary,
    "Range": lambda node: _node("range", shown(node["lower"]), shown(node["upper"])),
    "Call": lambda node: _call_of(node["function"], [shown(one) for one in node["arguments"]]),
    "Subquery": lambda node: _node("subquery", *map(shown, node["body"]["clauses"])),
    "With": lambda node: _node("with collections", _node("collection list", *map(shown, node["collections"]))),
    "For": _for,
    "Traverse": _traverse,
    "Filter": lambda node: _node("filter", shown(node["condition"])),
    "Let": lambda node: _node("let", _variable(node["variable"]), shown(node["value"])),
    "Sort": lambda node: _node("sort", _node("array", *map(_sort_key, node["keys"]))),
    "Limit": lambda node: _bounds(node, "limit") or _NOTHING,
    "Return": _return,
    "Collect": _collect,
    "Insert": _insert,
    "Update": _update,
    "Remove": _remove,
    "Upsert": _upsert,
}
