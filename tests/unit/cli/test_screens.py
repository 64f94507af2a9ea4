from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.cli import screens
from tests.unit.cli.test_console import HOSTILE, is_shown_as_text

STATUS: dict[str, Any] = {
    "collection": "qa_pairs",
    **dict.fromkeys(("pending", "due", "waiting", "given_up", "enhanced", "converged", "unconverged"), 0),
    **dict.fromkeys(("stale", "elsewhere"), 0),
    **dict.fromkeys(("next_attempt_at", "average_iterations", "lease"), None),
    "runs": [],
    "totals": {"runs": 0, "cost": None, "cost_unknown": 0},
}
RUN: dict[str, Any] = {"_key": "one", "command": "sync", "status": "finished", "collection": "qa_pairs"}
STARTED = "2026-01-02T03:04:05+00:00"


def test_numbers_have_their_thousands(capsys: pytest.CaptureFixture[str]) -> None:
    screens.show_status({**STATUS, "pending": 12345678, "collection": HOSTILE})
    said = capsys.readouterr().out
    assert "12,345,678" in said
    assert is_shown_as_text(said)


def test_what_is_recorded_is_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = {**RUN, "_key": HOSTILE, "command": HOSTILE, "collection": HOSTILE}
    screens.show_runs([hostile])
    assert is_shown_as_text(capsys.readouterr().out)
    screens.show_recorded_run(
        {**hostile, "started_at": STARTED, "error": HOSTILE, "filter": HOSTILE, "config": {"student_model": HOSTILE}}
    )
    said = capsys.readouterr().out
    assert said.count("[red]a[/red] [/x] :smile:") == 6
    assert is_shown_as_text(said)


def test_a_run_without_figures_and_one_with_few(capsys: pytest.CaptureFixture[str]) -> None:
    screens.show_runs([RUN, {**RUN, "_key": "two", "statistics": {"written": 3}}])
    *_, one, two = capsys.readouterr().out.splitlines()
    assert one.split() == ["one", "sync", "finished", "qa_pairs"]
    assert two.split() == ["two", "sync", "finished", "qa_pairs", "3", "0", "?"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (STARTED, "2026-01-02 03:04"),
        ("2026-01-02T03:04:05.678Z", "2026-01-02 03:04"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02 01:04"),
        (1767323045000, "2026-01-02 03:04"),
    ],
)
def test_moments(value: str | int | None, said: str) -> None:
    assert screens.moment(value) == said
