"""The product as a newcomer meets it: the command line, the embedded database, the real small LLM."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from arango_thinking import Selection, StudentTeacherConfig, ThinkingEnhancer, sample_path
from arango_thinking.choices import OnDuplicate
from arango_thinking.firewall import leak
from arango_thinking.llm.local.llamacpp import LlamaModel, LlamaOptions
from arango_thinking.sample import load_sample
from arango_thinking.settings import database_settings
from arango_thinking.store.history import History
from arango_thinking.store.store import Store

COMMAND = [sys.executable, "-m", "arango_thinking"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=900)


def documents(url: str) -> dict[str, dict[str, Any]]:
    store = Store.connect(database_settings(url))
    try:
        return {document["_key"]: document for document in store.export(Selection("qa_pairs"))}
    finally:
        store.close()


@pytest.mark.slow
def test_the_demo_does_the_main_job_and_then_has_nothing_to_do(model_file: Path, url: str, tmp_path: Path) -> None:
    first = run("demo", "--url", url)
    assert first.returncode == 0, first.stderr
    assert "thinking before" in first.stdout
    assert "thinking after" in first.stdout
    assert "Next, on this data" in first.stderr
    sample = {document["_key"]: document for document in load_sample().qa_pairs}
    enhanced = documents(url)
    assert enhanced.keys() == sample.keys()
    for key, document in enhanced.items():
        metadata = document["metadata"]
        assert document["messages"] == sample[key]["messages"]
        assert metadata["original_thinking"] == sample[key]["metadata"]["thinking"]
        assert metadata["thinking_iterations"] >= 1
        if not metadata["thinking_converged"]:
            question, answer = (message["content"] for message in document["messages"][1:])
            assert leak(metadata["thinking"], question=question, reference=answer) is None

    started = time.monotonic()
    second = run("demo", "--url", url)
    assert second.returncode == 0
    assert "Nothing to do" in second.stderr
    assert time.monotonic() - started < 10
    assert documents(url) == enhanced

    out = tmp_path / "out.jsonl"
    assert run("export", str(out), "--url", url).returncode == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["messages"] for line in lines] == [enhanced[key]["messages"] for key in sorted(enhanced)]


@pytest.mark.slow
async def test_the_seeds_snippet_passes_the_seeds_checks(model_file: Path, tmp_path: Path) -> None:
    config = StudentTeacherConfig(teacher_model="reference", max_iterations=3, use_local_student=True)
    output = tmp_path / "out.jsonl"
    stats = await ThinkingEnhancer(config).enhance_dataset(input_path=sample_path(), output_path=output)
    assert stats["enhanced_examples"] == stats["total_examples"] == 24
    assert stats["average_iterations"] > 1.0
    assert stats["convergence_rate"] > 0.7
    first = json.loads(output.read_text(encoding="utf-8").splitlines()[0])
    assert "Aha!" in first["metadata"]["thinking"]
    assert len(first["metadata"]["thinking"]) > 200


async def test_a_few_questions_with_the_real_student(model_file: Path, store: Store, url: str) -> None:
    """What the default run can afford of the above."""
    for name, rows in load_sample()._asdict().items():
        store.create_collection(name, edge=name == "qa_relationships")
        store.import_documents(name, rows, OnDuplicate.ERROR)
    config = StudentTeacherConfig(max_new_tokens=16, max_iterations=2, batch_size=2)
    selection = Selection("qa_pairs", evidence_edges="qa_relationships")
    stats = await ThinkingEnhancer(config, database_settings(url)).enhance_collection(selection, limit=2)
    assert stats["written"] + stats["failed"] == stats["selected"] == 2
    assert stats["written"] >= 1
    assert stats["usage"]["student"]["completion_tokens"] > 0


@pytest.mark.slow
async def test_a_real_llm_teaches_over_http(model_file: Path, store: Store, url: str) -> None:
    """The teacher is a second llama.cpp server with structured output; as small as it is, it may fail."""
    store.create_collection("qa_pairs", edge=False)
    store.import_documents("qa_pairs", load_sample().qa_pairs[:3], OnDuplicate.ERROR)
    served = LlamaModel(model_file, LlamaOptions(slots=2))
    config = StudentTeacherConfig(
        teacher_model="smollm2",
        teacher_url=served.url,
        check_judge=False,  # it would be refused, and rightly
        max_new_tokens=150,
        max_iterations=2,
        batch_size=2,
    )
    stats = await ThinkingEnhancer(config, database_settings(url)).enhance_collection("qa_pairs")
    await served.aclose()
    assert stats["usage"]["teacher"]["calls"] > 0
    assert stats["written"] + stats["failed"] == stats["selected"] == 3
    assert stats["written"] >= 1


@pytest.mark.slow
def test_kill_dash_nine_in_the_middle_of_enhance(tmp_path: Path, url: str, store: Store) -> None:
    """The same command goes on; every document ends enhanced exactly once, the original thinking right."""
    number = 120
    store.create_collection("qa_pairs", edge=False)
    rows = [
        {
            "_key": f"q{row:04}",
            "messages": [
                {"role": "user", "content": f"Which number has item {row:03} of the list?"},
                {"role": "assistant", "content": str(1000 + row)},
            ],
            "metadata": {"thinking": f"thin {row}"},
        }
        for row in range(number)
    ]
    store.import_documents("qa_pairs", rows, OnDuplicate.ERROR)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.slow_student"], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        command = [*COMMAND, "enhance", "--url", url, "--student", "s", "--student-url", address, "--concurrency", "8"]
        for wait_for in (20, 60):
            killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while _enhanced(store) < wait_for and killed.poll() is None:
                time.sleep(0.05)
            killed.send_signal(signal.SIGKILL)
            killed.wait()
            assert wait_for <= _enhanced(store) < number
        last = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        assert last.returncode == 0, last.stderr
    finally:
        server.kill()
        server.communicate()
    for key, document in documents(url).items():
        metadata = document["metadata"]
        assert metadata["original_thinking"] == f"thin {int(key[1:])}"
        assert metadata["thinking_iterations"] == 2
        assert metadata["thinking"].count("Aha! ") == 1


def _enhanced(store: Store) -> int:
    return int(History(store).status("qa_pairs")["enhanced"])
