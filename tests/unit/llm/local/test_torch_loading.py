"""Loading with a tiny random Llama, and what is said where it fails."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.errors import ConfigurationError, UnavailableError
from arango_thinking.llm.base import Message, Sampling
from arango_thinking.llm.resolve import ModelChoice, open_model
from arango_thinking.settings import Environment

torch = pytest.importorskip("torch", reason="torch is not installed (extra 'torch')")
pytest.importorskip("transformers", reason="transformers is not installed (extra 'torch')")
pytest.importorskip("accelerate", reason="accelerate is not installed (extra 'torch')")

from arango_thinking.llm.local.torch import TorchModel  # noqa: E402
from arango_thinking.llm.local.torch_loading import load  # noqa: E402
from arango_thinking.llm.local.torch_names import source_of  # noqa: E402
from tests.unit.llm.local.tiny_llama import CONTEXT, make_model, save_tiny_llama  # noqa: E402

ASKED: list[Message] = [{"role": "user", "content": "one"}]
SAMPLING = Sampling(6, 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save_tiny_llama(tmp_path / "student")


def change_config(folder: Path, **values: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


@pytest.mark.parametrize("prefix", ["", "torch:", "hf:", "unsloth:"])
async def test_a_folder_is_loaded_by_name(folder: Path, prefix: str, caplog: pytest.LogCaptureFixture) -> None:
    model = open_model(ModelChoice(f"{prefix}{folder}", slots=3), Environment())
    assert isinstance(model, TorchModel)
    assert (model.name, model.batch_size) == (str(folder), 3)
    assert (await model.complete(ASKED, SAMPLING)).usage.completion_tokens == 6
    await model.aclose()
    assert ("is not loaded in 4 bits: that needs" in caplog.text) == (prefix == "unsloth:")


def test_it_knows_its_context_and_its_ends(folder: Path) -> None:
    loaded = load(source_of(str(folder)))
    assert (loaded.context_tokens, loaded.ends) == (CONTEXT, {0})


async def test_the_seed_is_that_of_the_choice(folder: Path) -> None:
    texts = []
    for seed in (1, 2):
        model = open_model(ModelChoice(str(folder), seed=seed), Environment())
        texts.append((await model.complete(ASKED, Sampling(6, 1.0))).text)
        await model.aclose()
    assert texts[0] != texts[1]


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")  # peft's, of transformers
async def test_an_adapter_is_loaded_with_its_base_model(folder: Path, tmp_path: Path) -> None:
    peft = pytest.importorskip("peft", reason="peft is not installed (extra 'torch')")
    base = make_model()
    base.name_or_path = str(folder)
    # Random weights in both halves: a fresh adapter changes nothing.
    settings = peft.LoraConfig(r=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False)
    peft.get_peft_model(base, settings).save_pretrained(tmp_path / "adapter")
    adapted, plain = (open_model(ModelChoice(str(path)), Environment()) for path in (tmp_path / "adapter", folder))
    assert (await adapted.complete(ASKED, SAMPLING)).text != (await plain.complete(ASKED, SAMPLING)).text
    await adapted.aclose()
    await plain.aclose()


def test_an_adapter_without_peft_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "peft", None)  # as if it were not installed
    with pytest.raises(ConfigurationError, match=r"needs peft: pip install 'arango-thinking\[torch\]'"):
        load(source_of(str(tmp_path)))


# ---------------------------------------------------------------------- what is wrong with a folder or a file


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"holds no model: there is no config\.json in it"):
        load(source_of(str(tmp_path)))


@pytest.mark.parametrize("content", [b"", b"\0" * 1000], ids=["empty", "zeros"])
def test_weights_that_are_damaged(folder: Path, content: bytes) -> None:
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(UnavailableError, match="student cannot be loaded: Error while deserializing"):
        load(source_of(str(folder)))


def test_weights_that_are_not_there(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(UnavailableError, match=r"no file named model\.safetensors"):
        load(source_of(str(folder)))


def test_an_architecture_that_nobody_knows(folder: Path) -> None:
    change_config(folder, model_type="nonsense")
    with pytest.raises(UnavailableError, match="nonsense"):
        load(source_of(str(folder)))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA GPU, which may load it")
def test_weights_in_4_bits_without_a_gpu(folder: Path) -> None:
    change_config(folder, quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True})
    with pytest.raises(ConfigurationError, match=r"needs bitsandbytes .* without '-bnb-4bit' in its name"):
        load(source_of(str(folder)))


@pytest.mark.parametrize("content", [b"", b"no model at all", b"GGUF" + bytes(1000)], ids=["empty", "text", "zeros"])
def test_a_file_that_is_no_gguf(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("gguf", reason="gguf is not installed (extra 'torch')")
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    with pytest.raises(UnavailableError, match=r"broken\.gguf cannot be loaded"):
        load(source_of(f"torch:{path}"))


def test_a_name_that_cannot_be_one() -> None:
    with pytest.raises(ConfigurationError, match="'hf name!' is neither an existing folder nor a name"):
        load(source_of("hf:hf name!"))


# ---------------------------------------------------------------------- what the hub answers

#: What the hub says of a model by its name: status and the header that tells why.
ANSWERS = {"gated": (403, "GatedRepo"), "unknown": (401, "RepoNotFound")}
LOADING = """
import sys
from arango_thinking.errors import ArangoThinkingError
from arango_thinking.llm.local.torch_loading import load
from arango_thinking.llm.local.torch_names import source_of
try:
    load(source_of(sys.argv[1]))
except ArangoThinkingError as error:
    print(type(error).__name__, error)
"""


class Hub(BaseHTTPRequestHandler):
    """A hub that has nothing to give."""

    def do_GET(self) -> None:
        status, reason = next((answer for name, answer in ANSWERS.items() if name in self.path), (404, "EntryNotFound"))
        self.send_response(status)
        self.send_header("X-Error-Code", reason)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def loading(name: str, folder: Path, **environment: str) -> str:
    """What loading says in a process of its own: the hub's address is read once, when its library is imported."""
    named = {"HF_HOME": str(folder), "PATH": "", **environment}
    done = subprocess.run(
        [sys.executable, "-c", LOADING, name], env=named, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("acme/gated", "ConfigurationError acme/gated is gated: accept its terms at https://huggingface.co/acme/gated"),
        ("acme/unknown", "ConfigurationError The Hugging Face hub has no model acme/unknown"),
    ],
)
def test_what_the_hub_refuses(hub: str, tmp_path: Path, name: str, says: str) -> None:
    assert loading(name, tmp_path, HF_ENDPOINT=hub).startswith(says)


@pytest.mark.slow
def test_a_hub_that_cannot_be_reached(tmp_path: Path) -> None:
    said = loading("acme/any", tmp_path, HF_HUB_OFFLINE="1")
    assert said.startswith("UnavailableError acme/any cannot be fetched from the Hugging Face hub")
    assert "Where there is no network, give a folder" in said
