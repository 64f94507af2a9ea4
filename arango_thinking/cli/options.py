"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arango_thinking.choices import (
    DEFAULT_COLLECTION,
    DEFAULT_STUDENT,
    DEFAULT_TEACHER,
    Continuation,
    FirstTry,
    OnUnconverged,
    ThinkingFormat,
)
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
        raise typer.BadParameter(f"'{text}' is no duration: write 90s, 15m, 2h or 1d.")
    return value


def round_seconds(given: str | float) -> float:
    """A duration between rounds."""
    value = seconds(given)
    if value < 1:
        raise typer.BadParameter("a round begins once a second at most.")
    return value


Url = Annotated[
    str | None,
    typer.Option("--url", help="http(s)://host:8529[,...] or embedded:PATH.  [env: ARANGO_URL]", show_default=False),
]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Do not verify the database's certificate.  [env: ARANGO_INSECURE]")
]
DatabaseTimeout = Annotated[
    float | None,
    typer.Option(
        "--database-timeout",
        min=0.1,
        help="Seconds that one request to the database may take.  [env: ARANGO_TIMEOUT]",
        show_default="60",
    ),
]
DatabaseName = Annotated[
    str | None,
    typer.Option("--database", help="The database's name.  [env: ARANGO_DATABASE]", show_default="_system"),
]
Collection = Annotated[str, typer.Option("--collection", "-c", help="The collection of Q&A documents.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Filter = Annotated[
    str | None,
    typer.Option(
        "--filter",
        "--where",
        help="An AQL boolean expression over doc, e.g. 'doc.confidence > 0.9'.",
        show_default=False,
    ),
]
EvidenceEdges = Annotated[
    str | None,
    typer.Option("--evidence-edges", help="Edge collection from Q&A to source paragraphs.", show_default=False),
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Most documents.", show_default="all")]
MaxRuntime = Annotated[
    float | None,
    typer.Option(
        "--max-runtime",
        parser=seconds,
        metavar="DURATION",
        help="Begin no more documents after so long: 90s, 15m, 2h.",
        show_default="no limit",
    ),
]
LeaseSeconds = Annotated[
    float,
    typer.Option(
        "--lease", parser=seconds, metavar="DURATION", help="After so long a killed run makes room.", show_default="60s"
    ),
]
Patience = Annotated[
    float,
    typer.Option(
        "--patience",
        parser=seconds,
        metavar="DURATION",
        help="How long to wait for a database that cannot answer.",
        show_default="5m",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only read and count; ask no model, write nothing.")]
ForcedLayout = Annotated[
    Layout | None,
    typer.Option("--layout", help="Read every document so, instead of telling by its fields.", show_default=False),
]

Student = Annotated[str, typer.Option("--student", help="path.gguf, gguf:NAME, org/name (torch), or an API model.")]
Teacher = Annotated[str, typer.Option("--teacher", help="reference (no LLM, offline), or an API or GGUF model.")]
Judge = Annotated[
    str | None, typer.Option("--judge", help="A model of its own that judges.", show_default="the teacher")
]
StudentUrl = Annotated[
    str | None,
    typer.Option("--student-url", help="Base URL of the student's OpenAI-compatible API.", show_default=False),
]
TeacherUrl = Annotated[
    str | None,
    typer.Option("--teacher-url", help="Base URL of the teacher's OpenAI-compatible API.", show_default=False),
]
Iterations = Annotated[int, typer.Option("--iterations", "-n", help="Most attempts per question.")]
MinIterations = Annotated[int, typer.Option("--min-iterations", help="Verify a right answer until so many.")]
Concurrency = Annotated[int, typer.Option("--concurrency", help="Dialogues in flight at once.")]
MaxNewTokens = Annotated[int, typer.Option("--max-new-tokens", help="Most tokens of one model reply.")]
Temperature = Annotated[float, typer.Option("--temperature", help="The student's temperature.")]
FirstTryOption = Annotated[FirstTry, typer.Option("--first-try", help="A right first attempt: verify it, or stop.")]
FormatOption = Annotated[
    ThinkingFormat, typer.Option("--format", help="All attempts and hints, or insights and the last.")
]
UnconvergedOption = Annotated[
    OnUnconverged,
    typer.Option(
        "--on-unconverged",
        help="Write with thinking_converged: false, leave alone, or write after the answer was shown once.",
    ),
]
MaxThinkingLength = Annotated[
    int | None,
    typer.Option("--max-thinking-length", help="Most characters of thinking; 0: no limit.", show_default="no limit"),
]
CheckJudge = Annotated[
    bool,
    typer.Option(
        "--check-judge/--skip-judge-check", help="Try an LLM judge on answers known to be right or wrong, first."
    ),
]
SaveIterations = Annotated[
    bool, typer.Option("--save-iterations", help="Also write thinking_iterations_detail, turn by turn.")
]
SeesEvidence = Annotated[
    bool, typer.Option("--show-evidence/--hide-evidence", help="Whether the student sees the evidence.")
]
BatchDelay = Annotated[float, typer.Option("--batch-delay", help="Seconds to wait after so many dialogues started.")]
RequestTimeout = Annotated[float, typer.Option("--request-timeout", help="Seconds one API call may take.")]
RequestsPerMinute = Annotated[
    float | None, typer.Option("--rpm", help="Most calls a minute to one API.", show_default="no limit")
]
TokensPerMinute = Annotated[
    float | None, typer.Option("--tpm", help="Most tokens a minute of one API.", show_default="no limit")
]
ContinuationOption = Annotated[
    Continuation,
    typer.Option("--continuation", help="How the student's API goes on from the student's own text."),
]
Seed = Annotated[int, typer.Option("--seed", help="Local models draw the same replies for the same seed.")]
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", help="Most US dollars to spend on model calls.", show_default="no limit"),
]
MaxTokens = Annotated[
    int | None,
    typer.Option("--max-tokens", help="Most tokens of all model calls together.", show_default="no limit"),
]
Prices = Annotated[
    list[str] | None,
    typer.Option(
        "--price",
        help="MODEL=PROMPT,COMPLETION: US dollars for a million tokens. May be given several times.",
        show_default="list prices",
    ),
]
KeepJournal = Annotated[
    bool, typer.Option("--journal/--no-journal", help="Keep model replies, so that none is paid for twice.")
]
JournalDays = Annotated[int, typer.Option("--journal-days", help="How long replies are kept.")]
EstimateOn = Annotated[
    int | None,
    typer.Option("--estimate", min=1, help="Work on so many documents, write none, and tell what all would take."),
]
JsonlInput = Annotated[Path, typer.Argument(help="JSONL: plain, gzip or Zstandard.", show_default=False)]

__all__ = [
    "DEFAULT_COLLECTION",
    "DEFAULT_STUDENT",
    "DEFAULT_TEACHER",
    "Continuation",
    "FirstTry",
    "OnUnconverged",
    "ThinkingFormat",
]
