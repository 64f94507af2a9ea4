"""Print what is recorded: the state of a collection, runs, and the dialogue of one document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from arango_thinking.cli.console import (
    cost_of,
    duration,
    money,
    out,
    print_line,
    print_titled,
    run_rows,
    say,
    show_reasons,
    two_columns,
    used,
)
from arango_thinking.documents.trace import AHA
from arango_thinking.printable import printable

#: The column where text is wrapped; a narrower terminal wraps it earlier. Without a terminal, tables may take _WIDE.
WIDTH = 100
_WIDE = 200
_OUTCOMES = {
    None: "it is not known whether it was written: its run was cut short",
    "written": "",
    "superseded": "a later run wrote the document again",
    "conflicted": "it was not written: the document had changed meanwhile",
    "gone": "it was not written: the document had been removed",
    "failed": "it was not written: the database refused it",
    "lost": "it was not written: its run was killed first",
    "reverted": "it was taken back",
}


def show_status(status: Mapping[str, Any]) -> None:
    """Print the state of a collection, which run works on it, and its latest runs."""
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    for name, number, note in _states(status):
        table.add_row(name, f"{number:,}", note)
    _titled(status["collection"], table)
    lease = status["lease"]
    if lease:
        where = printable(f"{lease['run']} on {lease['host']}, process {lease['process']}")
        gone = " (that process has ended; the next run takes over)" if lease["dead"] else ""
        _print(f"Working now: {where}, since {moment(lease['taken_at'])} UTC{gone}")
    if status["runs"]:
        _titled("latest runs", _runs_table(status["runs"]))
        _print(_totals(status["totals"]))


def _states(status: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    yield "pending", status["pending"], ""
    if status["waiting"] or status["given_up"]:
        yield "  due now", status["due"], ""
        later = f"the next at {moment(status['next_attempt_at'])} UTC" if status["next_attempt_at"] else ""
        yield "  waiting after a failure", status["waiting"], later
        yield "  given up after failures", status["given_up"], "see retry-failed" if status["given_up"] else ""
    average = status["average_iterations"]
    yield "enhanced", status["enhanced"], f"{average:.2f} iterations, average" if average else ""
    yield "  converged", status["converged"], ""
    yield "  unconverged", status["unconverged"], ""
    if status["stale"]:
        yield "  of them stale", status["stale"], "question, answer or context changed since"
    if status["elsewhere"]:
        yield "  of them enhanced elsewhere", status["elsewhere"], "no trace of it here"


def _totals(totals: Mapping[str, Any]) -> str:
    runs = f"{totals['runs']:,} run{'' if totals['runs'] == 1 else 's'} in all"
    if not totals["cost_unknown"]:
        return f"{runs}, cost {money(totals['cost'] or 0.0)}"
    return f"{runs}, cost {money(totals['cost'] or 0.0)}, not known for {totals['cost_unknown']:,} of them"


def show_runs(runs: Sequence[Mapping[str, Any]]) -> None:
    """Print runs, newest first, of any collections."""
    _console().print(_runs_table(runs, of_all=True))


def _runs_table(runs: Sequence[Mapping[str, Any]], *, of_all: bool = False) -> Table:
    """A table of runs. Their keys tell when they began."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("run (UTC)", no_wrap=True, min_width=22)
    for name in ("command", "status", *(("collection",) if of_all else ())):
        table.add_column(name, no_wrap=True)
    for name in ("written", "converged", "failed", "cost", "time"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in runs:
        told = [run["_key"], run["command"] or "", run["status"], *([str(run["collection"])] if of_all else [])]
        table.add_row(*(Text(printable(cell)) for cell in told), *_figures(run.get("statistics") or {}))
    return table


def _figures(statistics: Mapping[str, Any]) -> list[str]:
    if not statistics:
        return [""] * 5
    converged = f"{statistics['convergence_rate']:.0%}" if statistics.get("stop_reasons") else ""
    cost = "?" if statistics.get("cost") is None else money(statistics["cost"]) if statistics["cost"] else "-"
    seconds = statistics.get("seconds")
    return [
        f"{statistics.get('written', 0):,}",
        converged,
        f"{statistics.get('failed', 0):,}",
        cost,
        "" if seconds is None else duration(seconds),
    ]


def show_recorded_run(run: Mapping[str, Any]) -> None:
    """Print all that is recorded of one run."""
    from arango_thinking.runs.account import Statistics

    statistics = run.get("statistics") or {}
    figures = {**Statistics().to_dict(), **statistics}
    table = two_columns()
    for name, value in _record_rows(run):
        table.add_row(name, Text(printable(str(value), 2_000)))
    for name, value in run_rows(figures) if statistics else ():
        if name != "time":
            table.add_row(name, printable(value, 2_000))
    _titled(f"run {run['_key']}", table)
    if statistics.get("reasons"):
        show_reasons(figures, print_line)
    if run.get("config"):
        _titled("configuration", _config_table(run["config"]))


def _record_rows(run: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "command", run.get("command") or ""
    yield "status", run["status"]
    if run.get("error"):
        yield "error", run["error"]
    yield "collection", run["collection"]
    for name, value in (run.get("reverts") or {}).items():
        yield f"took back, by {name}", ", ".join(value) if isinstance(value, list) else value
    for name in ("filter", "evidence_edges"):
        if run.get(name):
            yield name.replace("_", " "), run[name]
    yield "started", moment(run["started_at"])
    if run.get("finished_at"):
        yield "finished", moment(run["finished_at"])
        yield "time", duration(_seconds_between(run["started_at"], run["finished_at"]))
    yield "on", f"{run.get('host', '?')}, process {run.get('process', '?')}"
    versions = [f"{name} {version}" for name, version in (run.get("versions") or {}).items()]
    prompts = [f"prompts {run['prompt_version']}"] if run.get("prompt_version") else []
    yield "versions", ", ".join((*versions, *prompts))


def _config_table(config: Mapping[str, Any]) -> Table:
    table = two_columns()
    for name, value in config.items():
        if value not in (None, {}, ""):
            table.add_row(name, Text(printable(str(value), 500)))
    return table


def show_reverted(figures: Mapping[str, Any], collection: str) -> None:
    """Print what was taken back, and why other documents were left as they are."""
    table = two_columns()
    table.add_row("selected", f"{figures['selected']:,}")
    names = {"written": "taken back", "deferred": "would be taken back", "unchanged": "nothing to take back"}
    for name in ("written", "deferred", "unchanged", "conflicted", "failed"):
        if figures[name]:
            table.add_row(f"  {names.get(name, name)}", f"{figures[name]:,}")
    _titled(collection, table)
    show_reasons({"rejected_lines": 0, **figures})


# ---------------------------------------------------------------- one document


def show_document(shown: Mapping[str, Any], id_: str) -> None:
    """Print the dialogue of a document, and its result."""
    trace = shown["trace"]
    _console().print(Text(printable(id_), style="bold"), soft_wrap=True)
    _print(_state_of(shown))
    _asked(shown["asked"])
    if trace is not None:
        _dialogue(trace)
        _end(trace, shown)
        _section("Thinking before", _text(shown["thinking_before"]))
        lost = "(not kept: nothing holds it any more)"
        _section("Thinking after", shown["thinking_after"] or lost)
    if len(shown["traces"]) > 1:
        _other_traces(shown["traces"], trace)
    if shown["failure"]:
        _failure(shown["failure"])


def _state_of(shown: Mapping[str, Any]) -> str:
    trace, document = shown["trace"], shown["document"]
    if document is None:
        return "The document was removed."
    if trace is None:
        place = document if document.get("thinking_iterations") is not None else document.get("metadata")
        enhanced = isinstance(place, Mapping) and place.get("thinking_iterations") is not None
        return (
            "Enhanced elsewhere: there is no trace of it here." if enhanced else "Pending: no run has written it yet."
        )
    if shown["holds_thinking"]:
        changed = (
            " Question, answer or context changed since: the next sync enhances it again."
            if shown["source_changed"]
            else ""
        )
        return f"The document holds the thinking of this dialogue.{changed}"
    reason = _OUTCOMES[trace["outcome"]] or "it was edited since"
    return f"The document does not hold the thinking of this dialogue: {reason}."


def _asked(asked: Mapping[str, Any]) -> None:
    if "problem" in asked:
        _section("Question", f"({asked['problem']})")
        return
    _section("Question", asked["question"])
    _section("Reference answer", asked["answer"])
    if asked["context"]:
        _section("Context", asked["context"])
    for number, paragraph in enumerate(asked["evidence"], start=1):
        _section(f"Evidence {number}", paragraph)


def _dialogue(trace: Mapping[str, Any]) -> None:
    for number, turn in enumerate(trace["turns"], start=1):
        shown_answer = (
            " (after the answer was shown)" if trace.get("rationalized") and turn is trace["turns"][-1] else ""
        )
        _section(f"Attempt {number}{shown_answer}", turn["attempt"]["text"])
        _verdict(turn["verdict"])
        if turn.get("hint"):
            _hint(turn["hint"])


def _verdict(verdict: Mapping[str, Any]) -> None:
    word, style = {True: ("correct", "green"), False: ("incorrect", "red")}.get(
        verdict["correct"], ("undecided", "yellow")
    )
    told = [f"score {verdict['score']:.2f}", f"by {verdict['method']}"]
    told += ["rescued by the judge"] if verdict.get("rescued") else []
    told += ["the reference answer is in doubt"] if verdict.get("reference_suspect") else []
    said = Text.assemble("  → ", (word, f"bold {style}"), f", {printable(', '.join(told))}")
    _console().print(said, soft_wrap=True)
    for name in ("reason", "where_wrong"):
        if verdict.get(name):
            _indented(f"{name.replace('_', ' ')}: {verdict[name]}", 4)
    if verdict.get("missing"):
        _indented(f"missing: {', '.join(verdict['missing'])}", 4)


def _hint(hint: Mapping[str, Any]) -> None:
    _section(f"Hint ({hint['kind']})", hint["text"])
    for reason in hint.get("rejected") or ():
        _indented(f"an earlier version was rejected: {reason}", 4)


def _end(trace: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    run = shown["run"] or {"_key": trace["run"], "command": "", "status": "not recorded"}
    lines = [
        f"ended by {trace['stop_reason']}{', rationalized' if trace.get('rationalized') else ''}",
        f"run {run['_key']} ({' '.join(filter(None, (run['command'], run['status'])))})",
        f"trace {trace['_key']}, {moment(trace['created_at'])}",
        f"cost {_cost(trace['usage'])}",
    ]
    if trace.get("reverted_by"):
        lines.append(f"taken back by run {trace['reverted_by']}")
    _section("Outcome", "\n".join(lines))


def _cost(usage: Mapping[str, Mapping[str, Any]]) -> str:
    return "; ".join([cost_of(usage), *(f"{role} {used(one)}" for role, one in usage.items())])


def _other_traces(traces: Sequence[Mapping[str, Any]], shown: Mapping[str, Any]) -> None:
    table = Table()
    for name in ("trace", "when", "outcome", "ended by", "turns"):
        table.add_column(name, no_wrap=True)
    for trace in traces:
        mark = " (shown)" if trace["_key"] == shown["_key"] else ""
        cells = (trace["_key"], moment(trace["created_at"]), f"{trace['outcome'] or '?'}{mark}", trace["stop_reason"])
        table.add_row(*(Text(str(cell)) for cell in cells), str(trace["turns"]))
    _print("")
    _titled("All its traces (--trace KEY shows one)", table)


def _failure(failure: Mapping[str, Any]) -> None:
    due = failure.get("next_attempt_at")
    after = f"next attempt from {moment(due)}" if due is not None else "given up; retry-failed makes it due again"
    lines = [f"{failure['error']}: {failure['message']}", f"attempts: {failure['attempts']}; {after}"]
    _section("Failure", "\n".join(lines))


# ---------------------------------------------------------------- how it is laid out


def _console() -> Console:
    return out if out.is_terminal else Console(highlight=False, emoji=False, width=_WIDE)


def _titled(title: str, table: Table) -> None:
    print_titled(title, table, _console())


def _print(text: str) -> None:
    _console().print(Text(text), soft_wrap=True)


def _section(title: str, text: str) -> None:
    _print("")
    _console().print(Text(printable(title), style="bold"), soft_wrap=True)
    _indented(text, 2)


def _indented(text: str, columns: int) -> None:
    """Print text, indented, in lines that fit and have no trailing space."""
    console = _console()
    shown = Text("\n".join(printable(line, 20_000) for line in text.split("\n")))
    shown.highlight_words([AHA.strip()], "bold yellow")
    for line in shown.wrap(console, min(console.width, WIDTH) - columns):
        line.rstrip()
        console.print(Text(" " * columns).append_text(line) if line else "", soft_wrap=True)


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value.strip() else f"({value!r})" if value else "(none)"


def moment(value: str | float | None) -> str:
    """A moment to the minute, UTC, from an ISO date or milliseconds since 1970."""
    if value is None:
        return ""
    when = datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value / 1000, UTC)
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M}"


def _seconds_between(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


# ---------------------------------------------------------------- lists of documents


def show_list(found: Sequence[Mapping[str, Any]], title: str, *, is_cut: bool) -> None:
    """Print documents with what was wrong with each. A list that `is_cut` says how to see more."""
    table = Table(box=None, pad_edge=False)
    for name in ("document", "tries", "reason"):
        table.add_column(name, overflow="fold", justify="right" if name == "tries" else "left")
    for row in found:
        reason = ": ".join(filter(None, (row.get("stop_reason"), row["reason"])))
        if "attempts" in row:
            when = row["next_attempt_at"]
            reason += f" ({f'again at {moment(when)} UTC' if when else 'given up'})"
        tries = row.get("attempts", row.get("iterations"))
        table.add_row(Text(row["_key"]), Text(str(tries)), Text(printable(reason or "", 500)))
    print_titled(title, table)
    if is_cut:
        say("There may be more: raise --limit, or give --json.")


# ---------------------------------------------------------------- settings


def show_settings(told: Mapping[str, Any]) -> None:
    """Print each setting, its value, and where it comes from."""
    table = Table(box=None, pad_edge=False)
    for name in ("setting", "value", "from"):
        table.add_column(name, overflow="fold")
    for row in told["settings"]:
        value = "" if row["value"] is None else printable(str(row["value"]), 500)
        style = "" if row["from"] != "default" else "dim"
        table.add_row(Text(row["name"]), Text(value), Text(row["from"]), style=style)
    print_titled(f"settings{' of ' + told['file'] if told['file'] else ''}", table)
