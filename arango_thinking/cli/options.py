"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arango_thinking.choices import DEFAULT_COLLECTION
from arango_thinking.dialogue_options import Panel
from arango_thinking.documents.layouts import Layout

_UNITS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


def seconds(given: str | float) -> float:
    """A duration: a number of seconds, as defaults are, or one with its unit, such as 90s, 15m, 2h or 1d."""
    text = str(given)
    number, unit = (text[:-1], text[-1]) if text[-1:] in _UNITS else (text, "s")
    try:
        value = float(number) * _UNITS[unit]
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise typer.BadParameter(f"'{text}' is not a duration: write 90s, 15m, 2h or 1d.")
    return value


def round_seconds(given: str | float) -> float:
    """A duration between rounds, at least one second."""
    value = seconds(given)
    if value < 1:
        raise typer.BadParameter("rounds begin at most once a second: write 1s or more.")
    return value


Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="A TOML file of settings; flags and variables win over it.  [env: ARANGO_THINKING_CONFIG]",
        show_default=False,
        rich_help_panel=Panel.RUN,
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        help="http(s)://host:8529[,...] or embedded:PATH.  [env: ARANGO_URL]",
        show_default=False,
        rich_help_panel=Panel.DATABASE,
    ),
]
Insecure = Annotated[
    bool,
    typer.Option(
        "--insecure",
        help="Do not verify the database's certificate.  [env: ARANGO_INSECURE]",
        rich_help_panel=Panel.DATABASE,
    ),
]
DatabaseTimeout = Annotated[
    float | None,
    typer.Option(
        "--database-timeout",
        min=0.1,
        help="Seconds that one request to the database may take.  [env: ARANGO_TIMEOUT]",
        show_default="60",
        rich_help_panel=Panel.DATABASE,
    ),
]
DatabaseName = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="Name of the database.  [env: ARANGO_DATABASE]",
        show_default="_system",
        rich_help_panel=Panel.DATABASE,
    ),
]
Collection = Annotated[
    str, typer.Option("--collection", "-c", help="The collection of Q&A documents.", rich_help_panel=Panel.DOCUMENTS)
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of tables.", rich_help_panel=Panel.OUTPUT)
]
Filter = Annotated[
    str | None,
    typer.Option(
        "--filter",
        "--where",
        help="An AQL boolean expression over doc, e.g. 'doc.metadata.confidence > 0.9'.",
        show_default=False,
        rich_help_panel=Panel.DOCUMENTS,
    ),
]
EvidenceEdges = Annotated[
    str | None,
    typer.Option(
        "--evidence-edges",
        help="Edge collection that leads from Q&A documents to source paragraphs.",
        show_default=False,
        rich_help_panel=Panel.DOCUMENTS,
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", min=1, help="Maximum number of documents.", show_default="all", rich_help_panel=Panel.DOCUMENTS
    ),
]
MaxRuntime = Annotated[
    float | None,
    typer.Option(
        "--max-runtime",
        parser=seconds,
        metavar="DURATION",
        help="Start no more documents after this time: 90s, 15m, 2h.",
        show_default="no limit",
        rich_help_panel=Panel.LIMITS,
    ),
]
LeaseSeconds = Annotated[
    float,
    typer.Option(
        "--lease",
        parser=seconds,
        metavar="DURATION",
        help="Time after which the lease of a killed run expires.",
        show_default="60s",
        rich_help_panel=Panel.RUN,
    ),
]
Patience = Annotated[
    float,
    typer.Option(
        "--patience",
        parser=seconds,
        metavar="DURATION",
        help="Time to wait for a database that cannot answer.",
        show_default="5m",
        rich_help_panel=Panel.RUN,
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only read and count; ask no model, write nothing.", rich_help_panel=Panel.RUN)
]
ForcedLayout = Annotated[
    Layout | None,
    typer.Option(
        "--layout",
        help="Read every document in this layout, instead of the one that its fields show.",
        show_default=False,
        rich_help_panel=Panel.DOCUMENTS,
    ),
]

EstimateOn = Annotated[
    int | None,
    typer.Option(
        "--estimate",
        min=1,
        help="Ask the models about this many documents, write none, and estimate what all would take.",
        rich_help_panel=Panel.COST,
    ),
]
JsonlInput = Annotated[
    Path, typer.Argument(help="JSONL file to read, or -: plain, gzip or Zstandard.", show_default=False)
]

__all__ = ["DEFAULT_COLLECTION"]
