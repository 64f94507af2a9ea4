"""`config`, and commands that take their settings from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.chat_api import ChatAPI
from tests.unit.cli.conftest import Call, fill, messages_document, stored


@pytest.fixture
def file(tmp_path: Path, url: str, api: ChatAPI) -> Path:
    """Everything that a run needs."""
    path = tmp_path / "run.toml"
    path.write_text(
        f'student_model = "student"\nstudent_url = "{api.url}"\nteacher_model = "teacher"\nteacher_url = "{api.url}"\n'
        f'check_judge = false\nmax_iterations = 2\n[prices]\nstudent = [1, 2]\n[database]\nurl = "{url}"\n'
    )
    return path


def rows(said: str) -> dict[str, tuple[Any, str]]:
    return {row["name"]: (row["value"], row["from"]) for row in json.loads(said)["settings"]}


def test_each_setting_with_where_it_comes_from(
    cli: Call, file: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARANGO_USERNAME", "etl")
    monkeypatch.setenv("ARANGO_PASSWORD", "s3cret")
    done = cli("config", "--config", file, "--iterations", "4", "--database-timeout", "9", "--json")
    found = rows(done.stdout)
    assert found["max_iterations"] == (4, "flag")
    assert found["student_model"] == ("student", "file")
    assert found["prices"] == ({"student": [1.0, 2.0]}, "file")
    assert found["seed"] == (0, "default")
    assert found["database.url"] == (url, "file")
    assert found["database.username"] == ("etl", "environment")
    assert found["database.timeout"] == (9.0, "flag")
    assert found["database.password"] == ("set", "environment")
    assert "s3cret" not in done.stdout


def test_as_a_table(cli: Call, file: Path) -> None:
    said = cli("config", "--config", file).stdout
    assert said.splitlines()[0] == f"settings of {file}"
    [line] = [line for line in said.splitlines() if line.startswith("student_model")]
    assert line.split() == ["student_model", "student", "file"]


def test_a_flag_that_says_the_default_wins_over_the_file(cli: Call, file: Path) -> None:
    found = rows(cli("config", "--config", file, "--iterations", "3", "--json").stdout)
    assert found["max_iterations"] == (3, "flag")


def test_a_run_from_a_file_alone(cli: Call, file: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    monkeypatch.setenv("ARANGO_THINKING_CONFIG", str(file))
    done = cli("enhance", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["written"] == 1
    assert stored(url)[0]["metadata"]["thinking_iterations"] == 2
    assert json.loads(cli("status", "--json").stdout)["converged"] == 1


@pytest.mark.parametrize("command", ["enhance", "sync", "status", "runs", "doctor", "config", "export out.jsonl"])
def test_a_wrong_file_is_told_by_each_command(cli: Call, tmp_path: Path, command: str) -> None:
    (tmp_path / "run.toml").write_text("studnt_model = 'x'\n")
    done = cli(*command.split(), "--config", tmp_path / "run.toml")
    assert done.returncode == 2
    assert "Did you mean student_model?" in done.stdout + done.stderr
