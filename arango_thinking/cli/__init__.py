"""The command line: parse, call one library function, print."""

from __future__ import annotations

import sys

from arango_thinking.errors import ArangoThinkingError


def main() -> None:
    """Run the command line; every error the package raises becomes one sentence and its exit code."""
    from arango_thinking.cli.app import app

    try:
        app()
    except ArangoThinkingError as error:
        from arango_thinking.cli.console import complain

        complain(str(error))
        sys.exit(error.exit_code)
