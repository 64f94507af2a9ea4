from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.chat_api import ChatAPI
from tests.unit.cli.conftest import HINT, Call, numbered, stored


@pytest.fixture
def _openai(api: ChatAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", api.url)
    monkeypatch.setenv("OPENAI_API_KEY", "a key")


@pytest.mark.usefixtures("_openai")
def test_the_whole_sample_with_models_of_ones_own(cli: Call, url: str, api: ChatAPI) -> None:
    api.reply = numbered("something else entirely")
    done = cli(
        "demo",
        "--url",
        url,
        "--student",
        "openai:student",
        "--teacher",
        "openai:teacher",
        "--skip-judge-check",
        "--json",
    )
    figures = json.loads(done.stdout)
    documents = stored(url)
    assert done.returncode == 0
    assert figures["written"] == len(documents) > 0
    assert all(document["metadata"]["thinking_iterations"] == 3 for document in documents)
    assert {body["model"] for body in api.requests} == {"student", "teacher"}
    assert f"The sample is in {url}" in done.stderr


@pytest.mark.usefixtures("_openai")
def test_it_shows_one_document_before_and_after_and_what_is_next(cli: Call, url: str, api: ChatAPI) -> None:
    api.reply = numbered("something else entirely")
    done = cli("demo", "--url", url, "--student", "openai:student", "--teacher", "openai:teacher", "--skip-judge-check")
    assert done.returncode == 0
    assert "Basic single-pass reasoning" in done.stdout
    assert HINT[:40] in done.stdout
    assert f"arango-thinking export enhanced.jsonl --url {url}" in done.stderr
    again = cli("demo", "--url", url, "--student", "openai:student", "--teacher", "reference")
    assert again.returncode == 0
    assert "Nothing to do" in again.stderr


@pytest.mark.usefixtures("_openai")
def test_the_teacher_may_be_elsewhere(cli: Call, url: str, api: ChatAPI) -> None:
    api.reply = numbered("something else entirely")
    with ChatAPI() as other:
        other.reply = api.reply
        elsewhere = ["--teacher", "teacher", "--teacher-url", other.url, "--skip-judge-check"]
        assert cli("demo", "--url", url, "--student", "openai:student", *elsewhere).returncode == 0
        assert {body["model"] for body in other.requests} == {"teacher"}
    assert {body["model"] for body in api.requests} == {"student"}


@pytest.mark.parametrize(
    ("flag", "name"), [("--student", "mystery"), ("--teacher", "mystery"), ("--student", "torch:./none")]
)
def test_a_model_that_cannot_be_gives_2(cli: Call, url: str, flag: str, name: str) -> None:
    done = cli("demo", "--url", url, flag, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert name.removeprefix("torch:") in done.stderr


def test_a_student_that_cannot_be_reached_gives_69(
    cli: Call, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    done = cli("demo", "--url", url, "--student", "openai:student")
    assert done.returncode == 69
    assert "cannot be reached" in done.stderr
