"""The order of strings.

A server compares and sorts strings by its language, in queries and in persistent indexes, but keeps the primary index
in the order of bytes. Unless told otherwise this engine has the order of code points everywhere, as a server has whose
language is `en_US_POSIX`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Bytes that sort as a language orders the texts, such as the sort keys of ICU; none of them is 0 but the last.
Collation = Callable[[str], bytes]

#: That of a language; `None` for the order of code points.
language: Collation | None = None


@contextmanager
def ordered_by(collation: Collation) -> Iterator[None]:
    """Compare strings by a language meanwhile, in all databases of this process.

    Persistent indexes keep the order in which they were made: leave a database file to one language.
    """
    global language
    before, language = language, collation
    try:
        yield
    finally:
        language = before
