"""`import` and `export`: documents into the database, and training data out of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arango_thinking.choices import OnDuplicate
from arango_thinking.cli import options as given
from arango_thinking.cli import streams
from arango_thinking.cli.connecting import opened
from arango_thinking.cli.option_groups import DATABASE, settings_of, takes
from arango_thinking.dialogue_options import Panel
from arango_thinking.errors import ConfigurationError
from arango_thinking.printable import printable

if TYPE_CHECKING:
    from arango_thinking.files.exporting import Exported, ExportOptions
    from arango_thinking.settings import DatabaseSettings
    from arango_thinking.store.records import Selection


@takes(DATABASE)
def import_file(
    context: typer.Context,
    file: given.JsonlInput,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    on_duplicate: Annotated[
        OnDuplicate,
        typer.Option(
            "--on-duplicate",
            help="What to do with a document whose _key exists already.",
            rich_help_panel=Panel.DOCUMENTS,
        ),
    ] = OnDuplicate.IGNORE,
    max_errors: Annotated[
        int | None,
        typer.Option(
            "--max-errors",
            min=0,
            help="Stop when more lines than this are rejected.",
            show_default="no limit",
            rich_help_panel=Panel.DOCUMENTS,
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            help="File for rejected lines, to correct and import again.",
            show_default=False,
            rich_help_panel=Panel.OUTPUT,
        ),
    ] = None,
    as_json: given.AsJson = False,
) -> None:
    """Import Q&A documents, paragraphs or edges from JSONL. Their fields show which they are."""
    from arango_thinking.cli.console import print_json, say, show_import
    from arango_thinking.files.importing import ImportOptions, import_jsonl

    with opened(settings_of(context)) as store, streams.readable(file) as file:
        account = import_jsonl(store, file, collection, ImportOptions(on_duplicate, max_errors, rejects))
    if as_json:
        print_json(account.to_dict())
    elif account.lines:
        show_import(account, file.name, collection)
    else:
        say(f"Nothing to do: {printable(file.name)} is empty.")
    if account.ended_at is not None:
        say(
            f"Stopped at line {account.ended_at}: {account.rejected:,} rejected, more than --max-errors {max_errors}. "
            f"The {account.imported:,} documents imported before it stay; the rest of the file was not read."
        )
    if account.rejected and rejects is not None:
        say(f"The rejected lines are in {printable(str(rejects))}: correct them there and import that file.")
    if account.rejected:
        raise typer.Exit(1)


@takes(DATABASE)
def export(
    context: typer.Context,
    output_path: Annotated[
        Path,
        typer.Argument(help="JSONL file to write, or -; compressed if it ends in .gz or .zst.", show_default=False),
    ],
    collection: given.Collection = given.DEFAULT_COLLECTION,
    enhanced_only: Annotated[
        bool, typer.Option("--enhanced-only", help="Leave out pending documents.", rich_help_panel=Panel.DOCUMENTS)
    ] = False,
    converged_only: Annotated[
        bool,
        typer.Option(
            "--converged-only", help="Leave out documents that did not converge.", rich_help_panel=Panel.DOCUMENTS
        ),
    ] = False,
    filter_: given.Filter = None,
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields",
            help="Metadata fields to keep, separated by commas.",
            show_default="all",
            rich_help_panel=Panel.OUTPUT,
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            "--split",
            help="Write several files, such as train=0.9,validation=0.1.",
            show_default="one file",
            rich_help_panel=Panel.OUTPUT,
        ),
    ] = None,
    as_json: given.AsJson = False,
) -> None:
    """Export a collection as JSONL for training. Each line holds messages and metadata of one document.

    Each file gets a manifest beside it, with its checksum and what it was made from.
    """
    from arango_thinking.cli.console import print_json
    from arango_thinking.files.exporting import ExportOptions
    from arango_thinking.files.splits import read_splits
    from arango_thinking.store.records import Selection

    streams.refuse_json(output_path, as_json=as_json)
    if output_path == streams.DASH and split:
        raise ConfigurationError("--split writes several files: give the name of a file in place of -.")
    options = ExportOptions(enhanced_only, converged_only, _names(fields), read_splits(split) if split else ())
    account = _exported(settings_of(context), Selection(collection, filter_), output_path, options)
    whole = filter_ is None and not enhanced_only and not converged_only
    _say_what_is_missing(account, collection, whole)
    if as_json:
        figures = {"documents": account.documents, "left_out": account.left_out, "file": str(output_path)}
        print_json({**figures, "in_collection": account.in_collection, "files": account.files})
    elif output_path != streams.DASH:
        _print_files(account, collection, output_path)


def _exported(settings: DatabaseSettings, selection: Selection, path: Path, options: ExportOptions) -> Exported:
    from arango_thinking.cli.console import say
    from arango_thinking.files.exporting import export_jsonl

    with opened(settings, must_exist=True) as store, streams.writable(path) as place:
        account = export_jsonl(store, selection, place, options)
        unfit = store.why_none_fits(selection) if not account.documents else None
    if unfit is not None:
        say(f"Nothing is exported: {unfit}.")
    return account


def _names(fields: str | None) -> tuple[str, ...] | None:
    if fields is None:
        return None
    names = tuple(name.strip() for name in fields.split(","))
    if not all(names):
        raise ConfigurationError(f"--fields '{fields}' is not a list of names separated by commas.")
    return names


def _say_what_is_missing(account: Exported, collection: str, whole: bool) -> None:
    from arango_thinking.cli.console import say

    for source, reason in account.reasons:
        say(f"{printable(source)}: {printable(reason)}; not exported")
    if account.left_out > len(account.reasons):
        say(f"... and {account.left_out - len(account.reasons):,} more")
    if not whole or account.documents == account.in_collection:
        return
    met = account.documents + account.left_out
    figures = [f"{account.documents:,} exported"]
    figures += [f"{account.left_out:,} left out"] if account.left_out else []
    figures += (
        [f"{abs(account.in_collection - met):,} added or removed meanwhile"] if account.in_collection != met else []
    )
    say(f"{collection} holds {account.in_collection:,} documents: {', '.join(figures)}.")


def _print_files(account: Exported, collection: str, output_path: Path) -> None:
    from arango_thinking.cli.console import print_line

    for file in account.files:
        path = output_path.with_name(file["file"]) if file["split"] else output_path
        print_line(f"{file['documents']:,} documents from {collection} → {printable(str(path))}")
