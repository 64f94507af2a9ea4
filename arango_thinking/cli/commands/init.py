"""`init`: make the collections, indexes and graph of this package in a database."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from arango_thinking.cli import options as given
from arango_thinking.cli.option_groups import DATABASE, settings_of, takes
from arango_thinking.dialogue_options import Panel

#: A heading that no other command has.
_CLUSTER = "Cluster"

ReplicationFactor = Annotated[
    int | None,
    typer.Option(
        "--replication-factor",
        min=1,
        help="Number of copies of each shard of our collections.",
        show_default="the source collection's",
        rich_help_panel=_CLUSTER,
    ),
]
WriteConcern = Annotated[
    int | None,
    typer.Option(
        "--write-concern",
        min=1,
        help="Number of copies that must have a write before it is acknowledged.",
        show_default="the source collection's",
        rich_help_panel=_CLUSTER,
    ),
]
Shards = Annotated[
    int | None,
    typer.Option(
        "--shards",
        min=1,
        help="Number of shards of our collections.",
        show_default="the database's",
        rich_help_panel=_CLUSTER,
    ),
]


@takes(DATABASE)
def init(
    context: typer.Context,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print what would be made, and make nothing.", rich_help_panel=Panel.RUN),
    ] = False,
    replication_factor: ReplicationFactor = None,
    write_concern: WriteConcern = None,
    shards: Shards = None,
    as_json: given.AsJson = False,
) -> None:
    """Make the collections, indexes and graph of this package. It is safe to repeat.

    The options under Cluster have no meaning on a single server or with OneShard.
    """
    from arango_thinking.cli.connecting import notice, require_file
    from arango_thinking.cli.console import print_json, print_line
    from arango_thinking.store import schema
    from arango_thinking.store.connection import Connection

    settings = settings_of(context)
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
