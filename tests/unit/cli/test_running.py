"""The one coroutine of a command, run to its end or to a signal: Ctrl-C in this process and in one of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arango_thinking.cli.running import DROPPED, KEPT, run
from arango_thinking.errors import ConfigurationError
from tests.chat_api import Body, ChatAPI, review
from tests.unit.cli.conftest import HINT, fill, learner, messages_document, models, stored, write_jsonl

SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


async def interrupted_work(number: int, log: list[str]) -> str:
    """Gets a signal while it works, and needs a moment to end in order."""
    os.kill(os.getpid(), number)
    try:
        await asyncio.sleep(30)
    finally:
        log.append("ending")
        await asyncio.sleep(0.01)
        log.append("ended")
    return "done"


# ---------------------------------------------------------------- in this process


def test_work_runs_to_its_end_and_gives_its_result(capsys: pytest.CaptureFixture[str]) -> None:
    async def work() -> list[int]:
        await asyncio.sleep(0)
        return [1, 2]

    assert run(work()) == [1, 2]
    assert capsys.readouterr() == ("", "")


def test_what_the_work_raises_is_raised() -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        raise ConfigurationError("no good")

    with pytest.raises(ConfigurationError, match="no good"):
        run(work())


@SIGNALS
def test_a_signal_ends_the_work_in_order_with_130(capsys: pytest.CaptureFixture[str], number: int) -> None:
    log: list[str] = []
    with pytest.raises(typer.Exit) as caught:
        run(interrupted_work(number, log))
    assert (caught.value.exit_code, log) == (130, ["ending", "ended"])
    said = capsys.readouterr()
    assert said.out == ""
    stopping, interrupted = said.err.splitlines()
    assert stopping.startswith("Stopping: ")
    assert interrupted == f"error: interrupted; {KEPT}"


def test_it_is_said_what_a_signal_leaves_behind(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        run(interrupted_work(signal.SIGINT, []), DROPPED)
    assert capsys.readouterr().err.endswith(f"\nerror: interrupted; {DROPPED}\n")
    assert DROPPED != KEPT


@SIGNALS
def test_work_that_is_done_when_the_signal_comes_keeps_its_result(number: int) -> None:
    async def work() -> str:
        os.kill(os.getpid(), number)
        return "done"

    assert run(work()) == "done"


@SIGNALS
def test_after_the_work_signals_mean_what_they_meant_before(number: int) -> None:
    before = signal.getsignal(number)
    with pytest.raises(typer.Exit):
        run(interrupted_work(number, []))
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_an_interruption_that_is_no_signal_gives_130_too(
    capsys: pytest.CaptureFixture[str], error: type[BaseException]
) -> None:
    async def work() -> None:
        raise error

    with pytest.raises(typer.Exit) as caught:
        run(work())
    assert (caught.value.exit_code, capsys.readouterr().err) == (130, f"error: interrupted; {KEPT}\n")


# ---------------------------------------------------------------- in a process of its own

STUBBORN = """
import asyncio, os, signal, sys
from arango_thinking.cli.running import run

async def work():
    first, second = map(int, sys.argv[1:])
    os.kill(os.getpid(), first)
    try:
        await asyncio.sleep(30)
    finally:
        os.kill(os.getpid(), second)
        await asyncio.sleep(30)
        print("ended in order")

run(work())
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT)],
)
def test_a_second_signal_ends_the_process_at_once(first: int, second: int) -> None:
    command = [sys.executable, "-c", STUBBORN, str(int(first)), str(int(second))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    stopping, aborted = done.stderr.splitlines()
    assert stopping.startswith("Stopping: ")
    assert aborted == "Aborted."


def interrupted(api: ChatAPI, tmp_path: Path, *arguments: object) -> tuple[int, str, str]:
    """A process of the command line that gets a SIGINT while it waits for a reply about Basra."""
    start = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = [sys.executable, "-c", f"{start}from arango_thinking.cli import main; main()", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as running:
        deadline = time.monotonic() + 30
        while not any("Basra" in json.dumps(body) for body in api.requests) and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(1.2)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    return running.returncode, out, err


class Endless(Response):
    """A reply that does not come."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        while (await receive())["type"] != "http.disconnect":
            pass


def stuck_at_basra(body: Body) -> str | Response:
    if body["model"] != "student":
        return review("incorrect", HINT)
    return Endless() if "Basra" in json.dumps(body["messages"]) else learner(body)


def test_ctrl_c_in_a_collection_gives_130_and_keeps_what_was_finished(api: ChatAPI, url: str, tmp_path: Path) -> None:
    api.reply = stuck_at_basra
    fill(url, "qa_pairs", messages_document("a"), messages_document("b", "Which river flows through Basra?"))
    code, out, err = interrupted(api, tmp_path, "enhance", "--url", url, *models(api))
    assert code == 130
    assert [line.split()[1:4:2] for line in out.splitlines() if "written" in line or "deferred" in line] == [
        ["written", "1"],
        ["deferred", "1"],
    ]
    assert out.startswith("qa_pairs, interrupted\n")
    assert "what was finished is written" in err
    assert ["thinking_iterations" in document["metadata"] for document in stored(url)] == [True, False]
    [run] = stored(url, "thinking_runs")
    assert (run["status"], run["statistics"]["written"], run["statistics"]["deferred"]) == ("interrupted", 1, 1)


def test_ctrl_c_in_a_file_gives_130_and_no_file(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = stuck_at_basra
    source = write_jsonl(
        tmp_path / "in.jsonl", messages_document("a"), messages_document("b", "Which river flows through Basra?")
    )
    code, out, err = interrupted(api, tmp_path, "enhance-thinking", source, "out.jsonl", *models(api))
    assert code == 130
    assert out.startswith("in.jsonl, interrupted\n")
    assert [line.split()[1:4:2] for line in out.splitlines() if "written" in line or "deferred" in line] == [
        ["written", "0"],
        ["deferred", "2"],
    ]
    assert "output is not written" in err
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]
