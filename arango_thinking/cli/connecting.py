"""Opening the database that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from arango_thinking.errors import ConfigurationError

if TYPE_CHECKING:
    from arango_thinking.settings import DatabaseSettings
    from arango_thinking.store.records import Selection
    from arango_thinking.store.store import Store


@contextmanager
def opened(settings: DatabaseSettings, *, must_exist: bool = False) -> Iterator[Store]:
    """Open the database, and close it at the end. Print a notice when the user has not chosen one.

    With `must_exist` a missing file of the embedded database is an error; the file is not made.
    """
    from arango_thinking.store.store import Store

    notice(settings)
    if must_exist:
        require_file(settings)
    store = Store.connect(settings)
    try:
        yield store
    finally:
        store.close()


def require_file(settings: DatabaseSettings) -> None:
    """Raises `ConfigurationError` when the file of the embedded database does not exist. A server is not asked."""
    if settings.embedded_path is not None and not Path(settings.embedded_path).exists():
        raise ConfigurationError(
            f"There is no database file {settings.embedded_path}. `arango-thinking import FILE` makes one; "
            "--url or ARANGO_URL names another."
        )


def notice(settings: DatabaseSettings) -> None:
    """Print a notice when the user has not chosen a database."""
    if settings.is_default:
        from arango_thinking.cli.console import say

        say(f"No ARANGO_URL: using {settings.url}, an embedded database for development and small data.")


def notice_edges(settings: DatabaseSettings, selection: Selection) -> None:
    """Print a notice when edges lead from the documents, and the run does not follow them."""
    if selection.evidence_edges is not None:
        return
    from arango_thinking.cli.console import say
    from arango_thinking.store.schema import edges_from
    from arango_thinking.store.store import Store

    with closing(Store.connect(settings)) as store:
        found = edges_from(store.connection, selection.collection)
    if found:
        say(
            f"Edges of {', '.join(found)} lead from these documents: with --evidence-edges {found[0]} the models see "
            "the paragraphs that they lead to."
        )
