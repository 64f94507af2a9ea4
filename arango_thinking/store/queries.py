"""The AQL of this package. Each file under aql/SUBJECT/ holds one query, with a header: its purpose and its binds.

// Documents with these keys, as they are now.
// binds: @collection, keys

What several queries compute alike is a file of aql/parts/, which takes the place of a line `// part: NAME`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import indent

from arango_thinking.errors import ArangoThinkingError

#: The text that the caller's filter replaces in a query; without a filter the query runs as it stands.
FILTER_PLACE = "true // the caller's filter"
_HEADER = re.compile(r"^// binds:[ \t]*([^\n]*)", re.MULTILINE)
_SKIPPED = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`", re.DOTALL)
_PART = re.compile(r"^([ \t]*)// part: (\w+)$", re.MULTILINE)
_PARTS = "parts"
_BIND = re.compile(r"@(@?\w+)")


class QueryError(ArangoThinkingError):
    """A query file is not well-formed: a fault of the package, not of its user."""


@dataclass(frozen=True, slots=True)
class Query:
    """One checked query. `binds` names its parameters, collections with their "@" as the HTTP API wants them."""

    name: str
    purpose: str
    text: str
    binds: frozenset[str]

    def with_filter(self, expression: str | None) -> str:
        """The text with the caller's boolean expression over `doc` in its place."""
        if not expression:
            return self.text
        # The closing parenthesis stands on a line of its own, so that a comment cannot swallow it.
        return self.text.replace(FILTER_PLACE, f"({expression}\n)")


def folder() -> Path:
    """Where the .aql files are: inside an installed package, beside it in an editable install."""
    package = Path(__file__).parents[1]
    inside = package / "aql"
    return inside if inside.is_dir() else package.parent / "aql"


@cache
def files() -> dict[str, Path]:
    """The file of each query by its name. Raises `QueryError` when two files have one name."""
    found: dict[str, Path] = {}
    for path in sorted(folder().glob("*/*.aql")):
        if path.parent.name == _PARTS:
            continue
        if path.stem in found:
            raise QueryError(f"The queries {found[path.stem]} and {path} have the same name.")
        found[path.stem] = path
    return found


@cache
def query(name: str) -> Query:
    """The query `name`. Raises `QueryError` when it is missing, or its header and its text name different binds."""
    path = files().get(name)
    if path is None:
        raise QueryError(f"There is no query {name}.aql in a folder of {folder()}.")
    return checked(name, path.read_text(encoding="utf-8"))


def checked(name: str, text: str) -> Query:
    """The query in a file's text. Raises `QueryError` when its header and its text name different binds."""
    text = _PART.sub(_part, text)
    header = _HEADER.search(text)
    if header is None or not text.startswith("// "):
        raise QueryError(f"{name}.aql needs a header: its purpose, then a line '// binds: ...'.")
    declared = frozenset(bind.strip() for bind in header[1].split(",") if bind.strip())
    used = frozenset(_BIND.findall(_SKIPPED.sub(" ", text)))
    if declared != used:
        raise QueryError(f"{name}.aql declares the binds {sorted(declared)} but uses {sorted(used)}.")
    purpose = text[: header.start()].replace("\n//", "").removeprefix("// ").strip()
    return Query(name, purpose, text, declared)


def _part(line: re.Match[str]) -> str:
    """What takes the place of a line that names a part. Raises `QueryError` when there is no such part."""
    path = folder() / _PARTS / f"{line[2]}.aql"
    if not path.is_file():
        raise QueryError(f"There is no {path}.")
    return indent(path.read_text(encoding="utf-8").rstrip(), line[1])
