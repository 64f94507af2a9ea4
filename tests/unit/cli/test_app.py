from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from arango_thinking import __version__
from tests.unit.cli.conftest import Call, messages_document, write_jsonl

COMMANDS = ["demo", "init", "import", "enhance", "enhance-thinking", "export", "status"]


def test_help_names_every_command(cli: Call) -> None:
    done = cli("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(cli: Call, command: str) -> None:
    for flag in ("--help", "-h"):
        done = cli(command, flag)
        assert (done.returncode, done.stderr) == (0, "")
        assert "--json" in done.stdout


def test_version(cli: Call) -> None:
    assert cli("--version").stdout == f"arango-thinking {__version__}\n"


def test_without_a_command_there_is_help_and_2(cli: Call) -> None:
    done = cli()
    assert done.returncode == 2
    assert "Usage:" in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["status", "--nonsense"], ["import"], ["enhance", "extra"]])
def test_what_cannot_be_parsed_gives_2(cli: Call, arguments: list[str]) -> None:
    done = cli(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


def test_data_goes_to_stdout_and_talk_to_stderr(process: Call, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), "{broken")
    done = process("import", file, "--json")
    assert done.returncode == 1
    assert done.stdout.startswith('{"contents":')
    assert done.stdout.count("\n") == 1
    assert done.stderr.startswith("No ARANGO_URL")


def test_piped_output_has_no_escape_codes(process: Call, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), "{broken")
    done = process("import", file)
    assert "created" in done.stdout
    assert "rejected" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_an_error_of_the_package_is_one_sentence_and_its_code(process: Call) -> None:
    done = process("status", "--url", "ftp://nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_a_database_that_cannot_be_reached_gives_69(process: Call) -> None:
    done = process("status", "--url", "http://127.0.0.1:1")
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr.startswith("error: The database at http://127.0.0.1:1 cannot be reached")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", ["--help", "--version", "enhance --help"])
def test_help_loads_nothing_heavy(arguments: str) -> None:
    program = (
        f"import sys; sys.argv = ['x', *{arguments.split()!r}]\n"
        "from arango_thinking.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'openai', 'arango', 'arango_thinking.settings'} & sys.modules.keys()\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("arango-thinking enh", {"enhance", "enhance-thinking"}),
        ("arango-thinking enhance --stu", {"--student", "--student-url", "--student-extra"}),
        ("arango-thinking enhance --first-try ", {"deepen", "keep"}),
    ],
)
def test_the_shell_completes(cli: Call, monkeypatch: pytest.MonkeyPatch, words: str, completed: set[str]) -> None:
    monkeypatch.setenv("_ARANGO_THINKING_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    done = cli()
    assert set(done.stdout.split()) == completed
