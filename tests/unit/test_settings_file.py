from __future__ import annotations

from pathlib import Path

import pytest

from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import StudentTeacherConfig, database_settings
from arango_thinking.settings_file import FileSettings, read_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.toml"


def test_a_file_has_settings_of_the_dialogue_and_of_the_database(file: Path) -> None:
    file.write_text(
        'student_model = "qwen"\nmax_cost = 5\nstudent_extra = { top_k = 1 }\n'
        '[prices]\nqwen = [0, 0, 0]\n[database]\nurl = "http://db:8529"\ninsecure = true\ntimeout = 9\n'
    )
    found = read_settings(file)
    config = StudentTeacherConfig(**found.dialogue)
    assert (config.student_model, config.max_cost, config.prices) == ("qwen", 5.0, {"qwen": (0.0, 0.0, 0.0)})
    assert config.student_extra == '{"top_k": 1}'
    settings = database_settings(otherwise=found.database)
    assert (settings.url, settings.insecure, settings.timeout) == ("http://db:8529", True, 9.0)
    assert not settings.is_default


def test_without_a_file_there_are_none() -> None:
    assert read_settings() == FileSettings()


def test_a_variable_names_it_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("seed = 7\n")
    monkeypatch.setenv("ARANGO_THINKING_CONFIG", str(file))
    assert read_settings().dialogue == {"seed": 7}


def test_the_environment_wins_over_the_file_and_arguments_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    in_file = {"url": "http://file:8529", "database": "from_file", "username": "from_file"}
    monkeypatch.setenv("ARANGO_URL", "http://environment:8529")
    monkeypatch.setenv("ARANGO_DATABASE", "from_environment")
    settings = database_settings(database="given", otherwise=in_file)
    assert (settings.url, settings.database, settings.username) == ("http://environment:8529", "given", "from_file")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("studnt_model = 'x'", "studnt_model is no setting. Did you mean student_model?"),
        ("frobnicate = 1", "frobnicate is no setting. `arango-thinking config` lists all of them"),
        ("[database]\nusr = 'x'", r"database.usr is no setting. Did you mean database.url\?|database.username"),
        ("[database]\npassword = 'x'", "set ARANGO_PASSWORD or ARANGO_PASSWORD_FILE"),
        ("[database]\ntoken = 'x'", "set ARANGO_TOKEN or ARANGO_TOKEN_FILE"),
        ("[database]\nis_default = true", "database.is_default is no setting"),
        ("database = 3", "is a table"),
        ("student_model =", "cannot be read"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=says) as told:
        read_settings(file)
    assert str(file) in str(told.value)


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no settings file"):
        read_settings(file)


def test_a_file_that_is_no_text_is_told(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_settings(file)


def test_values_are_checked_where_they_are_used(file: Path) -> None:
    file.write_text("max_iterations = 99\n")
    with pytest.raises(ConfigurationError, match="max_iterations"):
        StudentTeacherConfig(**read_settings(file).dialogue)
