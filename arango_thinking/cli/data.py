"""`import` and `export`: the data around the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arango_thinking.choices import OnDuplicate
from arango_thinking.cli import options as given
from arango_thinking.cli.database import opened
from arango_thinking.printable import printable


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
