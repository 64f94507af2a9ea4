"""`status`, `runs` and `show`: the state of the documents, the runs, and the dialogue of one document."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from arango_thinking.cli import options as given
from arango_thinking.cli.connecting import opened
from arango_thinking.cli.option_groups import DATABASE, settings_of, takes
from arango_thinking.dialogue_options import Panel
from arango_thinking.errors import ConfigurationError

if TYPE_CHECKING:
    from arango_thinking.settings import DatabaseSettings
    from arango_thinking.store.records import Selection


@takes(DATABASE)
def status(
    context: typer.Context,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    as_json: given.AsJson = False,
) -> None:
    """Count documents by state, and show the latest runs."""
    from arango_thinking.cli.console import print_json
    from arango_thinking.cli.screens import show_status
    from arango_thinking.store.history import History

    with opened(settings_of(context), must_exist=True) as store:
        figures = History(store).status(collection)
    if as_json:
        print_json(figures)
    else:
        show_status(figures)


@takes(DATABASE)
def runs(
    context: typer.Context,
    key: Annotated[
        str | None, typer.Argument(help="Key of a run to show in full.", show_default="list the latest")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Maximum number of runs.", rich_help_panel=Panel.DOCUMENTS)
    ] = 20,
    collection: Annotated[
        str | None,
        typer.Option(
            "--collection",
            "-c",
            help="Show only runs on this collection.",
            show_default="all",
            rich_help_panel=Panel.DOCUMENTS,
        ),
    ] = None,
    as_json: given.AsJson = False,
) -> None:
    """List the latest runs, or show one run in full. One run in full has its end, account and configuration."""
    from arango_thinking.cli.console import print_json, say
    from arango_thinking.cli.screens import show_recorded_run, show_runs
    from arango_thinking.store.history import History

    with opened(settings_of(context), must_exist=True) as store:
        history = History(store)
        run = None if key is None else history.run(key)
        found = [] if run else history.runs(limit, collection)
    if as_json:
        print_json(run or {"runs": found})
    elif run:
        show_recorded_run(run)
    elif found:
        show_runs(found)
    else:
        say("There is no run yet: `arango-thinking enhance` starts one.")


@takes(DATABASE)
def show(
    context: typer.Context,
    document: Annotated[
        str | None,
        typer.Argument(help="`_key` of a document, or its `_id`, such as qa_pairs/4711.", show_default=False),
    ] = None,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    failed: Annotated[
        bool,
        typer.Option("--failed", help="List the documents that failed, and why.", rich_help_panel=Panel.DOCUMENTS),
    ] = False,
    unconverged: Annotated[
        bool,
        typer.Option(
            "--unconverged",
            help="List the documents that never got right, and why.",
            rich_help_panel=Panel.DOCUMENTS,
        ),
    ] = False,
    limit: Annotated[
        int,
        typer.Option("--limit", min=1, help="Maximum number of documents in a list.", rich_help_panel=Panel.DOCUMENTS),
    ] = 50,
    trace: Annotated[
        str | None,
        typer.Option(
            "--trace",
            help="Key of the trace to show.",
            show_default="that of its thinking, or the latest",
            rich_help_panel=Panel.DOCUMENTS,
        ),
    ] = None,
    as_json: given.AsJson = False,
) -> None:
    """Show the dialogue that gave a document its thinking. It also shows the thinking before and after."""
    from arango_thinking.cli.console import print_json
    from arango_thinking.cli.screens import show_document
    from arango_thinking.store.history import History

    if sum(map(bool, (document, failed, unconverged))) != 1:
        raise ConfigurationError("Name a document, or give one of --failed and --unconverged.")
    if document is None:
        _list(settings_of(context), collection, limit, failed=failed, as_json=as_json)
        return
    id_ = document if "/" in document else f"{collection}/{document}"
    with opened(settings_of(context), must_exist=True) as store:
        found = History(store).document(id_, trace)
    if as_json:
        print_json(found)
    else:
        show_document(found, id_)


def _list(settings: DatabaseSettings, collection: str, limit: int, *, failed: bool, as_json: bool) -> None:
    """Print the documents that failed, or those that never got right."""
    from arango_thinking.cli.console import print_json, say
    from arango_thinking.cli.screens import show_list
    from arango_thinking.store.history import History

    with opened(settings, must_exist=True) as store:
        history = History(store)
        found = history.failures(collection, limit) if failed else history.unconverged(collection, limit)
    if as_json:
        print_json({"collection": collection, "documents": found})
    elif found:
        show_list(found, f"{collection}, {'failed' if failed else 'not converged'}", is_cut=len(found) == limit)
    else:
        say(f"No document of {collection} {'has failed' if failed else 'is enhanced and not right'}.")


def why_nothing_is_due(settings: DatabaseSettings, selection: Selection) -> str:
    """What to say when a run found nothing to do: the filter may fit nothing, and what failed before may be waiting."""
    from arango_thinking.cli.screens import moment
    from arango_thinking.store.history import History
    from arango_thinking.store.store import Store

    with closing(Store.connect(settings)) as store:
        unfit = store.why_none_fits(selection)
        waiting = History(store).waiting(selection.collection)
    if unfit is not None:
        return f"{unfit}."
    told = []
    if waiting["waiting"]:
        told.append(f"{waiting['waiting']:,} waiting after a failure, until {moment(waiting['next_attempt_at'])} UTC")
    if waiting["given_up"]:
        told.append(f"{waiting['given_up']:,} given up after failures")
    if not told:
        return "no document is pending."
    return f"no document is due, but {' and '.join(told)}. `arango-thinking retry-failed --all` makes them due."
