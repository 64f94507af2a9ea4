from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from arango_thinking.errors import ConfigurationError
from arango_thinking.runs.metrics import GAUGES, write_metrics

SUMMARY = {
    "collection": "qa_pairs",
    "exit_code": 0,
    "finished_at": "2026-01-02T03:04:05+00:00",
    "seconds": 2.5,
    "written": 7,
    "failed": 1,
    "tokens": 900,
    "cost": 0.25,
    "pending": 4,
    "failures": 2,
}
ENDED = 1767323045.0


def samples(path: Path) -> dict[tuple[str, str], float]:
    """By name without prefix, and the values of the labels."""
    return {
        (
            sample.name.removeprefix("arango_thinking_"),
            " ".join(sample.labels[name] for name in sorted(sample.labels)),
        ): (sample.value)
        for family in text_string_to_metric_families(path.read_text())
        for sample in family.samples
    }


def written(path: Path, **changes: Any) -> dict[tuple[str, str], float]:
    write_metrics(path, SUMMARY | changes)
    return samples(path)


def test_all_that_a_run_knows(tmp_path: Path) -> None:
    found = written(tmp_path / "a.prom")
    assert {name for name, labels in found if labels == "qa_pairs"} == set(GAUGES)
    assert found["last_success_timestamp_seconds", "qa_pairs"] == ENDED
    assert found["last_run_timestamp_seconds", "qa_pairs"] == ENDED
    assert found["last_run_documents", "qa_pairs written"] == 7
    assert found["last_run_documents", "qa_pairs deferred"] == 0
    assert found["last_run_cost_dollars", "qa_pairs"] == 0.25
    assert (found["pending_documents", "qa_pairs"], found["failed_documents", "qa_pairs"]) == (4, 2)


@pytest.mark.parametrize(
    ("exit_code", "is_success"), [(0, True), (1, True), (3, True), (2, False), (69, False), (75, False)]
)
def test_what_counts_as_success(tmp_path: Path, exit_code: int, is_success: bool) -> None:
    found = written(tmp_path / "a.prom", exit_code=exit_code)
    assert found["last_run_exit_code", "qa_pairs"] == exit_code
    assert (("last_success_timestamp_seconds", "qa_pairs") in found) is is_success


@pytest.mark.parametrize("exit_code", [1, 3])
def test_a_run_that_wrote_nothing_of_what_there_was_is_no_success(tmp_path: Path, exit_code: int) -> None:
    found = written(tmp_path / "a.prom", exit_code=exit_code, written=0)
    assert ("last_success_timestamp_seconds", "qa_pairs") not in found


def test_the_last_success_and_the_backlog_outlive_a_run_that_reached_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.prom"
    written(path)
    later = {"exit_code": 69, "finished_at": "2026-01-02T04:04:05+00:00", "pending": None, "failures": None}
    found = written(path, **later)
    assert found["last_success_timestamp_seconds", "qa_pairs"] == ENDED
    assert found["last_run_timestamp_seconds", "qa_pairs"] == ENDED + 3600
    assert found["pending_documents", "qa_pairs"] == 4


def test_other_collections_of_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.prom"
    written(path, collection="other", pending=99)
    found = written(path)
    assert (found["pending_documents", "other"], found["pending_documents", "qa_pairs"]) == (99, 4)


@pytest.mark.parametrize("before", ["", "no metrics {", "foreign_metric 1\n"])
def test_what_is_not_ours_in_the_file_is_replaced(tmp_path: Path, before: str) -> None:
    path = tmp_path / "a.prom"
    path.write_text(before)
    assert "foreign" not in str(written(path))


def test_a_cost_that_is_not_known_is_not_told(tmp_path: Path) -> None:
    assert ("last_run_cost_dollars", "qa_pairs") not in written(tmp_path / "a.prom", cost=None)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="metrics cannot be written"):
        write_metrics(tmp_path / "nowhere" / "a.prom", SUMMARY)
