"""`revert` and `retry-failed`: take back what runs wrote, and make failed documents due again."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from arango_thinking.cli import options as given
from arango_thinking.cli.connecting import opened
from arango_thinking.cli.option_groups import DATABASE, settings_of, takes
from arango_thinking.cli.running import TAKEN_BACK
from arango_thinking.cli.running import run as run_to_end
from arango_thinking.dialogue_options import Panel
from arango_thinking.errors import ConfigurationError

Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        "-k",
        help="The `_key` of a document. May be given several times.",
        show_default=False,
        rich_help_panel=Panel.DOCUMENTS,
    ),
]
SOME_LEFT = 1


@takes(DATABASE)
def revert(
    context: typer.Context,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            help="Documents that this run wrote; `runs` lists keys.",
            show_default=False,
            rich_help_panel=Panel.DOCUMENTS,
        ),
    ] = None,
    key: Keys = None,
    where: given.Filter = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All documents that were ever enhanced.", rich_help_panel=Panel.DOCUMENTS)
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count; write nothing.", rich_help_panel=Panel.RUN)
    ] = False,
    collection: Annotated[
        str | None,
        typer.Option(
            "--collection",
            "-c",
            help="The collection of Q&A documents.",
            show_default="the run's, qa_pairs",
            rich_help_panel=Panel.DOCUMENTS,
        ),
    ] = None,
    as_json: given.AsJson = False,
) -> None:
    """Give documents back the content they had before a run.

    Without --run the content is that before the first run. Changes that others made in other
    fields are kept. A document whose thinking somebody has edited is left alone.
    """
    from arango_thinking.cli.console import print_json, say
    from arango_thinking.cli.screens import show_reverted
    from arango_thinking.runs.reverting import Reverting, Scope
    from arango_thinking.store.threads import Threads

    _one_of("--run, --key, --where or --all", run, key, where, everything)
    if run is None:
        collection = collection or given.DEFAULT_COLLECTION
    stopping = threading.Event()
    with opened(settings_of(context), must_exist=True) as store:
        reverting = Reverting(store, Scope(collection, run, _keys(key, collection), where), stopping)
        work = reverting.survey if dry_run else reverting.revert
        figures = run_to_end(Threads(stopping).run(work), TAKEN_BACK)
    if as_json:
        print_json({"collection": reverting.collection, "dry_run": dry_run, **figures})
    elif not figures["selected"]:
        say("Nothing to do: there is nothing to take back in any of these documents.")
    else:
        show_reverted(figures, reverting.collection)
        if figures["written"]:
            who = "They" if run is None else "Those without thinking of an earlier run"
            say(f"{who} are pending again: `enhance` and `sync` take them, unless their --filter leaves them out.")
    if figures["failed"] or figures["conflicted"]:
        raise typer.Exit(SOME_LEFT)


@takes(DATABASE)
def retry_failed(
    context: typer.Context,
    key: Keys = None,
    where: given.Filter = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All documents that failed.", rich_help_panel=Panel.DOCUMENTS)
    ] = False,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    as_json: given.AsJson = False,
) -> None:
    """Make failed documents due at once, also those given up. The next `enhance` or `sync` takes them."""
    from arango_thinking.cli.console import print_json, print_line, say
    from arango_thinking.runs.retrying import retry_failures
    from arango_thinking.store.records import Selection

    _one_of("--key, --where or --all", key, where, everything)
    with opened(settings_of(context), must_exist=True) as store:
        count = retry_failures(store, Selection(collection, where), _keys(key, collection))
    if as_json:
        print_json({"collection": collection, "due": count})
    elif count:
        print_line(f"{count:,} document{'' if count == 1 else 's'} of {collection} due again")
    else:
        say("Nothing to do: none of these documents has failed.")


def _keys(given_keys: list[str] | None, collection: str | None) -> tuple[str, ...] | None:
    """The keys, some of which the user may have given as an `_id`; `None` when the user gave none."""
    return tuple(key.removeprefix(f"{collection}/") for key in given_keys) if given_keys else None


def _one_of(names: str, *values: object) -> None:
    """Raises `ConfigurationError` unless exactly one is given, so that nothing is chosen by mistake."""
    if sum(bool(value) for value in values) != 1:
        raise ConfigurationError(f"Choose the documents by exactly one of {names}.")
