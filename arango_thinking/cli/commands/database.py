"""Which database a command works on, and `init`, which makes what is ours in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arango_thinking.cli import options as given
from arango_thinking.errors import ConfigurationError

if TYPE_CHECKING:
    from arango_thinking.settings import DatabaseSettings
    from arango_thinking.store.store import Store

_IN_CLUSTERS = "Of our own collections, in a cluster that is not OneShard."


@contextmanager
def opened(
    url: str | None,
    database: str | None,
    insecure: bool = False,
    timeout: float | None = None,
    *,
    must_exist: bool = False,
) -> Iterator[Store]:
    """The database that the options and the environment name, closed at the end.

    With `must_exist` a missing file of the embedded database is an error, and is not made.
    """
    from arango_thinking.settings import database_settings
    from arango_thinking.store.store import Store

    settings = database_settings(url, database, insecure=insecure, timeout=timeout)
    notice(settings)
    if must_exist:
        require_file(settings)
    store = Store.connect(settings)
    try:
        yield store
    finally:
        store.close()


def require_file(settings: DatabaseSettings) -> None:
    """Raises `ConfigurationError` when the embedded database's file is not there; of a server nothing is asked."""
    if settings.embedded_path is not None and not Path(settings.embedded_path).exists():
        raise ConfigurationError(
            f"There is no database file {settings.embedded_path}. `arango-thinking import FILE` makes one; "
            "--url or ARANGO_URL names another."
        )


def notice(settings: DatabaseSettings) -> None:
    """Say so when no database was chosen."""
    if settings.is_default:
        from arango_thinking.cli.console import say

        say(f"No ARANGO_URL: using {settings.url}, an embedded database for development and small data.")


def init(
    collection: given.Collection = given.DEFAULT_COLLECTION,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be made, and make nothing.")] = False,
    replication_factor: Annotated[
        int | None,
        typer.Option("--replication-factor", min=1, help=_IN_CLUSTERS, show_default="the source collection's"),
    ] = None,
    write_concern: Annotated[
        int | None, typer.Option("--write-concern", min=1, help=_IN_CLUSTERS, show_default="the source collection's")
    ] = None,
    shards: Annotated[
        int | None, typer.Option("--shards", min=1, help=_IN_CLUSTERS, show_default="the database's")
    ] = None,
    url: given.Url = None,
    database: given.DatabaseName = None,
    insecure: given.Insecure = False,
    database_timeout: given.DatabaseTimeout = None,
    as_json: given.AsJson = False,
) -> None:
    """Make our own collections, their indexes, the audit graph and the index on a collection; safe to repeat."""
    from arango_thinking.cli.console import print_json, print_line
    from arango_thinking.settings import database_settings
    from arango_thinking.store import schema
    from arango_thinking.store.connection import Connection

    settings = database_settings(url, database, insecure=insecure, timeout=database_timeout)
    notice(settings)
    if dry_run:
        require_file(settings)
    sharding = schema.Sharding(replication_factor, write_concern, shards)
    with closing(Connection.open(settings)) as connection:
        if dry_run:
            things = [thing.what for thing in schema.missing(connection, collection, sharding)]
        else:
            things = schema.make(connection, collection, sharding)
    if as_json:
        print_json({"would_make" if dry_run else "made": things})
        return
    for thing in things:
        print_line(f"{'would make' if dry_run else 'made'} {thing}")
    if not things:
        print_line("Nothing to do: everything is there.")
