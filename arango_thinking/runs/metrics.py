"""Metrics of `sync` for a monitor, as a text file that the node exporter of Prometheus reads.

Format and names follow https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from prometheus_client.parser import text_string_to_metric_families

from arango_thinking.errors import ConfigurationError

_PREFIX = "arango_thinking"
#: Exit codes of runs that did not do everything. Such a run counts as a success when it has written any document.
_PARTLY = (1, 3)
_OUTCOMES = ("written", "unchanged", "conflicted", "failed", "deferred")

#: Name and meaning of each metric. What a run could not learn keeps the value that the file had.
GAUGES = {
    "last_run_timestamp_seconds": "When the last run ended.",
    "last_success_timestamp_seconds": "When a run last did all there was to do, or at least wrote documents.",
    "last_run_exit_code": "The exit code of the last run; 75 when another run held the lease.",
    "last_run_duration_seconds": "How long the last run took.",
    "last_run_tokens": "Tokens of the last run's model calls.",
    "last_run_cost_dollars": "What the last run's model calls cost, where prices are known.",
    "pending_documents": "Documents that lack thinking.",
    "failed_documents": "Documents whose last enhancement failed.",
}


def write_metrics(path: Path, summary: Mapping[str, Any]) -> None:
    """Write the metrics of this summary of a `sync` into the file; those of other collections in it are kept.

    Raises `ConfigurationError` when the file cannot be written.
    """
    registry = CollectorRegistry()
    known = dict(_read(path))
    collection = summary["collection"]
    known |= {(name, (("collection", collection),)): value for name, value in _values(summary)}
    known |= {
        ("last_run_documents", (("collection", collection), ("outcome", outcome))): summary.get(outcome, 0)
        for outcome in _OUTCOMES
    }
    gauges: dict[str, Gauge] = {}
    for (name, labels), value in sorted(known.items()):
        if name not in gauges:
            text = GAUGES.get(name, "Documents of the last run, by what became of them.")
            gauges[name] = Gauge(f"{_PREFIX}_{name}", text, [label for label, _ in labels], registry=registry)
        gauges[name].labels(**dict(labels)).set(value)
    try:
        write_to_textfile(str(path), registry)
    except OSError as error:
        raise ConfigurationError(f"The metrics cannot be written to {path}: {error.strerror}.") from error


def _values(summary: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    ended = datetime.fromisoformat(summary["finished_at"]).timestamp()
    yield "last_run_timestamp_seconds", ended
    if summary["exit_code"] == 0 or (summary["exit_code"] in _PARTLY and summary["written"]):
        yield "last_success_timestamp_seconds", ended
    yield "last_run_exit_code", summary["exit_code"]
    yield "last_run_duration_seconds", summary["seconds"]
    for name, key in (
        ("last_run_tokens", "tokens"),
        ("last_run_cost_dollars", "cost"),
        ("pending_documents", "pending"),
        ("failed_documents", "failures"),
    ):
        if summary.get(key) is not None:
            yield name, summary[key]


def _read(path: Path) -> Iterator[tuple[tuple[str, tuple[tuple[str, str], ...]], float]]:
    """Yield the values in the file of an earlier run; nothing when there is no file, or it holds something else."""
    try:
        families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return
    for family in families:
        for sample in family.samples:
            name = sample.name.removeprefix(f"{_PREFIX}_")
            if name in GAUGES or name == "last_run_documents":
                yield (name, tuple(sorted(sample.labels.items()))), sample.value
