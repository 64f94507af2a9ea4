"""The command line, called in this process and as a process of its own, over a scripted API."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from arango_thinking.cli import main
from arango_thinking.documents.layouts import Document
from arango_thinking.settings import database_settings
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from tests.chat_api import Body, ChatAPI, review

Call = Callable[..., "CompletedProcess[str]"]

QUESTION = "Which river flows through Baghdad?"
ANSWER = "The Tigris"
WRONG = "It must be the longest river there is.\nAnswer: Nile"
RIGHT = "The river of Baghdad is another one.\nAnswer: The Tigris"
HINT = "Aha! I should look again at which country this is about."


def messages_document(key: str, question: str = QUESTION, **metadata: Any) -> Document:
    """A pending Q&A document."""
    messages = [
        {"role": "system", "content": "Document: rivers"},
        {"role": "user", "content": question},
        {"role": "assistant", "content": ANSWER},
    ]
    return {"_key": key, "messages": messages, "metadata": {"thinking": "thin", **metadata}}


def learner(body: Body) -> str:
    """A student that is wrong first and right after a hint, and the teacher that hints."""
    if body["model"] != "student":
        return review("incorrect", HINT)
    return RIGHT if "Aha!" in json.dumps(body["messages"]) else WRONG


def numbered(answer: str) -> Callable[[Body], str]:
    """A student that never says the same twice but always answers the same."""
    said = iter(range(1000))
    return lambda body: (
        f"Thought number {next(said)}.\nAnswer: {answer}" if body["model"] == "student" else review("incorrect", HINT)
    )


def garbage(body: Body) -> str:
    """A teacher whose replies about Basra cannot be read."""
    if body["model"] == "teacher" and "Basra" in json.dumps(body["messages"]):
        return "Well done, everybody."
    return learner(body)


def models(api: ChatAPI) -> list[str]:
    """The flags that let the scripted API play both parts; its teacher knows no right from wrong."""
    student = ["--student", "student", "--student-url", api.url]
    return [*student, "--teacher", "teacher", "--teacher-url", api.url, "--skip-judge-check"]


def write_jsonl(path: Path, *lines: Document | str) -> Path:
    """A file with these lines; text goes in as it is."""
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def read_jsonl(path: Path) -> list[Document]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def fill(url: str, collection: str, *documents: Document, edge: bool = False) -> None:
    """A collection with these documents."""
    store = Store.connect(database_settings(url))
    store.create_collection(collection, edge=edge)
    for document in documents:
        store.connection.database.collection(collection).insert(dict(document), silent=True)
    store.close()


def stored(url: str, collection: str = "qa_pairs") -> list[Document]:
    """All documents of a collection."""
    store = Store.connect(database_settings(url))
    documents = list(store.export(Selection(collection)))
    store.close()
    return documents


@pytest.fixture
def api(api: ChatAPI) -> ChatAPI:
    """A student that takes hints, and its teacher."""
    api.reply = learner
    return api


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """`main` in this process, which is quick."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # typer sets its own

    def call(*arguments: object) -> CompletedProcess[str]:
        argv = ["arango-thinking", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", argv)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return CompletedProcess(argv, int(ended.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def process(tmp_path: Path) -> Call:
    """`python -m arango_thinking` in a process of its own."""

    def call(*arguments: object) -> CompletedProcess[str]:
        argv = [sys.executable, "-m", "arango_thinking", *map(str, arguments)]
        return subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    return call
