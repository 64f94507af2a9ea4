"""`revert` as a process that is stopped or killed half-way."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.store.history import History
from arango_thinking.store.store import Store
from tests.enhancing import enhance

DOCUMENTS = 1000
COMMAND = [sys.executable, "-m", "arango_thinking", "revert", "--all", "--json", "--url"]


def contents(store: Store) -> dict[str, str]:
    """All documents as text, without their revisions."""
    documents = cast(Any, store.connection.database.collection("qa_pairs").all())
    return {document.pop("_key"): json.dumps({**document, "_rev": None}) for document in documents}


def reverted(store: Store) -> int:
    counted = "FOR trace IN thinking_traces FILTER trace.outcome == 'reverted' COLLECT WITH COUNT INTO n RETURN n"
    return int(next(cast(Any, store.connection.database.aql.execute(counted))))


@pytest.mark.parametrize(
    ("number", "code", "status"),
    [
        (signal.SIGINT, 130, "interrupted"),
        pytest.param(signal.SIGKILL, -signal.SIGKILL, "killed", marks=pytest.mark.slow),
    ],
)
def test_a_revert_that_is_cut_short_goes_on(
    store: Store, url: str, tmp_path: Path, number: signal.Signals, code: int, status: str
) -> None:
    store.create_collection("qa_pairs", edge=False)
    documents = [{"_key": f"{n:05}", "question": f"What is {n}?", "answer": str(n), "n": n} for n in range(DOCUMENTS)]
    store.import_documents("qa_pairs", documents, OnDuplicate.ERROR)
    before = contents(store)
    enhance(store, "qa_pairs", "1")
    process = subprocess.Popen([*COMMAND, url], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not reverted(store) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (code, False)
    assert 0 < reverted(store) < DOCUMENTS
    again = subprocess.run([*COMMAND, url], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(again.stdout)["conflicted"] == 0
    assert contents(store) == before
    assert reverted(store) == DOCUMENTS
    last, cut, _ = History(store).runs(3)
    assert {last["status"], cut["status"]} == {"finished", status}
