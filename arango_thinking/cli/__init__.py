"""The command line: parse, call one library function, print."""

from __future__ import annotations

import sys
from contextlib import suppress

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
    """End with one sentence on stderr; where JSON was asked for, an object on stdout says the same."""
    from arango_thinking.cli.console import complain, print_json

    if "--json" in sys.argv:
        with suppress(OSError):
            print_json({"error": message, "exit_code": code})
    complain(message)
    sys.exit(code)
