"""`sync` under what a night brings: kills at any moment, people who edit meanwhile, two at once, a suspension."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.settings import database_settings
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from tests.chat_api import Body, ChatAPI
from tests.numbered import number_asked, question
from tests.served import serving

COLLECTION = "qa_pairs"
#: Another program that edits documents, one after the other, until it is ended; it prints each edit once it is stored.
EDITOR = Path(__file__).parent / "editor.py"


def reply(body: Body) -> str:
    """A student that is right at its second attempt."""
    tried = "Aha! " in str(body["messages"])
    return f"I look at item {number_asked(body)}.\nAnswer: {1000 + number_asked(body) if tried else 7}"


@pytest.fixture
def students(api: ChatAPI) -> ChatAPI:
    api.reply = reply
    api.delay = 0.02
    return api


def command(url: str, api: ChatAPI, *more: str) -> list[str]:
    student = ["--student", "student", "--student-url", api.url]
    return [sys.executable, "-m", "arango_thinking", "sync", *student, "--url", url, "--json", *more]


def start(url: str, api: ChatAPI, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(command(url, api, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any]]:
    out, talk = process.communicate(timeout=120)
    assert out, talk
    return process.returncode, json.loads(out)


def sync(url: str, api: ChatAPI, *more: str) -> tuple[int, dict[str, Any]]:
    return finished(start(url, api, *more))


def fill(url: str, count: int) -> list[Document]:
    documents = [question(number) for number in range(count)]
    with closing(Store.connect(database_settings(url))) as store:
        store.create_collection(COLLECTION, edge=False)
        store.import_documents(COLLECTION, documents, OnDuplicate.ERROR)
    return documents


def read(url: str, collection: str = COLLECTION) -> dict[str, Document]:
    with closing(Store.connect(database_settings(url))) as store:
        return {document["_key"]: document for document in store.export(Selection(collection))}


def count_of(document: Document) -> int | None:
    return document["metadata"].get("thinking_iterations")  # type: ignore[no-any-return]


# ---------------------------------------------------------------------- kills


@pytest.fixture
def editing(tmp_path: Path) -> Iterator[Any]:
    """Starts the other program; `stop` ends it and returns its acknowledged edits: key, attribute, value."""
    running: list[subprocess.Popen[str]] = []
    edits = tmp_path / "edits.jsonl"  # a pipe would be full after a thousand

    class Editing:
        def start(self, url: str, count: int) -> None:
            argv = [sys.executable, str(EDITOR), url, str(count)]
            with edits.open("w") as out:
                running.append(subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=out, text=True))

        def stop(self) -> list[tuple[str, str, Any]]:
            running[-1].communicate("stop\n", timeout=30)
            assert running[-1].returncode == 0
            return [tuple(json.loads(line)) for line in edits.read_text().splitlines()]

    yield Editing()
    for process in running:
        process.kill()
        process.communicate()


def kill_at_random(url: str, api: ChatAPI, chance: random.Random) -> bool:
    """Kill a run some time after it began to ask the models; returns whether it was still going on."""
    before, process = len(api.requests), start(url, api, "--concurrency", "4")
    while process.poll() is None and len(api.requests) == before:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 2))  # a batch is written every second
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def edited(documents: list[Document], edits: list[tuple[str, str, Any]]) -> dict[str, Document]:
    """The documents as they began, with the edits on top."""
    result = {document["_key"]: json.loads(json.dumps(document)) for document in documents}
    for key, attribute, value in edits:
        if attribute == "thinking":
            result[key]["metadata"]["thinking"] = value
        else:
            result[key][attribute] = value
    return result


def without_bookkeeping(document: Document) -> Document:
    kept = {name: value for name, value in document.items() if name not in ("_id", "_rev")}
    names = ("thinking", "original_thinking", "thinking_iterations", "thinking_converged")
    return {**kept, "metadata": {name: value for name, value in kept["metadata"].items() if name not in names}}


@pytest.mark.slow
def test_kills_while_others_edit(students: ChatAPI, url: str, editing: Any) -> None:
    count, kills = 120, 30
    began = fill(url, count)
    students.delay = 0.3
    chance = random.Random(kills)
    editing.start(url, count)
    killed = tries = 0
    while killed < kills:
        killed += kill_at_random(url, students, chance)
        tries += 1
        assert tries < 2 * kills
    edits = editing.stop()
    students.delay = 0.0
    code, told = sync(url, students)
    while told["selected"]:
        assert code == 0
        code, told = sync(url, students)
    assert (code, told["pending"]) == (0, 0)
    print(f"{killed} of {tries} runs killed on their way, {len(edits)} edits")
    assert len({attribute for _, attribute, _ in edits}) == 3

    expected, documents = edited(began, edits), read(url)
    assert documents.keys() == expected.keys()
    for key, document in documents.items():
        assert without_bookkeeping(document) == without_bookkeeping(expected[key])
        assert document["metadata"]["original_thinking"] == expected[key]["metadata"]["thinking"]
        assert count_of(document) == 2
    check_account(url)
    check_revert(url, expected)


def check_account(url: str) -> None:
    """Each document has one trace that stands; each run counts what its traces say, and none is still running."""
    traces, runs = read(url, "thinking_traces").values(), read(url, "thinking_runs")
    standing = Counter(trace["document"] for trace in traces if trace["outcome"] == "written")
    assert standing == Counter({f"{COLLECTION}/{key}": 1 for key in read(url)})
    assert {trace["outcome"] for trace in traces} <= {"written", "superseded", "conflicted", "lost"}
    written = Counter(trace["run"] for trace in traces if trace["outcome"] in ("written", "superseded"))
    print(Counter(trace["outcome"] for trace in traces), Counter(run["status"] for run in runs.values()))
    for key, run in runs.items():
        assert run["status"] in ("finished", "killed")
        assert run["statistics"]["written"] == written[key], run


def check_revert(url: str, expected: dict[str, Document]) -> None:
    """Taking everything back leaves the documents as they began, with the edits on top, in every byte."""
    argv = [sys.executable, "-m", "arango_thinking", "revert", "--all", "--url", url, "--json"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    for key, document in read(url).items():
        now = {name: value for name, value in document.items() if name not in ("_id", "_rev")}
        assert now == expected[key]
        assert json.dumps(now["metadata"]) == json.dumps(expected[key]["metadata"])


# ---------------------------------------------------------------------- two at once


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_of_two_at_once_one_works_and_one_gives_75(students: ChatAPI, tmp_path: Path, times: int) -> None:
    for number in range(times):
        url = f"embedded:{tmp_path / str(number)}.db"
        fill(url, 8)
        students.requests.clear()
        (first, told), (second, other) = sorted(map(finished, [start(url, students), start(url, students)]), key=str)
        assert (first, second) == (0, 75)
        assert (told["written"], other["written"], other["selected"]) == (8, 0, 0)
        assert len(students.requests) == 16


@pytest.mark.slow
def test_a_run_that_was_suspended_while_another_took_over_writes_nothing_more(
    students: ChatAPI, tmp_path: Path
) -> None:
    with serving(tmp_path / "data.db", "--no-auth") as server:  # so that no lock of the file is suspended with it
        fill(server.url, 80)  # so many that the first is written long before the last is asked for
        students.delay = 0.1
        suspended = start(server.url, students, "--lease", "0.5s")
        while not any(count_of(document) for document in read(server.url).values()):
            assert suspended.poll() is None, suspended.communicate()
            time.sleep(0.05)
        suspended.send_signal(signal.SIGSTOP)
        time.sleep(0.7)
        code, told = sync(server.url, students)
        assert code == 0, told
        before = read(server.url)
        assert all(count_of(document) == 2 for document in before.values())
        suspended.send_signal(signal.SIGCONT)
        code, late = finished(suspended)
        assert code == 75
        assert "The lease was lost" in late["error"]
        assert read(server.url) == before
        assert told["written"] + late["written"] == 80
