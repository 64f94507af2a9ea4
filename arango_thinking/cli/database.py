"""Which database a command works on, and `init`, which makes what is ours in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from arango_thinking.cli import options as given
from arango_thinking.errors import ConfigurationError

if TYPE_CHECKING:
    from arango_thinking.settings import DatabaseSettings
    from arango_thinking.store import Store


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
    from arango_thinking.store import Store

    settings = database_settings(url, database, insecure=insecure, timeout=timeout)
    notice(settings)
    if must_exist and settings.embedded_path is not None and not Path(settings.embedded_path).exists():
        raise ConfigurationError(
            f"There is no database file {settings.embedded_path}. `arango-thinking import FILE` makes one; "
            "--url or ARANGO_URL names another."
        )
    store = Store.connect(settings)
    try:
        yield store
    finally:
        store.close()


def notice(settings: DatabaseSettings) -> None:
    """Say so when no database was chosen."""
    if settings.is_default:
        from arango_thinking.cli.console import say

        say(f"No ARANGO_URL: using {settings.url}, an embedded database for development and small data.")


def init(
    collection: given.Collection = given.DEFAULT_COLLECTION,
    url: given.Url = None,
    database: given.DatabaseName = None,
    insecure: given.Insecure = False,
    database_timeout: given.DatabaseTimeout = None,
    as_json: given.AsJson = False,
) -> None:
    """Make our own collections, the audit graph and the index on a collection; safe to repeat."""
    from arango_thinking.cli.console import print_json, print_line

    with opened(url, database, insecure, database_timeout) as store:
        made = [f"collection {collection}"] if store.create_collection(collection, edge=False) else []
        made += store.initialise(collection)
    if as_json:
        print_json({"made": made})
        return
    for thing in made or ["Nothing to do: everything is there."]:
        print_line(f"made {thing}" if made else thing)
