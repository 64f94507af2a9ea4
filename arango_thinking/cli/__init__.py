"""The command line: parse, call one library function, print."""

from __future__ import annotations

import sys

from arango_thinking.cli import streams
from arango_thinking.errors import ArangoThinkingError


def main() -> None:
    """Run the command line; every error the package raises becomes one sentence and its exit code."""
    from arango_thinking.cli.app import app

    streams.prepare()
    try:
        try:
            app()
        finally:
            streams.flush()
    except ArangoThinkingError as error:
        _end(str(error), error.exit_code)
    except OSError as error:
        if error.filename is not None:
            _end(f"{error.filename}: {error.strerror}.", 2)
        if not streams.is_full(error):
            raise
        streams.give_up()
        _end(f"Standard output cannot be written: {error.strerror}.", 1)


def _end(message: str, code: int) -> None:
    from arango_thinking.cli.console import complain

    complain(message)
    sys.exit(code)
