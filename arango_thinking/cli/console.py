"""Print: data on stdout, messages on stderr. Only this module prints."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from arango_thinking.documents.trace import AHA
from arango_thinking.printable import printable

if TYPE_CHECKING:  # an error message needs no database driver
    from arango_thinking.doctor.findings import Finding
    from arango_thinking.files.importing import ImportAccount
    from arango_thinking.runs.account import Statistics

# A document's key may hold ":smile:", and a path "[bold]": both are printed as they are.
out = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, emoji=False)

#: Seconds between progress lines where stderr is not a terminal.
PLAIN_EVERY = 10.0
#: From fewer documents no time of arrival is told: it would be a guess.
_ENOUGH_FOR_ETA = 3
#: How many documents are named with a reason that they share.
SHOWN_SOURCES = 10


def complain(message: str) -> None:
    """Print one error on stderr."""
    err.print(Text.assemble(("error: ", "bold red"), printable(message, 4_000)), soft_wrap=True)


def say(message: str) -> None:
    """Print a message on stderr; the text is shown as it is."""
    err.print(message, soft_wrap=True, markup=False)


def print_json(value: Any) -> None:
    """Print one JSON object on a line of stdout, and flush it, since a service may run for days."""
    line = orjson.dumps(value).decode()
    if (getattr(out.file, "encoding", None) or "utf-8").replace("-", "").casefold() != "utf8":
        line = json.dumps(json.loads(line))  # in ASCII, which any encoding has
    out.file.write(line + "\n")
    out.file.flush()


def print_line(line: str) -> None:
    """Print one line of data on stdout."""
    out.print(line, soft_wrap=True, markup=False)


class RunProgress:
    """A progress bar on a terminal, a line every few seconds elsewhere; call it with the statistics so far."""

    def __init__(self, title: str, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._title = title
        self._last = time.monotonic()
        #: The account as it stands; `None` before there is one.
        self.statistics: Statistics | None = None
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeElapsedColumn(),
            console=err,
            transient=True,
            disable=quiet or not err.is_terminal,
        )
        self._task = self._bar.add_task(title, total=None, figures="")

    def __enter__(self) -> RunProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, statistics: Statistics) -> None:
        self.statistics = statistics
        figures = _figures(statistics)
        title = f"{self._title}: {statistics.phase}" if statistics.phase else self._title
        total = statistics.expected or None
        self._bar.update(self._task, description=title, completed=statistics.done, total=total, figures=figures)
        if not self._quiet and not err.is_terminal and time.monotonic() - self._last >= PLAIN_EVERY:
            self._last = time.monotonic()
            of = f"/{statistics.expected}" if statistics.expected else ""
            say(f"{title}: {statistics.done}{of} done, {figures}")


def _figures(statistics: Statistics) -> str:
    seconds = max(time.monotonic() - statistics.started, 0.001)
    rate = statistics.done / seconds
    parts = [f"{rate:.1f}/s"] if statistics.done else []
    if statistics.expected and statistics.done >= _ENOUGH_FOR_ETA:
        parts.append(f"ETA {duration((statistics.expected - statistics.done) / rate)}")
    if statistics.traced:
        parts.append(f"{statistics.converged / statistics.traced:.0%} converged")
    used = statistics.under_way
    parts.append(f"{used.calls:,} calls, {used.total_tokens:,} tokens")
    if used.cost:
        parts.append(money(used.cost))
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """A duration in minutes and seconds."""
    minutes, rest = divmod(round(max(seconds, 0)), 60)
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


def show_run(figures: Mapping[str, Any], title: str, console: Console = out) -> None:
    """Print the account of a run as a table, and why documents were left alone or failed."""
    table = two_columns()
    for name, value in run_rows(figures):
        table.add_row(name, value)
    print_titled(title, table, console)
    _show_suspects(figures["reference_suspects"])
    show_reasons(figures)


def run_rows(figures: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The account of a run as names and values."""
    yield "selected", f"{figures['selected']:,}"
    for name in ("written", "unchanged", "conflicted", "failed", "deferred"):
        if figures[name] or name == "written":
            yield f"  {name}", f"{figures[name]:,}"
    if figures["rejected_lines"]:
        yield "lines rejected", f"{figures['rejected_lines']:,}"
    if figures["stop_reasons"]:
        yield "right at the first attempt", f"{figures['right_at_first']:,}"
        yield "converged", f"{figures['converged_examples']:,} ({figures['convergence_rate']:.0%})"
        if figures["rationalized"]:
            yield "rationalized", f"{figures['rationalized']:,}"
        yield "iterations, average", f"{figures['average_iterations']:.2f}"
        if figures.get("cut_attempts"):
            yield "attempts cut short", f"{figures['cut_attempts']:,}: their tokens were used up (--max-new-tokens)"
        yield "ended by", ", ".join(f"{name} {count}" for name, count in figures["stop_reasons"].items())
    if figures["judge_check"]:
        yield "judge, on trial", _trial(figures["judge_check"])
    yield from _cost_rows(figures)
    yield "time", duration(figures["seconds"])


