"""The keys of many documents, in the order in which the database gave them, in memory that does not grow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from tempfile import SpooledTemporaryFile

#: Bytes that are kept in memory; what is beyond them goes into a temporary file.
IN_MEMORY = 1 << 20


class KeyList:
    """Keys, each a line of a temporary file: no key holds a line break. It must be closed."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        with ExitStack() as on_error:
            self._file = on_error.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
            for key in keys:
                self._file.write(f"{key}\n".encode())
            on_error.pop_all()

    def pages(self, size: int) -> Iterator[list[str]]:
        """All keys, `size` at a time. Several may be read at once, in one thread at a time."""
        place = 0
        while True:
            self._file.seek(place)
            page = [line.decode().rstrip("\n") for line in islice(iter(self._file.readline, b""), size)]
            place = self._file.tell()
            if not page:
                return
            yield page

    def close(self) -> None:
        """Forget the keys."""
        self._file.close()
