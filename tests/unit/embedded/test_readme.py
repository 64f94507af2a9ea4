"""What the engine's README lists is what the code has. `python -m tests.unit.embedded.test_readme` writes it anew."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from arango_thinking import embedded
from arango_thinking.embedded.aql.functions import FUNCTIONS, REFUSED, SUBJECTS
from arango_thinking.embedded.aql.parsing.lexer import CLAUSES
from arango_thinking.embedded.aql.parsing.lexer import REFUSED as REFUSED_WORDS
from arango_thinking.embedded.http.api import route_methods

README = Path(embedded.__file__).with_name("README.md")
SECTION = re.compile(r"(<!-- (\w+): begin -->\n).*?(\n<!-- \w+: end -->)", re.DOTALL)


def routes() -> str:
    rows = ["| path | methods |", "|---|---|"]
    for path, methods in sorted(route_methods().items()):
        rows.append(f"| `{path}` | {', '.join(methods)} |")
    return "\n".join(rows)


def functions() -> str:
    by_subject: dict[str, list[str]] = defaultdict(list)
    for name, function in sorted(FUNCTIONS.items()):
        by_subject[function.body.__module__.rpartition(".")[2]].append(name)
    assert by_subject.keys() <= {subject.__name__.rpartition(".")[2] for subject in SUBJECTS}
    rows = ["| subject | functions |", "|---|---|"]
    rows += [f"| {subject} | {', '.join(names)} |" for subject, names in sorted(by_subject.items())]
    rows.append(f"| refused | {', '.join(sorted(REFUSED))} |")
    return "\n".join(rows)


def clauses() -> str:
    rows = ["| | words |", "|---|---|", f"| clauses | {', '.join(sorted(CLAUSES))} |"]
    rows.append(f"| refused | {', '.join(sorted(REFUSED_WORDS))} |")
    return "\n".join(rows)


TABLES = {"routes": routes, "functions": functions, "clauses": clauses}


def written_anew(text: str) -> str:
    return SECTION.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def test_the_tables_are_those_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    assert {found[2] for found in SECTION.finditer(text)} == TABLES.keys()
    assert written_anew(text) == text


if __name__ == "__main__":
    README.write_text(written_anew(README.read_text(encoding="utf-8")), encoding="utf-8")