def _cost_rows(figures: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for role, usage in figures["usage"].items():
        if usage["calls"]:
            yield role.replace("_", " "), used(usage)
    if figures["replayed_calls"]:
        yield "from the journal", f"{figures['replayed_calls']:,} calls, paid before"
    if figures["cost"] != 0:
        yield "cost", cost_of(figures["usage"])
    if figures["stopped"]:
        yield "stopped", figures["stopped"]
        if figures["remaining"] is not None:
            yield "still pending", f"{figures['remaining']:,}"


def used(usage: Mapping[str, Any]) -> str:
    """What calls used, of which what came from a provider's cache and what was thought."""
    tokens = f"{usage['calls']:,} calls, {usage['prompt_tokens'] + usage['completion_tokens']:,} tokens"
    parts = [
        f"{usage[name]:,} {what}"
        for name, what in (("cached_tokens", "cached"), ("reasoning_tokens", "reasoning"))
        if usage.get(name)
    ]
    if usage.get("unmetered"):
        parts.append(f"not told for {usage['unmetered']:,} calls")
    return f"{tokens} ({', '.join(parts)})" if parts else tokens


def cost_of(usage: Mapping[str, Mapping[str, Any]]) -> str:
    """What the calls of all roles cost together, or why that is not known."""
    costs = [one["cost"] for one in usage.values()]
    if None not in costs:
        return money(sum(costs))
    unmetered = sum(one.get("unmetered", 0) for one in usage.values())
    return money(None) if not unmetered else f"unknown: the server did not tell what {unmetered:,} calls used"


def money(dollars: float | None) -> str:
    """An amount of money; a small one gets more digits."""
    if dollars is None:
        return "unknown: no list price (set one with --price)"
    return f"${dollars:,.2f}" if dollars >= 1 else f"${dollars:.4f}"


def show_round(summary: Mapping[str, Any]) -> None:
    """Print a round of `sync` in one line on stderr, and the error that ended it."""
    counted = ("selected", "written", "unchanged", "conflicted", "failed", "deferred")
    told = [f"{summary[name]:,} {name}" for name in counted if summary[name]]
    if not told and not summary["error"]:
        told = ["nothing to do"]
    if summary.get("pending") is not None:
        told.append(f"{summary['pending']:,} still pending")
    if summary.get("failures"):
        told.append(f"{summary['failures']:,} of which failed")
    if summary["cost"]:
        told.append(money(summary["cost"]))
    if summary["stopped"]:
        told.append(str(summary["stopped"]))
    if told:
        say(f"{summary['collection']}: {', '.join(told)} in {duration(summary['seconds'])}")
    show_reasons({**summary, "unchanged": 0, "conflicted": 0, "failed": 0})
    if summary["error"] and summary["error"] != "interrupted":  # an interruption is reported once, at the end
        complain(summary["error"])


def show_estimate(figures: Mapping[str, Any], title: str) -> None:
    """Print what the sample took, and what all documents would take."""
    table = two_columns()
    table.add_row("worked on, as a sample", f"{figures['sampled']:,} ({figures['sampled_failed']:,} failed)")
    for role, usage in figures["usage"].items():
        table.add_row(f"  {role}", used(usage))
    table.add_row("to be enhanced", f"{figures['documents']:,}")
    table.add_row("  calls, about", f"{figures['calls']:,}")
    tokens = "unknown: the server does not tell them" if figures["tokens"] is None else f"{figures['tokens']:,}"
    table.add_row("  tokens, about", tokens)
    table.add_row("  cost, about", cost_of(figures["usage"]) if figures["cost"] is None else money(figures["cost"]))
    table.add_row("  time, about", duration(figures["seconds"]))
    print_titled(f"{title}, estimate", table)


def _trial(counts: Mapping[str, Any]) -> str:
    return (
        f"accepted {counts['right_accepted']} of {counts['right_answers']} right answers"
        f" and {counts['wrong_accepted']} of {counts['wrong_answers']} wrong ones"
    )


def _show_suspects(sources: Sequence[str]) -> None:
    if sources:
        more = f" and {len(sources) - SHOWN_SOURCES:,} more" if len(sources) > SHOWN_SOURCES else ""
        listed = printable(", ".join(sources[:SHOWN_SOURCES]), 1_000)
        say(f"{listed}{more}: the judge doubts the reference answer")


def show_reasons(figures: Mapping[str, Any], tell: Callable[[str], None] = say) -> None:
    """Print why documents were left alone or failed."""
    reasons = figures["reasons"]
    sources: dict[str, list[str]] = {}
    for reason in reasons:
        sources.setdefault(reason["reason"], []).append(reason["source"])
    for said, places in sources.items():
        more = f" and {len(places) - SHOWN_SOURCES:,} more" if len(places) > SHOWN_SOURCES else ""
        tell(f"{printable(', '.join(places[:SHOWN_SOURCES]), 1_000)}{more}: {printable(said)}")
    left = figures["unchanged"] + figures["conflicted"] + figures["failed"] + figures["rejected_lines"]
    if left > len(reasons):
        tell(f"... and {left - len(reasons):,} more")


def print_titled(title: str, table: Table, console: Console = out) -> None:
    """Print a table under its title. As a title of the table itself, a long one would be broken."""
    console.print(Text(printable(title), style="bold"), soft_wrap=True)
    console.print(table)


def two_columns() -> Table:
    """A table of names and values."""
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="left")
    return table


