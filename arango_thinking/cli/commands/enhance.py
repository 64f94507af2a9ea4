"""`enhance` and `enhance-thinking`: the main job, on a collection and on a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arango_thinking.cli import options as given
from arango_thinking.cli import streams
from arango_thinking.cli.commands.history import why_nothing_is_due
from arango_thinking.cli.option_groups import DATABASE, config_of, dialogue, settings_of, takes
from arango_thinking.cli.running import DROPPED, run
from arango_thinking.dialogue_options import Panel

if TYPE_CHECKING:
    from arango_thinking.cli.console import RunProgress


def report(
    figures: dict[str, Any],
    title: str,
    *,
    as_json: bool,
    nothing: Callable[[], str] = lambda: "no document is pending.",
    is_talk: bool = False,
) -> None:
    """Print the account of a run, or why it had nothing to do; on stderr where it `is_talk` beside data.

    Raises `typer.Exit` with 3 when the budget ended it, and with 1 when documents failed or lines were rejected.
    """
    from arango_thinking.cli.console import err, out, print_json, say, show_run
    from arango_thinking.runs.syncing import exit_code_of

    if as_json:
        print_json(figures)
    elif not figures["selected"] and not figures["rejected_lines"]:
        say(f"Nothing to do: {nothing()}")
    else:
        show_run(figures, title, err if is_talk else out)
    if exit_code := exit_code_of(figures):
        raise typer.Exit(exit_code)


def report_estimate(figures: dict[str, Any], title: str, *, as_json: bool) -> None:
    """Print what a run would take."""
    from arango_thinking.cli.console import print_json, say, show_estimate

    if as_json:
        print_json(figures)
    elif not figures["sampled"]:
        say("Nothing to do: no document is pending.")
    else:
        show_estimate(figures, title)


def _progress(title: str, *, quiet: bool) -> RunProgress:
    from arango_thinking.cli.console import RunProgress

    return RunProgress(title, quiet=quiet)


def _account(progress: RunProgress, title: str, *, as_json: bool, is_kept: bool = True) -> Callable[[], None]:
    """Prints the account of a run that a signal ended, as far as it came. Unless it `is_kept`, nothing was written."""

    def show() -> None:
        from arango_thinking.cli.console import print_json, show_run

        if progress.statistics is None:
            return
        figures = progress.statistics.to_dict()
        if not is_kept:
            done = ("written", "unchanged", "failed")
            figures |= {"deferred": figures["selected"], "enhanced_examples": 0, **dict.fromkeys(done, 0)}
        if as_json:
            print_json({**figures, "interrupted": True})
        else:
            show_run(figures, f"{title}, interrupted")

    return show


@takes(dialogue(), DATABASE)
def enhance(
    context: typer.Context,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    limit: given.Limit = None,
    max_runtime: given.MaxRuntime = None,
    filter_: given.Filter = None,
    evidence_edges: given.EvidenceEdges = None,
    layout: given.ForcedLayout = None,
    dry_run: given.DryRun = False,
    estimate: given.EstimateOn = None,
    as_json: given.AsJson = False,
) -> None:
    """Enhance the pending documents of a collection, in place."""
    config = config_of(context)
    from arango_thinking.cli.connecting import notice, notice_edges, require_file
    from arango_thinking.runs.enhancer import ThinkingEnhancer
    from arango_thinking.store.records import Selection

    settings = settings_of(context)
    notice(settings)
    require_file(settings)
    selection = Selection(collection, filter_, evidence_edges, layout)
    if not as_json:
        notice_edges(settings, selection)
    with _progress(collection, quiet=as_json) as progress:
        enhancer = ThinkingEnhancer(config, settings)
        if estimate is not None:
            report_estimate(
                run(enhancer.estimate_collection(selection, estimate, progress, limit)), collection, as_json=as_json
            )
            return
        work = enhancer.enhance_collection(
            selection, limit=limit, max_runtime=max_runtime, dry_run=dry_run, progress=progress
        )
        figures = run(work, account=_account(progress, collection, as_json=as_json))
    title = f"{collection}, dry run" if dry_run else collection
    report(figures, title, as_json=as_json, nothing=lambda: why_nothing_is_due(settings, selection))


@takes(dialogue())
def enhance_thinking(
    context: typer.Context,
    input_path: given.JsonlInput,
    output_path: Annotated[Path, typer.Argument(help="Enhanced JSONL file to write, or -.", show_default=False)],
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            "--max-samples",
            min=1,
            help="Maximum number of examples.",
            show_default="all",
            rich_help_panel=Panel.DOCUMENTS,
        ),
    ] = None,
    estimate: given.EstimateOn = None,
    as_json: given.AsJson = False,
) -> None:
    """Enhance a JSONL file of Q&A messages into another one. It needs no database."""
    config = config_of(context)
    from arango_thinking.runs.enhancer import ThinkingEnhancer

    streams.refuse_json(output_path, as_json=as_json and estimate is None)
    with (
        streams.readable(input_path) as input_path,
        streams.writable(output_path) as place,
        _progress(input_path.name, quiet=as_json) as progress,
    ):
        if estimate is not None:
            work = ThinkingEnhancer(config).estimate_dataset(input_path, estimate, progress, limit)
            report_estimate(run(work), input_path.name, as_json=as_json)
            return
        work = ThinkingEnhancer(config).enhance_dataset(input_path, place, limit, progress)
        figures = run(work, DROPPED, _account(progress, input_path.name, as_json=as_json, is_kept=False))
    report(
        figures,
        f"{input_path.name} → {output_path.name}",
        as_json=as_json,
        is_talk=output_path == streams.DASH,
    )
