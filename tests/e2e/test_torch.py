"""A student run by torch, from the command line to the written file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from arango_thinking import sample_path
from arango_thinking.choices import DEFAULT_STUDENT

pytest.importorskip("torch", reason="torch is not installed (extra 'torch')")
pytest.importorskip("transformers", reason="transformers is not installed (extra 'torch')")

from tests.unit.llm.local.tiny_llama import save_tiny_llama


def enhance(folder: Path, student: str, limit: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The statistics and the lines that come out; the program must end as the statistics say."""
    out = folder / "out.jsonl"
    options = ["--student", student, "--limit", str(limit), "--max-new-tokens", "60", "--concurrency", "4", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "arango_thinking", "enhance-thinking", str(sample_path()), str(out), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.stdout, done.stderr
    stats = json.loads(done.stdout)
    assert done.returncode == (1 if stats["failed"] else 0), done.stderr
    return stats, [json.loads(line) for line in out.read_text().splitlines()]


def test_documents_of_a_student_that_talks_nonsense_fail_honestly(tmp_path: Path) -> None:
    student = save_tiny_llama(tmp_path / "student")
    stats, lines = enhance(tmp_path, f"torch:{student}", 4)
    assert stats["selected"] == stats["written"] + stats["unchanged"] + stats["failed"] == len(lines) == 4
    assert stats["converged_examples"] == 0
    assert all(not line["metadata"].get("thinking_converged") for line in lines)


@pytest.mark.slow
def test_a_real_student_enhances_the_sample(model_file: Path, tmp_path: Path) -> None:
    pytest.importorskip("gguf", reason="gguf is not installed (extra 'torch')")
    stats, lines = enhance(tmp_path, f"torch:{DEFAULT_STUDENT}", 6)
    assert stats["written"] == 6
    assert stats["converged_examples"] >= 2
    for line in lines:
        assert line["metadata"]["thinking_iterations"] >= 1
        assert line["metadata"]["thinking"] != line["metadata"]["original_thinking"]
