"""`status`: what has become of the documents, and in which runs."""

from __future__ import annotations

from arango_thinking.cli import options as given
from arango_thinking.cli.database import opened


def status(
    collection: given.Collection = given.DEFAULT_COLLECTION,
    url: given.Url = None,
    database: given.DatabaseName = None,
    insecure: given.Insecure = False,
    database_timeout: given.DatabaseTimeout = None,
    as_json: given.AsJson = False,
) -> None:
    """How many documents are pending and enhanced, and the latest runs."""
    from arango_thinking.cli.console import print_json, show_status

    with opened(url, database, insecure, database_timeout) as store:
        store.require(collection)
        states, runs = store.status(collection), store.last_runs(collection, 5)
    if as_json:
        print_json({"collection": collection, "states": states, "runs": runs})
    else:
        show_status(collection, states, runs)