def show_import(account: ImportAccount, name: str, collection: str) -> None:
    """Print what became of the lines of a file, and why some were not taken."""
    table = two_columns()
    table.add_row("read as", str(account.contents))
    for field in ("created", "updated", "ignored", "rejected", "doubtful"):
        count = getattr(account, field)
        if count or field == "created":
            table.add_row("there already" if field == "ignored" else field, f"{count:,}")
    print_titled(f"{name} → {collection}", table)
    for kind, noted, count in (
        ("rejected", account.rejections, account.rejected),
        ("doubtful", account.doubts, account.doubtful),
    ):
        for line, reason in noted:
            say(f"line {line} {kind}: {printable(reason, 300)}")
        if count > len(noted):
            say(f"... and {count - len(noted):,} more {kind}")


_COLOURS = {"ok": "green", "warning": "yellow", "error": "bold red", "skipped": "dim"}


def show_finding(finding: Finding) -> None:
    """Print what a check found on one line, and what to do on a second one."""
    level = (f"{finding.level:<9}", _COLOURS[finding.level])
    out.print(Text.assemble(level, printable(f"{finding.name}: {finding.what}", 4_000)), soft_wrap=True)
    if finding.to_do:
        out.print(" " * 9 + "→ " + printable(finding.to_do, 1_000), soft_wrap=True, markup=False)


def show_before_after(question: str, before: str, after: str) -> None:
    """Print the thinking of one document, before and after."""
    out.print(Text(printable(question), style="bold"), soft_wrap=True)
    out.print(Panel(escape(printable(before, 2_000)), title="thinking before", title_align="left", border_style="dim"))
    thinking = Text("\n".join(printable(line, 10_000) for line in after.split("\n")))
    thinking.highlight_words([AHA.strip()], "bold yellow")
    out.print(Panel(thinking, title="thinking after", title_align="left"))
