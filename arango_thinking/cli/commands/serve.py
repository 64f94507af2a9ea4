"""`serve`: serve the embedded database to other processes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arango_thinking.choices import DEFAULT_DATABASE_FILE

if TYPE_CHECKING:
    from arango_thinking.embedded import Started


def serve(
    db: Annotated[Path, typer.Option("--db", help="The database file; made if it is missing.")] = Path(
        DEFAULT_DATABASE_FILE
    ),
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", help="The port to listen on; 0 takes any free port.", min=0, max=65535)
    ] = 8529,
    session_timeout: Annotated[
        float, typer.Option("--session-timeout", min=1, help="Seconds for which the token of a login is valid.")
    ] = 3600.0,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Ask for no password; allowed only on an address of this machine.")
    ] = False,
) -> None:
    """Serve an embedded database over HTTP, as ArangoDB does. It is for development and small data.

    The password of root comes from ARANGO_ROOT_PASSWORD, or from the file that ARANGO_ROOT_PASSWORD_FILE names.
    Without them it is the one set before; a new database gets a new password, which is shown once. Ctrl-C or SIGTERM
    stops the server.
    """
    from arango_thinking import embedded
    from arango_thinking.errors import ConfigurationError
    from arango_thinking.settings import Environment

    password = None if no_auth else Environment().root_password
    service = embedded.Service(
        str(db), host, port, password=password, authenticates=not no_auth, token_lifetime=session_timeout
    )
    try:
        embedded.serve(service, _announce)
    except embedded.ServeError as error:
        raise ConfigurationError(str(error)) from error


def _announce(started: Started) -> None:
    from arango_thinking.cli.console import say
    from arango_thinking.embedded import is_loopback

    say(f"Serving {started.path} at {started.url}")
    if started.new_password is not None:
        say(f"User root, password {started.new_password}  - it is shown only once; ARANGO_ROOT_PASSWORD sets another.")
    if not is_loopback(started.host):
        say("Passwords and data travel unencrypted: put a proxy with TLS in front of this server.")
    say("Ready; Ctrl-C stops it.")
