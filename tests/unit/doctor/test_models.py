from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.doctor import models
from arango_thinking.doctor.findings import Finding, Level
from arango_thinking.settings import StudentTeacherConfig
from tests.chat_api import ChatAPI, chat, refusal


def found(**config: Any) -> dict[str, Finding]:
    return {finding.name: finding for finding in models.models(StudentTeacherConfig(**config))}


def test_an_api_is_asked_for_one_token(api: ChatAPI) -> None:
    said = found(student_model="s", student_url=api.url, teacher_model="t", teacher_url=api.url, judge_model="j")
    assert {name: finding.level for name, finding in said.items()} == dict.fromkeys(
        ("student", "teacher", "judge"), Level.OK
    )
    assert [(body["model"], body["max_tokens"]) for body in api.requests] == [("s", 1), ("t", 1), ("j", 1)]


def test_an_answer_cut_off_before_it_says_anything_is_an_answer(api: ChatAPI) -> None:
    api.script(chat("", "length"))
    assert found(student_model="s", student_url=api.url)["student"].level is Level.OK


@pytest.mark.parametrize("status", [400, 401, 404])
def test_an_api_that_refuses_has_to_be_corrected(api: ChatAPI, status: int) -> None:
    api.script(refusal(status))
    student = found(student_model="s", student_url=api.url)["student"]
    assert (student.level, student.exit_code) == (Level.ERROR, 2)


def test_an_api_that_is_not_there_may_be_later() -> None:
    student = found(student_model="s", student_url="http://127.0.0.1:9/v1")["student"]
    assert (student.level, student.exit_code) == (Level.ERROR, 69)


def test_reference_is_for_teachers() -> None:
    assert found()["teacher"].level is Level.OK
    assert found(student_model="reference")["student"].level is Level.ERROR


def test_a_name_that_fits_nothing() -> None:
    assert "fits no backend" in found(student_model="mystery")["student"].what


@pytest.mark.skipif(find_spec("xllamacpp") is None, reason="llama.cpp is not installed")
def test_files_of_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no file" in found(student_model=f"{tmp_path}/a.gguf")["student"].what
    (tmp_path / "a.gguf").write_bytes(b"<html>")
    assert "not a GGUF file" in found(student_model=f"{tmp_path}/a.gguf")["student"].what
    (tmp_path / "a.gguf").write_bytes(b"GGUF....")
    assert found(student_model=f"gguf:{tmp_path}/a.gguf")["student"].level is Level.OK
    monkeypatch.setenv("ARANGO_THINKING_CACHE", str(tmp_path / "cache"))
    student = found()["student"]
    assert (student.level, "93 MB" in student.to_do) == (Level.WARNING, True)
    assert not (tmp_path / "cache").exists()


def test_llama_cpp_has_to_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "find_spec", lambda _: None)
    student = found()["student"]
    assert (student.level, student.to_do) == (Level.ERROR, "pip install 'arango-thinking[local]'")


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_torch_has_to_be_installed() -> None:
    assert "arango-thinking[unsloth]" in found(student_model="unsloth/Phi-3.5-mini-instruct")["student"].what


def test_torch_is_not_imported_for_others() -> None:
    found(student_model="mystery")
    assert "torch" not in sys.modules or find_spec("torch") is not None


@pytest.mark.parametrize(
    ("name", "lacking", "device", "level", "says"),
    [
        ("unsloth/a", ["a CUDA GPU"], "cpu", Level.WARNING, "not loaded in 4 bits: that needs a CUDA GPU"),
        ("unsloth/a", [], "cuda", Level.OK, "on cuda, from the Hugging Face hub"),
        ("org/name", ["a CUDA GPU"], "cpu", Level.WARNING, "runs on the CPU"),
        ("org/name", [], "mps", Level.OK, "on mps"),
    ],
)
def test_torch_models(
    monkeypatch: pytest.MonkeyPatch, name: str, lacking: list[str], device: str, level: Level, says: str
) -> None:
    """What this machine has is replaced; tests that have torch load real models elsewhere."""
    from arango_thinking.llm.local import torch_loading

    monkeypatch.setattr(torch_loading, "check", lambda _: None)
    monkeypatch.setattr(torch_loading, "device", lambda: device)
    monkeypatch.setattr(torch_loading, "lacking_for_unsloth", lambda: lacking)
    student = found(student_model=name)["student"]
    assert student.level is level
    assert says in student.what
