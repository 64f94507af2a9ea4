"""The torch backend with a tiny random Llama, and, marked slow, with a real small LLM."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from arango_thinking.errors import ConfigurationError, CutReplyError, ModelError
from arango_thinking.llm.base import Completion, Message, Sampling

torch = pytest.importorskip("torch", reason="torch is not installed (extra 'torch')")
pytest.importorskip("transformers", reason="transformers is not installed (extra 'torch')")

from transformers import LlamaForCausalLM  # noqa: E402

from arango_thinking.llm.local.torch import TorchModel, TorchOptions  # noqa: E402
from arango_thinking.llm.local.torch_loading import Loaded  # noqa: E402
from tests.unit.llm.local.tiny_llama import CHAT, CHAT_WITHOUT_SYSTEM, CONTEXT, make_model, make_tokenizer  # noqa: E402

GREEDY = Sampling(max_tokens=12, temperature=0.0)
QUESTIONS = ("one", "What is the capital of France? " * 6, "Baghdad", "zwölf €", "The Tigris " * 9, "two")


class City(BaseModel):
    """What a structured reply is to hold."""

    name: str


def asked(question: str) -> list[Message]:
    return [{"role": "user", "content": question}]


def begun(question: str, text: str) -> list[Message]:
    return [*asked(question), {"role": "assistant", "content": text}]


def opened(
    model: Any = None, chat_template: str | None = CHAT, context_tokens: int = CONTEXT, **options: Any
) -> TorchModel:
    """A model that is not read from a file."""
    loaded = Loaded("tiny", model or make_model(), make_tokenizer(chat_template), context_tokens)
    return TorchModel(loaded, TorchOptions(**options))


@pytest.fixture(scope="module")
def tiny() -> TorchModel:
    """One for the tests that leave nothing behind."""
    return opened(batch_size=4)


async def ask_all(model: TorchModel, sampling: Sampling = GREEDY) -> list[Completion]:
    return await asyncio.gather(*(model.complete(asked(question), sampling) for question in QUESTIONS))


def of_class(kind: type[Any]) -> Any:
    """The tiny model as a model of another class."""
    whole = make_model()
    model = kind(whole.config).eval()
    model.load_state_dict(whole.state_dict())
    return model


# ---------------------------------------------------------------------- batches


async def test_a_batch_of_mixed_lengths_replies_as_each_alone_and_in_order(tiny: TorchModel) -> None:
    alone = [await tiny.complete(asked(question), GREEDY) for question in QUESTIONS]
    assert await ask_all(tiny) == alone
    assert len({reply.text for reply in alone}) == len(QUESTIONS)


async def test_the_model_passes_its_own_check(tiny: TorchModel) -> None:
    assert tiny.batch_size == 4


class Blind(LlamaForCausalLM):  # type: ignore[misc]
    """Does not heed the padding."""

    def forward(self, **named: Any) -> Any:
        heeded = {name: value for name, value in named.items() if name not in ("attention_mask", "position_ids")}
        return super().forward(**heeded)


async def test_a_model_that_does_not_heed_padding_replies_one_by_one(caplog: pytest.LogCaptureFixture) -> None:
    model = opened(of_class(Blind), batch_size=4)
    assert model.batch_size == 1
    assert "replies differently in a batch than alone" in caplog.text
    alone = opened(batch_size=1)
    assert await ask_all(model) == await ask_all(alone)


async def test_replies_of_different_lengths_and_temperatures_share_a_batch(tiny: TorchModel) -> None:
    samplings = [Sampling(3, 0.0), Sampling(9, 0.0), Sampling(6, 1.0), Sampling(6, 0.5)]
    alone = [await tiny.complete(asked("two"), sampling) for sampling in samplings]
    together = await asyncio.gather(*(tiny.complete(asked("two"), sampling) for sampling in samplings))
    assert together == alone
    assert [reply.usage.completion_tokens for reply in together] == [3, 9, 6, 6]


async def test_the_event_loop_stays_free_during_generation(tiny: TorchModel) -> None:
    reply = asyncio.create_task(tiny.complete(asked("one"), Sampling(200, 0.0)))
    ticks = 0
    while not reply.done():
        await asyncio.sleep(0.001)
        ticks += 1
    assert ticks > 10


class Counting(LlamaForCausalLM):  # type: ignore[misc]
    """Counts its steps."""

    steps = 0

    def forward(self, **named: Any) -> Any:
        self.steps += 1
        return super().forward(**named)


async def test_a_cancelled_request_ends_its_generation() -> None:
    counting = of_class(Counting)
    model = opened(counting, batch_size=1)
    endless = asyncio.create_task(model.complete(asked("one"), Sampling(CONTEXT - 100, 0.0)))
    while counting.steps < 10:
        await asyncio.sleep(0.001)
    endless.cancel()
    with pytest.raises(asyncio.CancelledError):
        await endless
    await model.complete(asked("two"), Sampling(1, 0.0))
    await model.aclose()
    assert counting.steps < CONTEXT // 2


class Small(LlamaForCausalLM):  # type: ignore[misc]
    """Has memory for so many rows only."""

    holds = 2

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.refused: list[int] = []

    def forward(self, input_ids: Any = None, **named: Any) -> Any:
        if len(input_ids) > self.holds:
            self.refused.append(len(input_ids))
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return super().forward(input_ids=input_ids, **named)


def small(holds: int) -> Small:
    model: Small = of_class(Small)
    model.holds = holds
    return model


async def test_out_of_memory_halves_the_batch_and_goes_on(tiny: TorchModel) -> None:
    narrow = small(4)  # as the model's own check needs three
    model = opened(narrow, batch_size=4)
    narrow.holds = 1
    same = [await tiny.complete(asked(question), GREEDY) for question in QUESTIONS]
    assert await ask_all(model) == same
    assert narrow.refused[0] > 1
    await model.aclose()


async def test_out_of_memory_while_it_is_tried_out_is_a_smaller_batch() -> None:
    assert opened(small(1), batch_size=4).batch_size == 1


async def test_a_prompt_that_does_not_fit_even_alone_fails_and_says_what_to_do() -> None:
    narrow = small(4)
    model = opened(narrow, batch_size=2)
    narrow.holds = 0
    with pytest.raises(ModelError, match=r"tiny runs out of memory on a prompt of \d+ tokens: use a smaller"):
        await model.complete(asked("one"), GREEDY)
    narrow.holds = 1
    assert (await model.complete(asked("one"), GREEDY)).usage.completion_tokens == 12
    await model.aclose()


class Broken(LlamaForCausalLM):  # type: ignore[misc]
    """Fails for another reason than memory."""

    def forward(self, **_: Any) -> Any:
        raise RuntimeError("CUDA error: device-side assert triggered")


async def test_another_failure_of_torch_fails_the_request() -> None:
    model = opened(Broken(make_model().config), batch_size=1)
    with pytest.raises(ModelError, match="tiny fails to generate: CUDA error: device-side assert"):
        await model.complete(asked("one"), GREEDY)
    await model.aclose()


# ---------------------------------------------------------------------- one reply


async def test_usage_counts_the_prompt_and_what_was_generated(tiny: TorchModel) -> None:
    reply = await tiny.complete(asked("one"), GREEDY)
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.calls) == (18, 12, 1)
    assert (reply.finish_reason, reply.parsed) == ("length", None)


async def test_it_ends_before_a_stop_string_wherever_its_tokens_are_cut(tiny: TorchModel) -> None:
    whole = (await tiny.complete(asked("one"), GREEDY)).text
    for start in range(1, 8):
        stop = whole[start : start + 3]
        reply = await tiny.complete(asked("one"), Sampling(12, 0.0, stop=("never said", stop)))
        assert reply.text == whole[: whole.index(stop)]
        assert reply.finish_reason == "stop"
        assert reply.usage.completion_tokens <= 12


async def test_it_ends_with_the_token_that_ends_a_reply() -> None:
    free = opened()
    text = (await free.complete(asked("one"), GREEDY)).text
    third = make_tokenizer()(text)["input_ids"][2]
    model = make_model()
    model.generation_config.eos_token_id = [third]
    ending = opened(model)
    reply = await ending.complete(asked("one"), GREEDY)
    assert text.startswith(reply.text)
    assert reply.finish_reason == "stop"
    assert reply.usage.completion_tokens == 3


async def test_it_goes_on_from_the_assistants_words(tiny: TorchModel) -> None:
    assert tiny.continues
    first = await tiny.complete(asked("one"), Sampling(1, 0.0))
    rest = await tiny.complete(begun("one", first.text), Sampling(7, 0.0), continue_final=True)
    assert first.text + rest.text == (await tiny.complete(asked("one"), Sampling(8, 0.0))).text


async def test_another_seed_or_sample_draws_another_reply_and_the_same_the_same() -> None:
    hot = Sampling(12, 1.0, sample=1)
    texts = []
    for seed in (3, 4, 3):
        model = opened(seed=seed)
        texts.append([(await model.complete(asked("one"), sampling)).text for sampling in (hot, Sampling(12, 1.0, 2))])
    assert texts[0] == texts[2]
    assert len({*texts[0], *texts[1]}) == 4


async def test_the_authors_narrowing_of_draws_is_kept() -> None:
    model = make_model()
    model.generation_config.top_k = 1
    narrow = opened(model)
    drawn = await narrow.complete(asked("one"), Sampling(12, 1.5))
    assert drawn.text == (await narrow.complete(asked("one"), GREEDY)).text


async def test_a_schema_is_read_from_the_text_or_refused(tiny: TorchModel) -> None:
    with pytest.raises(CutReplyError, match="was cut after 12 tokens, before it was whole"):
        await tiny.complete(asked("one"), GREEDY, schema=City)


async def test_a_prompt_beyond_the_context_is_refused_and_a_reply_ends_with_it() -> None:
    model = opened(context_tokens=64)
    with pytest.raises(ModelError, match=r"The prompt has \d+ tokens, but tiny holds only 64: shorten the evidence"):
        await model.complete(asked("seven " * 64), GREEDY)
    reply = await model.complete(asked("one"), Sampling(10_000, 0.0))
    assert (reply.usage.total_tokens, reply.finish_reason) == (64, "length")
    await model.aclose()


async def test_a_closed_model_says_so() -> None:
    model = opened()
    await model.aclose()
    await model.aclose()
    with pytest.raises(ModelError, match="is closed"):
        await model.complete(asked("one"), GREEDY)


# ---------------------------------------------------------------------- the chat format


def test_without_a_chat_template_a_model_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="tiny has no chat template: give an instruct model"):
        opened(chat_template=None)


async def test_a_template_without_a_system_role_has_it_in_the_first_question() -> None:
    model = opened(chat_template=CHAT_WITHOUT_SYSTEM)
    told: list[Message] = [{"role": "system", "content": "Be brief."}, *asked("one")]
    reply = await model.complete(told, GREEDY)
    assert reply == await model.complete(asked("Be brief.\n\none"), GREEDY)
    await model.aclose()


# ---------------------------------------------------------------------- a real model


@pytest.fixture(scope="module")
def smol(model_file: Path) -> TorchModel:
    """SmolLM2-135M-Instruct, from the GGUF file."""
    pytest.importorskip("gguf", reason="gguf is not installed (extra 'torch')")
    from arango_thinking.llm.local.torch_loading import load
    from arango_thinking.llm.local.torch_names import source_of

    return TorchModel(load(source_of(f"torch:{model_file}")), TorchOptions(batch_size=4))


@pytest.mark.slow
async def test_a_real_model_replies_in_a_batch_as_alone(smol: TorchModel) -> None:
    assert smol.batch_size == 4
    sampling = Sampling(24, 0.0)
    alone = [await smol.complete(asked(question), sampling) for question in QUESTIONS]
    assert [reply.text for reply in await ask_all(smol, sampling)] == [reply.text for reply in alone]


@pytest.mark.slow
async def test_a_real_model_counts_on_and_stops(smol: TorchModel) -> None:
    counting = begun("Count from one to nine.", "one, two, three, four,")
    reply = await smol.complete(counting, Sampling(40, 0.0), continue_final=True)
    assert reply.text == " five, six, seven, eight, nine."
    assert reply.finish_reason == "stop"
    cut = await smol.complete(counting, Sampling(40, 0.0, stop=(" seven",)), continue_final=True)
    assert cut.text == " five, six,"
