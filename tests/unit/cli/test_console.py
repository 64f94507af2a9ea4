from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.cli import console
from arango_thinking.documents.notes import Notes
from arango_thinking.files.importing import ImportAccount
from arango_thinking.runs.account import Statistics
from arango_thinking.usage import Usage

HOSTILE = "[red]a[/red] [/x] :smile: \x1b[31m\x07 \u202e"


def everything(figures: dict[str, Any]) -> None:
    console.show_run(figures, HOSTILE)


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    return said.out + said.err


def is_shown_as_text(said: str) -> bool:
    return "[red]a[/red] [/x] :smile:" in said and not {"\x1b", "\x07", "\u202e"} & set(said)


def test_errors_talk_and_reasons_are_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    console.complain(HOSTILE)
    assert is_shown_as_text(shown(capsys))
    statistics = Statistics()
    statistics.note(HOSTILE, HOSTILE)
    everything(statistics.to_dict())
    assert is_shown_as_text(capsys.readouterr().err)


def test_titles_are_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_import(ImportAccount(rejected=1, rejections=Notes([(1, HOSTILE)])), HOSTILE, "qa_pairs")
    said = capsys.readouterr()
    assert is_shown_as_text(" ".join(said.out.split()))
    assert is_shown_as_text(said.err)


def test_thinking_before_and_after_is_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_before_after(HOSTILE, HOSTILE, f"{HOSTILE}\n\nAha! {HOSTILE}")
    said = capsys.readouterr().out
    assert said.count("[red]a[/red] [/x] :smile:") == 4
    assert not {"\x1b", "\x07", "\u202e"} & set(said)


def test_lines_of_data_are_whole_and_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    line = "[bold]:smile: " + "word " * 60
    console.print_line(line)
    console.say(line)
    assert capsys.readouterr() == (f"{line}\n", f"{line}\n")


def test_an_account_shows_what_happened_and_hides_what_did_not(capsys: pytest.CaptureFixture[str]) -> None:
    statistics = Statistics(selected=1234, written=1200, failed=34, traced=1200, converged=900)
    statistics.stop_reasons["correct"] = 900
    statistics.usage["student"] = Usage(1000, 500, 7)
    everything(statistics.to_dict())
    said = capsys.readouterr()
    assert "1,234" in said.out
    assert "900 (75%)" in said.out
    assert "7 calls, 1,500 tokens" in said.out
    assert "conflicted" not in said.out
    assert "... and 34 more" in said.err


def test_progress_where_there_is_no_terminal_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    statistics = Statistics(expected=4, written=2, traced=2, converged=1)
    with console.RunProgress("[bold]qa") as progress:
        progress(statistics)
        assert capsys.readouterr().err == ""
        progress._last -= console.PLAIN_EVERY
        progress(statistics)
        assert capsys.readouterr().err.startswith("[bold]qa: 2/4 done, ")
    with console.RunProgress("qa", quiet=True) as progress:
        progress._last -= console.PLAIN_EVERY
        progress(statistics)
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "0s"), (59.4, "59s"), (61, "1m01s"), (3600, "60m00s")])
def test_durations(seconds: float, said: str) -> None:
    assert console.duration(seconds) == said


def test_progress_tells_calls_before_a_document_is_done_and_no_time_of_arrival(
    capsys: pytest.CaptureFixture[str],
) -> None:
    statistics = Statistics(expected=4)
    statistics.under_way += Usage(1000, 500, 7, 0.02)
    with console.RunProgress("qa") as progress:
        progress._last -= console.PLAIN_EVERY
        progress(statistics)
        assert capsys.readouterr().err == "qa: 0/4 done, 7 calls, 1,500 tokens, $0.0200\n"
        statistics.written = 3
        progress._last -= console.PLAIN_EVERY
        progress(statistics)
        assert "ETA" in capsys.readouterr().err


def test_what_comes_before_the_documents_has_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    with console.RunProgress("qa") as progress:
        progress._last -= console.PLAIN_EVERY
        progress(Statistics(expected=4, phase="the judge is on trial"))
    assert capsys.readouterr().err.startswith("qa: the judge is on trial: 0/4 done")
