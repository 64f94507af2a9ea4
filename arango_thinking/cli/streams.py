"""Standard output and standard error, as the surroundings leave them to us."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from arango_thinking.errors import ConfigurationError

#: What a file system answers when it takes no more.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


#: The name of a file that stands for standard input or output.
DASH = Path("-")


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """The file to read: for "-" a copy of standard input, which is read more than once."""
    if path != DASH:
        yield path
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "stdin"
        with copy.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield copy


@contextmanager
def writable(path: Path) -> Iterator[Path]:
    """The file to write: for "-" one that goes to standard output when it is whole."""
    if path != DASH:
        yield path
        return
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "stdout"
        yield whole
        if whole.exists():
            with whole.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)


def refuse_json(path: Path, *, as_json: bool) -> None:
    """Raise `ConfigurationError` where both documents and an object of figures would go to standard output."""
    if path == DASH and as_json:
        raise ConfigurationError("Standard output holds the documents: leave --json out, or name a file.")


def prepare() -> None:
    """Let text that a stream cannot encode be replaced: it is not worth an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def flush() -> None:
    """Write what is left. Raises `OSError` when it cannot be written."""
    sys.stdout.flush()


def is_full(error: OSError) -> bool:
    """Whether an error says that no more can be written to a stream."""
    return error.errno in _FULL and error.filename is None


def give_up() -> None:
    """Forget what is left in standard output: it could not be written at the end of the process either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
