"""Read what ArangoDB says about the documents that an import did not take."""

from __future__ import annotations

import re
from collections.abc import Sequence

_POSITION = re.compile(r"at position (\d+): (.*)", re.DOTALL)
_REFUSED = "creating document failed"


def import_problems(details: Sequence[str], count: int) -> tuple[tuple[int, str], ...]:
    """Position and message of each detail of an import of `count` documents.

    Positions count from 0; -1 means that the detail names none. ArangoDB writes "at position 3: ...". It counts
    documents that it cannot read, such as an edge without ends, from 1. It counts documents that it refuses later from
    0, and only among those that it could read.
    """
    found = [_POSITION.fullmatch(detail) for detail in details]
    unreadable = {int(match[1]) - 1 for match in found if match and not match[2].startswith(_REFUSED)}
    readable = [position for position in range(count) if position not in unreadable]
    problems = []
    for detail, match in zip(details, found, strict=True):
        if match is None:
            problems.append((-1, detail))
        elif match[2].startswith(_REFUSED):
            problems.append((readable[int(match[1])], match[2]))
        else:
            problems.append((int(match[1]) - 1, match[2]))
    return tuple(problems)
