from __future__ import annotations

from pathlib import Path

import pytest

from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import (
    DATABASE_TIMEOUT,
    DATABASE_VARIABLES,
    Environment,
    StudentTeacherConfig,
    database_settings,
)


def test_the_defaults_need_nothing_from_the_user() -> None:
    config = StudentTeacherConfig()
    assert config.student_model == "gguf:SmolLM2-135M-Instruct"
    assert config.teacher_model == "reference"
    assert (config.max_iterations, config.batch_size, config.max_new_tokens) == (3, 10, 500)
    temperatures = (config.student_temperature, config.teacher_temperature, config.judge_temperature)
    assert temperatures == (0.7, 0.8, 0.0)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"max_iterations": 0}, "max_iterations"),
        ({"batch_size": "banana"}, "batch_size"),
        ({"first_try": "give_up"}, "first_try"),
        ({"on_unconverged": "lie"}, "on_unconverged"),
        ({"thinking_format": "html"}, "thinking_format"),
        ({"student_temperature": 3}, "student_temperature"),
        ({"max_new_tokens": 1}, "max_new_tokens"),
        ({"max_itrations": 3}, "max_itrations"),
        ({"student_model": ""}, "student_model"),
        ({"max_thinking_length": -1}, "max_thinking_length"),
        ({"check_judge": "perhaps"}, "check_judge"),
        ({"min_iterations": 4, "max_iterations": 3}, "min_iterations (4) is greater"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(values: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        StudentTeacherConfig(**values)
    assert named in str(caught.value)
    assert caught.value.exit_code == 2


def test_the_embedded_database_is_the_default_and_says_so() -> None:
    settings = database_settings()
    assert settings.is_default
    assert settings.embedded_path == "arango-thinking.db"
    assert settings.database == "_system"


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_URL", "http://there:8529")
    monkeypatch.setenv("ARANGO_DATABASE", "there")
    settings = database_settings("embedded:here.db", "here")
    assert (settings.embedded_path, settings.database, settings.is_default) == ("here.db", "here", False)


@pytest.mark.parametrize("setting", ["url", "database", "username", "password"])
def test_every_alias_is_read(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DATABASE_VARIABLES[setting]:
        with monkeypatch.context() as patched:
            patched.setenv(name, "https://db:8529")
            value = getattr(database_settings(), setting)
            assert (value if isinstance(value, str) else value.get_secret_value()) == "https://db:8529", name


def test_two_variables_that_disagree_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_USERNAME", "one")
    monkeypatch.setenv("ARANGO_USER", "other")
    with pytest.raises(ConfigurationError, match="ARANGO_USERNAME and ARANGO_USER disagree"):
        database_settings()
    monkeypatch.setenv("ARANGO_USER", "one")
    assert database_settings().username == "one"


def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")
    monkeypatch.setenv("ARANGO_PASSWORD_FILE", str(secret))
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(secret))
    assert database_settings().password.get_secret_value() == "s3cret"
    assert Environment().api_key("student") == "s3cret"
    secret.unlink()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        database_settings()


@pytest.mark.parametrize("url", ["localhost:8529", "ftp://host", "embedded:", "http://", "http://a:8529,b"])
def test_a_url_of_no_known_form_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="not a database URL"):
        database_settings(url)


def test_a_password_in_the_url_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        database_settings("http://root:hunter2@host:8529")
    assert "hunter2" not in str(caught.value)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_PASSWORD", "hunter2")
    monkeypatch.setenv("OPENAI_API_KEY", "hunter2")
    assert "hunter2" not in repr(database_settings()) + repr(Environment())


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ARANGO_THINKING_CACHE", "ARANGO_URL", "ARANGO_TIMEOUT"):
        monkeypatch.setenv(name, "")
    environment = Environment()
    assert environment.api_key("teacher") is None
    assert environment.openai_base_url is None
    assert environment.arango_thinking_cache is None
    assert database_settings().is_default
    assert database_settings().timeout == DATABASE_TIMEOUT


def test_the_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_THINKING_CACHE", "/somewhere")
    assert Environment().cache_folder == Path("/somewhere")
    monkeypatch.delenv("ARANGO_THINKING_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert Environment().cache_folder == Path("/cache/arango-thinking")


@pytest.mark.parametrize("url", ["http://[bad", "http://host:80a0", "localhost:8000/v1", "ftp://host"])
def test_a_model_url_of_no_known_form_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="not a URL"):
        StudentTeacherConfig(student_url=url)
    with pytest.raises(ConfigurationError, match="not a database URL"):
        database_settings(url)


def test_a_secret_that_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("ARANGO_PASSWORD_FILE", str(tmp_path / "secret"))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        database_settings()


@pytest.mark.parametrize(
    ("variables", "keys"),
    [
        ({"OPENAI_API_KEY": "all"}, ("all", "all", "all")),
        ({"OPENAI_API_KEY": "all", "STUDENT_API_KEY": "one"}, ("one", "all", "all")),
        ({"TEACHER_API_KEY": "two"}, (None, "two", "two")),
        ({"TEACHER_API_KEY": "two", "JUDGE_API_KEY": "three"}, (None, "two", "three")),
        ({"OPENAI_API_KEY": "all", "JUDGE_API_KEY": " "}, ("all", "all", "all")),
    ],
    ids=str,
)
def test_a_role_may_have_a_key_of_its_own(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], keys: tuple[str | None, ...]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    environment = Environment()
    assert tuple(environment.api_key(role) for role in ("student", "teacher", "judge")) == keys


def test_so_it_may_have_headers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "headers").write_text("X-Title: thinking\nHTTP-Referer: https://example.org\n")
    monkeypatch.setenv("TEACHER_HEADERS_FILE", str(tmp_path / "headers"))
    monkeypatch.setenv("STUDENT_HEADERS", "api-key: s3cret; X-Team: rivers")
    environment = Environment()
    assert environment.headers("student") == {"api-key": "s3cret", "X-Team": "rivers"}
    assert environment.headers("judge") == {"X-Title": "thinking", "HTTP-Referer": "https://example.org"}
    assert "s3cret" not in repr(environment)


@pytest.mark.parametrize("told", ["api-key", "api key: x", ": x", "{}", "X-Key: t\u00f6st"])
def test_headers_of_another_form_are_refused_by_their_variable(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("JUDGE_HEADERS", told)
    with pytest.raises(ConfigurationError, match="JUDGE_HEADERS"):
        Environment().headers("judge")


@pytest.mark.parametrize("name", ["student_extra", "teacher_extra", "judge_extra"])
@pytest.mark.parametrize("text", ["{", "[1]", "3"])
def test_what_is_no_json_object_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: not (?:a )?JSON"):
        StudentTeacherConfig(**{name: text})
