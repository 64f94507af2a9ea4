from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from pydantic import BaseModel

from arango_thinking.errors import ConfigurationError, UnavailableError
from arango_thinking.llm.base import Message, Sampling
from arango_thinking.llm.local.llamacpp import LlamaModel, LlamaOptions

pytest.importorskip("xllamacpp")
#: The model's connections belong to the event loop that opened them.
pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = Sampling(max_tokens=8, temperature=0.0)


class Opinion(BaseModel):
    """A reply that cannot run on for ever."""

    verdict: Literal["right", "wrong"]
    certain: bool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model(model_file: Path) -> AsyncIterator[LlamaModel]:
    """The real small LLM, loaded once."""
    opened = LlamaModel(model_file, LlamaOptions(slots=2, context_tokens=512))
    yield opened
    await opened.aclose()


def asked(question: str) -> list[Message]:
    return [{"role": "user", "content": question}]


async def test_a_short_completion(model: LlamaModel) -> None:
    reply = await model.complete(asked("Tell me of the sea."), SHORT)
    assert reply.text.strip()
    assert reply.finish_reason == "length"
    assert (reply.usage.completion_tokens, reply.usage.calls) == (8, 1)
    assert reply.usage.prompt_tokens > 5


async def test_the_name_is_the_files(model: LlamaModel, model_file: Path) -> None:
    assert model.name == model_file.stem


async def test_it_goes_on_from_the_assistants_words(model: LlamaModel) -> None:
    assert model.continues
    begun: list[Message] = [
        *asked("Count from one to nine."),
        {"role": "assistant", "content": "one, two, three, four,"},
    ]
    reply = await model.complete(begun, SHORT, continue_final=True)
    assert reply.text.startswith(" five, six")


async def test_the_same_seed_draws_the_same_reply_and_another_sample_another(model: LlamaModel) -> None:
    draws = [
        (await model.complete(asked("Tell me of the sea."), Sampling(6, 1.5, sample))).text for sample in (3, 4, 3)
    ]
    assert draws[0] == draws[2]
    assert draws[0] != draws[1]


async def test_a_schema_is_kept_to(model: LlamaModel) -> None:
    reply = await model.complete(asked("Is 2 + 2 = 4?"), Sampling(64, 0.0), schema=Opinion)
    assert isinstance(reply.parsed, Opinion)


async def test_more_requests_than_slots_all_finish(model: LlamaModel) -> None:
    replies = await asyncio.gather(*(model.complete(asked(f"{n} + 1 ="), Sampling(2, 0.0)) for n in range(3)))
    assert all(reply.text.strip() for reply in replies)


async def test_a_missing_file_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no model file .*none\.gguf"):
        LlamaModel(tmp_path / "none.gguf", LlamaOptions())


@pytest.mark.parametrize("content", [b"", b"no model at all", b"GGUF" + bytes(1000)], ids=["empty", "text", "zeros"])
async def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    with pytest.raises(UnavailableError, match=r"cannot load .*broken\.gguf.*Is it a GGUF file"):
        LlamaModel(path, LlamaOptions())


async def test_a_model_that_is_cut_short_is_refused(tmp_path: Path, model_file: Path) -> None:
    path = tmp_path / "cut.gguf"
    with model_file.open("rb") as file:
        path.write_bytes(file.read(1_000_000))
    with pytest.raises(UnavailableError, match="cannot load"):
        LlamaModel(path, LlamaOptions())
