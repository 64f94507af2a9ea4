"""The flags and variables by which every command reaches its database, and where secrets do not go."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from arango_thinking.cli.app import COMMANDS, command
from arango_thinking.settings import database_settings
from arango_thinking.store.connection import Connection
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI
from tests.secure import Secured, serving_with_tls
from tests.served import Server, serving
from tests.unit.cli.conftest import Call, messages_document, models

PASSWORD = "correct-horse-battery"
API_KEY = "sk-staple-staple"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with serving_with_tls(tmp_path_factory.mktemp("secured")) as running:
        yield running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "served.db", ARANGO_ROOT_PASSWORD=PASSWORD) as running:
        yield running


def of_a_database() -> list[str]:
    return [name for name in COMMANDS if "database" in {parameter.name for parameter in command(name).params}]


def test_every_command_on_a_database_takes_the_same_flags() -> None:
    for name in of_a_database():
        flags = {flag for parameter in command(name).params for flag in parameter.opts}
        assert {"--url", "--database", "--insecure", "--database-timeout"} <= flags, name


def test_insecure_is_heeded_and_said_each_time(process: Call, secured: Secured) -> None:
    refused = process("init", "--url", secured.url)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "ARANGO_CA_FILE" in refused.stderr
    for name in ("init", "status"):
        done = process(name, "--url", secured.url, "--insecure")
        assert done.returncode == 0
        assert done.stderr.count("is not verified") == 1
        assert "InsecureRequestWarning" not in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        *("init", "status", "enhance --dry-run", "export out.jsonl", "import in.jsonl", "sync"),
        *("runs", "show a", "revert --all", "retry-failed --all"),
    ],
)
def test_the_flags_are_heeded(cli: Call, monkeypatch: pytest.MonkeyPatch, command: str, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("{}\n")
    seen = []
    monkeypatch.setattr(
        Connection, "open", lambda given, *_: seen.append((given.timeout, given.insecure)) or sys.exit(7)
    )
    flags = ["--url", "http://127.0.0.1:1", "--insecure", "--database-timeout", "3.5"]
    assert cli(*command.split(), *flags).returncode == 7
    assert seen == [(3.5, True)]
    assert cli(*command.split(), "--database-timeout", "0").returncode == 2


def run(folder: Path, *arguments: str, **environment: str) -> CompletedProcess[str]:
    argv = [sys.executable, "-m", "arango_thinking", "-v", *arguments]
    return subprocess.run(
        argv, cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment}
    )


def test_secrets_are_neither_printed_nor_stored(server: Server, api: ChatAPI, tmp_path: Path) -> None:
    environment = {"ARANGO_URL": server.url, "OPENAI_API_KEY": API_KEY, "ARANGO_PASSWORD": PASSWORD}
    said = [run(tmp_path, "init", **environment)]
    store = Store.connect(
        database_settings(server.url).model_copy(update={"password": type(database_settings().password)(PASSWORD)})
    )
    store.connection.database.collection("qa_pairs").insert_many([messages_document("a"), messages_document("b")])
    store.close()
    said.append(run(tmp_path, "enhance", "--limit", "1", *models(api), **environment))
    assert [done.returncode for done in said] == [0, 0], said[-1].stderr
    said.append(run(tmp_path, "enhance", *models(api), **{**environment, "ARANGO_PASSWORD": PASSWORD[:-1]}))
    said.append(run(tmp_path, "status", **{**environment, "ARANGO_AUTH": "jwt", "ARANGO_PASSWORD": PASSWORD[:-1]}))
    said.append(run(tmp_path, "enhance", "--help", **environment))
    said.append(run(tmp_path, "status", "--url", f"http://root:{PASSWORD}@127.0.0.1", **environment))
    said.append(run(tmp_path, "enhance", "--student-url", f"http://me:{API_KEY}@h/v1", **environment))
    said.append(run(tmp_path, "enhance", "--teacher-url", f"http://h/v1?api_key={API_KEY}", **environment))
    said.append(run(tmp_path, "enhance", "--student", "gpt-4o", **environment, OPENAI_BASE_URL=f"http://{API_KEY}@h"))
    assert [done.returncode for done in said[2:]] == [2, 2, 0, 2, 2, 2, 2]
    server.stop()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"thinking_traces" in stored
    everything = "".join(done.stdout + done.stderr for done in said).encode() + stored
    for secret in (PASSWORD[:-1], API_KEY, base64.b64encode(f"root:{PASSWORD}".encode()).decode()):
        assert secret.encode() not in everything
