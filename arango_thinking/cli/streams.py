"""Standard output and standard error, as the surroundings leave them to us."""

from __future__ import annotations

import errno
import os
import sys

#: What a file system answers when it takes no more.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


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
