"""The database goes away in the middle of a run and comes back: the run waits, and finishes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.settings import database_settings
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI
from tests.numbered import question, solves_at_second
from tests.served import serving

DOCUMENTS = 200
#: Requests to the student after which the database goes: some documents are written by then, most are not.
BEFORE = 120


def enhance(url: str, api: ChatAPI) -> subprocess.Popen[str]:
    student = ["--student", "student", "--student-url", api.url, "--concurrency", "8"]
    argv = [sys.executable, "-m", "arango_thinking", "enhance", "--url", url, *student, "--json"]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rows(url: str, collection: str) -> list[Document]:
    with closing(Store.connect(database_settings(url))) as store:
        return list(store.export(Selection(collection)))


@pytest.mark.parametrize(
    ("seconds", "how"),
    [
        pytest.param(3, signal.SIGKILL, id="3s-killed", marks=pytest.mark.slow),
        pytest.param(20, signal.SIGTERM, id="20s-stopped", marks=pytest.mark.slow),
    ],
)
def test_the_run_waits_and_finishes(tmp_path: Path, api: ChatAPI, seconds: int, how: int) -> None:
    file = tmp_path / "data.db"
    with closing(Store.connect(database_settings(f"embedded:{file}"))) as store:
        store.create_collection("qa_pairs", edge=False)
        store.import_documents("qa_pairs", [question(number) for number in range(DOCUMENTS)], OnDuplicate.ERROR)
    api.reply = solves_at_second
    api.delay = 0.05
    with serving(file, "--no-auth") as first:
        url = first.url
        run = enhance(url, api)
        while len(api.requests) < BEFORE:
            assert run.poll() is None, run.communicate()
            time.sleep(0.01)
        first.stop(how)
    gone = time.monotonic()
    time.sleep(seconds)
    assert run.poll() is None, run.communicate()
    with serving(file, "--no-auth", "--port", str(urlsplit(url).port)) as second:
        assert second.url == url
        told, talk = run.communicate(timeout=120)
        assert time.monotonic() - gone >= seconds
        assert run.returncode == 0, talk
        assert "Waiting for it, up to 300 s" in talk
        _check(url, json.loads(told))
    # No dialogue was lost to the outage: two calls each were asked for, and none again.
    assert len(api.requests) == 2 * DOCUMENTS


def _check(url: str, figures: dict[str, Any]) -> None:
    ended = {name: figures[name] for name in ("written", "unchanged", "conflicted", "failed", "deferred")}
    assert ended == {"written": DOCUMENTS, "unchanged": 0, "conflicted": 0, "failed": 0, "deferred": 0}
    assert figures["selected"] == DOCUMENTS
    traces = {trace["document"]: trace for trace in rows(url, "thinking_traces")}
    documents = rows(url, "qa_pairs")
    assert len(rows(url, "thinking_traces")) == len(documents) == DOCUMENTS
    for document in documents:
        # Written once: it has the revision that was noted after the write.
        assert traces[document["_id"]]["outcome"] == "written"
        assert traces[document["_id"]]["revision"] == document["_rev"]
        was = question(int(document["_key"][1:]))
        assert document["messages"] == was["messages"]
        assert document["metadata"]["original_thinking"] == was["metadata"]["thinking"]
    [record] = rows(url, "thinking_runs")
    assert (record["status"], record["statistics"]["written"]) == ("finished", DOCUMENTS)
