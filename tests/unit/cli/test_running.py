"""Ctrl-C, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.chat_api import Body, ChatAPI, review
from tests.unit.cli.conftest import HINT, fill, learner, messages_document, models, stored, write_jsonl


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
    assert (code, out) == (130, "")
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
    assert (code, out) == (130, "")
    assert "output is not written" in err
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]
