from __future__ import annotations

from pathlib import Path

import pytest

from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.local.torch_names import Source, source_of


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("unsloth/Phi-3.5-mini-instruct", Source("unsloth/Phi-3.5-mini-instruct", unsloth=True)),
        ("unsloth:org/name", Source("org/name", unsloth=True)),
        ("org/name", Source("org/name")),
        ("hf:name", Source("name")),
        ("torch:org/name", Source("org/name")),
        ("torch:unsloth/Phi-3.5-mini-instruct", Source("unsloth/Phi-3.5-mini-instruct")),
    ],
)
def test_the_name_says_whether_unsloth_runs_it(name: str, source: Source) -> None:
    assert source_of(name) == source
    assert source.path is None
    assert source.place == source.name


@pytest.mark.parametrize("name", ["torch:student", "student", "./student", "unsloth:student"])
def test_a_folder_that_is_there_is_no_name_on_the_hub(name: str, tmp_path: Path) -> None:
    (tmp_path / "student").mkdir()
    source = source_of(name)
    assert source.path is not None
    assert (source.is_gguf, source.is_adapter) == (False, False)
    (tmp_path / "student" / "adapter_config.json").touch()
    assert source.is_adapter


def test_a_gguf_file_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "student.gguf").touch()
    assert source_of("torch:student.gguf").is_gguf


@pytest.mark.parametrize(
    ("name", "kind"), [("torch:./none", "folder"), ("/none/here", "folder"), ("torch:none.gguf", "file")]
)
def test_a_path_that_is_not_there_is_refused(name: str, kind: str) -> None:
    with pytest.raises(ConfigurationError, match=f"There is no model {kind} .*none"):
        source_of(name)


@pytest.mark.parametrize("name", ["torch:", "hf:", "unsloth:"])
def test_a_prefix_needs_a_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match="lacks its end"):
        source_of(name)
