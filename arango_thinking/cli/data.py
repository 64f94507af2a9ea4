"""`init`, `import`, `export` and `status`: the data around the main job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arango_thinking.choices import OnDuplicate
from arango_thinking.cli import options as given
from arango_thinking.printable import printable

if TYPE_CHECKING:
    from arango_thinking.settings import DatabaseSettings
    from arango_thinking.store import Store


@contextmanager
def opened(url: str | None, database: str | None) -> Iterator[Store]:
    """The database that the options and the environment name, closed at the end."""
    from arango_thinking.settings import database_settings
    from arango_thinking.store import Store

    settings = database_settings(url, database)
    notice(settings)
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
    as_json: given.AsJson = False,
) -> None:
    """Make our own collections, the audit graph and the index on a collection; safe to repeat."""
    from arango_thinking.cli.console import print_json, print_line

    with opened(url, database) as store:
        made = [f"collection {collection}"] if store.create_collection(collection, edge=False) else []
        made += store.initialise(collection)
    if as_json:
        print_json({"made": made})
        return
    for thing in made or ["Nothing to do: everything is there."]:
        print_line(f"made {thing}" if made else thing)


def import_file(
    file: given.JsonlInput,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    on_duplicate: Annotated[
        OnDuplicate,
        typer.Option("--on-duplicate", help="What to do with a document that is there already."),
    ] = OnDuplicate.IGNORE,
    url: given.Url = None,
    database: given.DatabaseName = None,
    as_json: given.AsJson = False,
) -> None:
    """Import Q&A documents, source paragraphs or edges from JSONL; what they are is told by their fields."""
    from arango_thinking.cli.console import print_json, say, show_import
    from arango_thinking.importing import import_jsonl

    with opened(url, database) as store:
        account = import_jsonl(store, file, collection, on_duplicate)
    if as_json:
        print_json(account.to_dict())
    elif account.lines:
        show_import(account, file.name, collection)
    else:
        say(f"Nothing to do: {printable(file.name)} is empty.")
    if account.rejected:
        raise typer.Exit(1)


def export(
    output_path: Annotated[
        Path, typer.Argument(help="The JSONL to write; gzip when it ends in .gz.", show_default=False)
    ],
    collection: given.Collection = given.DEFAULT_COLLECTION,
    enhanced_only: Annotated[bool, typer.Option("--enhanced-only", help="Leave out pending documents.")] = False,
    converged_only: Annotated[bool, typer.Option("--converged-only", help="Only documents that converged.")] = False,
    filter_: given.Filter = None,
    url: given.Url = None,
    database: given.DatabaseName = None,
    as_json: given.AsJson = False,
) -> None:
    """Export a collection as JSONL for training: messages and metadata, one document a line."""
    from arango_thinking.cli.console import print_json, print_line, say
    from arango_thinking.exporting import export_jsonl
    from arango_thinking.selection import Selection

    with opened(url, database) as store:
        selection = Selection(collection, filter_)
        account = export_jsonl(
            store, selection, output_path, only_enhanced=enhanced_only, only_converged=converged_only
        )
    for source, reason in account.reasons:
        say(f"{printable(source)}: {printable(reason)}; not exported")
    if account.left_out > len(account.reasons):
        say(f"... and {account.left_out - len(account.reasons):,} more")
    if as_json:
        print_json({"documents": account.documents, "left_out": account.left_out, "file": str(output_path)})
    else:
        print_line(f"{account.documents:,} documents from {collection} → {printable(str(output_path))}")


def status(
    collection: given.Collection = given.DEFAULT_COLLECTION,
    url: given.Url = None,
    database: given.DatabaseName = None,
    as_json: given.AsJson = False,
) -> None:
    """How many documents are pending and enhanced, and the latest runs."""
    from arango_thinking.cli.console import print_json, show_status

    with opened(url, database) as store:
        store.require(collection)
        states, runs = store.status(collection), store.last_runs(collection, 5)
    if as_json:
        print_json({"collection": collection, "states": states, "runs": runs})
    else:
        show_status(collection, states, runs)
