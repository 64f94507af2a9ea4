"""`sync`: the main job for schedulers, once or in rounds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arango_thinking.cli import options as given
from arango_thinking.cli.option_groups import DATABASE, config_of, dialogue, settings_of, takes
from arango_thinking.cli.running import run
from arango_thinking.dialogue_options import Panel

if TYPE_CHECKING:
    from arango_thinking.runs.syncing import Sync

Every = Annotated[
    float | None,
    typer.Option(
        "--every",
        parser=given.round_seconds,
        metavar="DURATION",
        help="Start a round at this interval: 15m, 1h.",
        show_default="once",
        rich_help_panel=Panel.SCHEDULE,
    ),
]
Jitter = Annotated[
    float,
    typer.Option(
        "--jitter",
        parser=given.seconds,
        metavar="DURATION",
        help="Longest random wait before each round.",
        show_default="0s",
        rich_help_panel=Panel.SCHEDULE,
    ),
]
StaleLimit = Annotated[
    int,
    typer.Option(
        "--stale-limit",
        min=0,
        help="Enhanced documents to check for a changed source in one round.",
        rich_help_panel=Panel.DOCUMENTS,
    ),
]
ExportPath = Annotated[
    Path | None,
    typer.Option(
        "--export",
        help="File to export the enhanced documents to, whenever a round wrote any.",
        rich_help_panel=Panel.OUTPUT,
    ),
]
MetricsPath = Annotated[
    Path | None,
    typer.Option(
        "--metrics-file",
        help="Prometheus text file (NAME.prom), replaced each round.",
        rich_help_panel=Panel.OUTPUT,
    ),
]
Quiet = Annotated[
    bool, typer.Option("--json", help="Print only the summary lines, and no progress.", rich_help_panel=Panel.OUTPUT)
]


@takes(dialogue(), DATABASE)
def sync(
    context: typer.Context,
    collection: given.Collection = given.DEFAULT_COLLECTION,
    limit: given.Limit = None,
    filter_: given.Filter = None,
    evidence_edges: given.EvidenceEdges = None,
    layout: given.ForcedLayout = None,
    stale_limit: StaleLimit = 20_000,
    every: Every = None,
    jitter: Jitter = 0.0,
    max_runtime: given.MaxRuntime = None,
    lease: given.LeaseSeconds = 60.0,
    patience: given.Patience = 300.0,
    export_path: ExportPath = None,
    metrics_path: MetricsPath = None,
    as_json: Quiet = False,
) -> None:
    """Enhance what is pending or has changed, for schedulers. It prints one JSON line per round on stdout."""
    config = config_of(context)
    from arango_thinking.cli.connecting import notice, require_file
    from arango_thinking.cli.console import RunProgress
    from arango_thinking.runs.collection_run import RunOptions
    from arango_thinking.runs.enhancer import ThinkingEnhancer
    from arango_thinking.runs.syncing import Sync, SyncOptions
    from arango_thinking.store.records import Selection

    settings = settings_of(context)
    notice(settings)
    require_file(settings)
    selection = Selection(collection, filter_, evidence_edges, layout)
    run_options = RunOptions("sync", limit, max_runtime, stale_limit, lease, patience)
    options = SyncOptions(run_options, every, jitter, export_path, metrics_path)
    with RunProgress(collection, quiet=as_json) as progress:
        work = Sync(ThinkingEnhancer(config, settings), settings, selection, options, progress)
        last = run(_tell(work, quiet=as_json))
    raise typer.Exit(last["exit_code"])


async def _tell(work: Sync, *, quiet: bool) -> dict[str, Any]:
    """Print each summary as it comes; returns the last."""
    from arango_thinking.cli.console import print_json, show_round

    summary: dict[str, Any] = {}
    async for summary in work.rounds():
        print_json(summary)
        if not quiet:
            show_round(summary)
    return summary
