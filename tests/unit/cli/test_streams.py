"""Commands in odd surroundings: streams that cannot encode or are full, no home, keys with line ends."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chat_api import ChatAPI
from tests.unit.cli.conftest import Call, messages_document, models, write_jsonl

Process = Callable[..., "subprocess.CompletedProcess[str]"]
FULL = Path("/dev/full")


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """A command as a process of its own; `environment` is added to this one's, and None takes a variable away."""

    def call(*arguments: object, stdout: int = subprocess.PIPE, **environment: str | None) -> object:
        changed = {**os.environ, **environment}
        kept = {name: value for name, value in changed.items() if value is not None}
        command = [sys.executable, "-m", "arango_thinking", *map(str, arguments)]
        return subprocess.run(
            command, env=kept, cwd=tmp_path, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )

    return call  # type: ignore[return-value]


@pytest.fixture
def question(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "in.jsonl", messages_document("a"))


@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " {}", "\ufeff{}"])
def test_a_key_with_line_ends_around_it_is_used_without(
    cli: Call, question: Path, api: ChatAPI, monkeypatch: pytest.MonkeyPatch, around: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", around.format("sk-1"))
    assert cli("enhance-thinking", question, "out.jsonl", *models(api)).returncode == 0


@pytest.mark.parametrize("content", ["sk-1\n", "\ufeffsk-1\r\n"])
def test_so_is_one_in_a_file(
    cli: Call, question: Path, api: ChatAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / "key").write_text(content, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY_FILE", "key")
    assert cli("enhance-thinking", question, "out.jsonl", *models(api)).returncode == 0


@pytest.mark.parametrize("command", [("enhance-thinking", "in.jsonl", "out.jsonl"), ("doctor",)])
def test_a_key_that_no_header_takes_is_refused_by_its_variable(
    cli: Call, question: Path, api: ChatAPI, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1\nsk-2")
    done = cli(*command, *models(api)[: -1 if command[0] == "doctor" else None])
    assert done.returncode == 2
    assert "OPENAI_API_KEY holds characters that no HTTP header takes" in done.stdout + done.stderr
    assert "sk-1" not in done.stdout + done.stderr


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user id that no passwd file knows, and no variable that names a folder."""
    pwd = pytest.importorskip("pwd")

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("HOME", "XDG_CACHE_HOME", "ARANGO_THINKING_CACHE", "ARANGO_THINKING_JOURNAL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("nobody")
def test_without_a_home_a_run_that_keeps_nothing_works(cli: Call, question: Path, api: ChatAPI) -> None:
    done = cli("enhance-thinking", question, "out.jsonl", *models(api), "--no-journal")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (
            ("enhance-thinking", "in.jsonl", "out.jsonl"),
            2,
            "set ARANGO_THINKING_CACHE to a folder. Or give --no-journal",
        ),
        (("demo",), 2, "set ARANGO_THINKING_CACHE to a folder"),
        (("enhance-thinking", "in.jsonl", "out.jsonl", "--no-journal", "--student", "~/m.gguf"), 2, "no home folder"),
        (("doctor", "--no-models"), 0, "set ARANGO_THINKING_CACHE to a folder"),
    ],
    ids=str,
)
def test_without_a_home_what_needs_one_says_so(
    cli: Call, question: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = cli(*arguments)
    assert done.returncode == code
    assert says in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["export", "enhance-thinking"])
def test_a_name_that_is_too_long_is_told(cli: Call, question: Path, api: ChatAPI, command: str) -> None:
    cli("import", question, "--collection", "qa_pairs")
    name = "n" * 300 + ".jsonl"
    done = cli(command, *((name,) if command == "export" else (question, name, *models(api))))
    assert done.returncode == 2
    assert "File name too long" in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_stdout_that_cannot_show_a_character_shows_another(process: Process, question: Path, encoding: str) -> None:
    done = process("import", question, "--collection", "qa_pairs", PYTHONIOENCODING=encoding)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "in.jsonl ? qa_pairs" in done.stdout


def test_json_is_whole_in_any_encoding(process: Process, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl", messages_document("a", "Which river → Baghdad?"))
    assert process("import", "in.jsonl", "--collection", "qa_pairs").returncode == 0
    done = process("show", "qa_pairs/a", "--json", PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["asked"]["question"] == "Which river → Baghdad?"


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("command", [("status",), ("status", "--json")])
def test_a_full_stdout_is_told_in_one_line(process: Process, question: Path, command: tuple[str, ...]) -> None:
    process("import", question, "--collection", "qa_pairs")
    with FULL.open("w") as full:
        done = process(*command, stdout=full.fileno())
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last == "error: Standard output cannot be written: No space left on device."
    assert "Traceback" not in done.stderr


def piped(tmp_path: Path, given: bytes, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "arango_thinking", *map(str, arguments)]
    return subprocess.run(command, cwd=tmp_path, input=given, capture_output=True, timeout=60, check=False)


def test_a_dash_is_stdin_and_stdout(tmp_path: Path, question: Path, api: ChatAPI) -> None:
    line = question.read_bytes()
    done = piped(tmp_path, line, "enhance-thinking", "-", "-", *models(api), "--no-journal")
    assert (done.returncode, b"stdin" in done.stderr) == (0, True)
    [enhanced] = done.stdout.splitlines()
    assert json.loads(enhanced)["metadata"]["thinking_iterations"] == 2
    imported = piped(tmp_path, done.stdout, "import", "-", "--collection", "qa_pairs")
    assert (imported.returncode, b"created" in imported.stdout) == (0, True)
    exported = piped(tmp_path, b"", "export", "-")
    assert exported.returncode == 0
    assert json.loads(exported.stdout)["metadata"]["thinking_iterations"] == 2
    assert [path.name for path in tmp_path.glob("*.jsonl*")] == ["in.jsonl"]


def test_stdin_may_be_compressed(tmp_path: Path, question: Path) -> None:
    done = piped(tmp_path, gzip.compress(question.read_bytes()), "import", "-", "--collection", "qa_pairs", "--json")
    assert json.loads(done.stdout)["created"] == 1


@pytest.mark.parametrize("options", [("--json",), ("--split", "a=0.5,b=0.5")])
def test_stdout_holds_one_thing(cli: Call, question: Path, options: tuple[str, ...]) -> None:
    cli("import", question, "--collection", "qa_pairs")
    done = cli("export", "-", *options)
    assert done.returncode == 2
    assert "name" in done.stderr
