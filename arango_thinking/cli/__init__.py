"""The command line: parse, call one library function, print."""

from __future__ import annotations

import errno
import os
import sys

from arango_thinking.errors import ArangoThinkingError

#: What a file system answers when it takes no more.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main() -> None:
    """Run the command line; every error the package raises becomes one sentence and its exit code."""
    from arango_thinking.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # text that the terminal cannot show is not worth an error
            stream.reconfigure(errors="replace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except ArangoThinkingError as error:
        _end(str(error), error.exit_code)
    except OSError as error:
        if error.filename is not None:
            _end(f"{error.filename}: {error.strerror}.", 2)
        if error.errno not in _FULL:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left in it cannot be written either
        _end(f"Standard output cannot be written: {error.strerror}.", 1)


def _end(message: str, code: int) -> None:
    from arango_thinking.cli.console import complain

    complain(message)
    sys.exit(code)
