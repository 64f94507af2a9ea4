"""The types of all values in exported lines, in the form in which `datasets` takes them.

`datasets` guesses types from the first ten megabytes of a file, and refuses what comes later: a field that was null or
absent until then. With the types of the whole file it loads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The type of a field that was null in each line.
_NULL = "null"
#: A number that is whole in some lines only.
_WIDER = {frozenset(("int64", "float64")): "float64"}
_TYPES: dict[type, str] = {bool: "bool", int: "int64", float: "float64", str: "string", type(None): _NULL}
_LARGEST = 2**63 - 1

#: The name of a type, a list with the type of its members, or the types of an object's attributes.
Kind = str | list[Any] | dict[str, Any]


class Features:
    """The types of the lines seen so far. `conflicts` are the fields that hold values of different types."""

    def __init__(self) -> None:
        self._kinds: dict[str, Any] = {}
        self.conflicts: set[str] = set()

    def see(self, line: Mapping[str, Any]) -> None:
        """Note the types of a line."""
        self._see(self._kinds, line, "")

    def to_dict(self) -> dict[str, Any] | None:
        """What `datasets.Features.from_dict` takes; `None` when no type would load all lines.

        That is so where types are in conflict, and where an object never has an attribute.
        """
        if self.conflicts or _has_empty(self._kinds):
            return None
        return {name: _told(kind) for name, kind in self._kinds.items()}

    def _see(self, kinds: dict[str, Any], values: Mapping[str, Any], path: str) -> None:
        """Complete the types of an object's attributes."""
        for name, value in values.items():
            kind = kinds.get(name, _NULL)
            # Nearly every value is a text where the others are: nothing is to be done about it.
            if kind != "string" or not isinstance(value, str):
                kinds[name] = self._joined(kind, value, path + name)

    def _joined(self, kind: Kind, value: Any, path: str) -> Kind:
        """The type of a field that was `kind` so far and holds `value` now."""
        if value is None:
            return kind
        if isinstance(value, list):
            members: Kind = kind[0] if isinstance(kind, list) else _NULL
            for member in value:
                members = self._joined(members, member, f"{path}[]")
            return self._agreed(kind, [members], path)
        if isinstance(value, Mapping):
            inner = kind if isinstance(kind, dict) else {}
            self._see(inner, value, f"{path}.")
            return self._agreed(kind, inner, path)
        found = _TYPES.get(type(value), "string")
        return self._agreed(kind, "float64" if found == "int64" and abs(value) > _LARGEST else found, path)

    def _agreed(self, kind: Kind, found: Kind, path: str) -> Kind:
        if kind in (_NULL, found) or type(kind) is type(found) is not str:
            return found
        wider = _WIDER.get(frozenset((kind, found))) if isinstance(kind, str) and isinstance(found, str) else None
        if wider is None:
            self.conflicts.add(path)
        return wider or kind


def _told(kind: Kind) -> Any:
    if isinstance(kind, str):
        return {"dtype": kind, "_type": "Value"}
    if isinstance(kind, list):
        return [_told(kind[0])]
    return {name: _told(inner) for name, inner in kind.items()}


def _has_empty(kind: Kind) -> bool:
    inner = kind if isinstance(kind, list) else kind.values() if isinstance(kind, dict) else ()
    return kind == {} or any(map(_has_empty, inner))
