"""How unsloth is called. It cannot be imported where there is no GPU."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.llm.base import Message, Sampling
from arango_thinking.llm.resolve import ModelChoice, open_model
from arango_thinking.settings import Environment

torch = pytest.importorskip("torch", reason="torch is not installed (extra 'torch')")
pytest.importorskip("transformers", reason="transformers is not installed (extra 'torch')")

from arango_thinking.llm.local.torch_loading import load  # noqa: E402
from arango_thinking.llm.local.torch_names import source_of  # noqa: E402
from tests.unit.llm.local.tiny_llama import CONTEXT, save_tiny_llama  # noqa: E402

#: Stands in the place of unsloth: says how it is called, and prints as much as unsloth does.
UNSLOTH = """
import json
from pathlib import Path
from transformers import AutoModelForCausalLM, AutoTokenizer

print("Unsloth: Will patch your computer to enable 2x faster free finetuning.")
CALLS = Path(__file__).parent / "calls.jsonl"

def note(**values):
    with CALLS.open("a") as file:
        file.write(json.dumps(values) + "\\n")

class FastLanguageModel:
    @staticmethod
    def from_pretrained(**values):
        note(call="from_pretrained", **values)
        name = values["model_name"]
        return AutoModelForCausalLM.from_pretrained(name), AutoTokenizer.from_pretrained(name, padding_side="right")

    @staticmethod
    def for_inference(model):
        note(call="for_inference", model=type(model).__name__)
"""
ASKING = """
import asyncio, sys
import torch
torch.cuda.is_available = lambda: True  # unsloth is asked for nowhere else
from arango_thinking.llm.base import Sampling
from arango_thinking.llm.resolve import ModelChoice, open_model
from arango_thinking.settings import Environment

async def main():
    model = open_model(ModelChoice(sys.argv[1], slots=3), Environment())
    asked = [{"role": "user", "content": "one"}], [{"role": "user", "content": "The Tigris " * 9}]
    replies = await asyncio.gather(*(model.complete(messages, Sampling(6, 0.0)) for messages in asked))
    print(type(model).__name__, model.name, model.batch_size, [reply.usage.completion_tokens for reply in replies])
    await model.aclose()

asyncio.run(main())
"""


def put_unsloth(folder: Path) -> Path:
    """A package that is installed, by what is written beside it."""
    (folder / "unsloth").mkdir(parents=True)
    (folder / "unsloth" / "__init__.py").write_text(UNSLOTH)
    (folder / "unsloth-2025.1.dist-info").mkdir()
    (folder / "unsloth-2025.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: unsloth\nVersion: 2025.1\n"
    )
    return folder


@pytest.mark.parametrize(("prefix", "by_unsloth"), [("unsloth:", True), ("torch:", False)])
def test_it_is_called_as_it_documents_where_it_is_asked_for(tmp_path: Path, prefix: str, by_unsloth: bool) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU, on which the real one is tested")
    packages, student = put_unsloth(tmp_path / "packages"), save_tiny_llama(tmp_path / "student")
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-c", ASKING, f"{prefix}{student}"],
        env={"PYTHONPATH": f"{packages}:{root}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if not by_unsloth:  # told that there is a GPU, torch is asked to load onto one
        assert not (packages / "unsloth" / "calls.jsonl").exists()
        return
    assert done.stdout == f"TorchModel {student} 3 [6, 6]\n", done.stderr
    calls = [json.loads(line) for line in (packages / "unsloth" / "calls.jsonl").read_text().splitlines()]
    loaded: dict[str, Any] = {
        "model_name": str(student),
        "max_seq_length": CONTEXT,
        "dtype": None,
        "load_in_4bit": True,
    }
    assert calls == [{"call": "from_pretrained", **loaded}, {"call": "for_inference", "model": "LlamaForCausalLM"}]


def why_not() -> str:
    """What the real unsloth lacks here, or nothing."""
    if not torch.cuda.is_available():
        return "unsloth needs a CUDA GPU, and there is none"
    try:
        return "" if version("unsloth") else "unsloth has no version"
    except PackageNotFoundError:
        return "unsloth is not installed (extra 'unsloth')"


@pytest.mark.slow
@pytest.mark.skipif(bool(why_not()), reason=why_not())
async def test_the_real_one_replies_in_a_batch_and_goes_on(model_file: Path, tmp_path: Path) -> None:
    student = load(source_of(f"torch:{model_file}"))
    student.model.save_pretrained(tmp_path)
    student.tokenizer.save_pretrained(tmp_path)
    model = open_model(ModelChoice(f"unsloth:{tmp_path}", slots=4), Environment())
    counting: list[Message] = [
        {"role": "user", "content": "Count from one to nine."},
        {"role": "assistant", "content": "one, two, three, four,"},
    ]
    reply = await model.complete(counting, Sampling(8, 0.0), continue_final=True)
    assert reply.text.startswith(" five, six")
    await model.aclose()
