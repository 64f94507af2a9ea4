"""Batches of a tiny random Llama: how each row is drawn, where it ends, and what becomes of torch's failures."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from arango_thinking.errors import ModelError
from arango_thinking.llm.base import Sampling
from arango_thinking.llm.local.batching import BatchTooLargeError, Reply, Request, Row

torch = pytest.importorskip("torch", reason="torch is not installed (extra 'torch')")
pytest.importorskip("transformers", reason="transformers is not installed (extra 'torch')")

from transformers import GenerationConfig, LlamaForCausalLM  # noqa: E402
from transformers.generation.logits_process import TopKLogitsWarper, TopPLogitsWarper  # noqa: E402

from arango_thinking.llm.local.chat_tokens import HALF, ChatTokens  # noqa: E402
from arango_thinking.llm.local.generation import (  # noqa: E402
    Draw,
    Record,
    TorchEngine,
    Watch,
    draws,
    longest,
    narrowing,
    padded,
    ran_out_of_memory,
)
from tests.unit.llm.local.tiny_llama import make_model, make_tokenizer  # noqa: E402

NEVER = -math.inf
TOKENIZER = make_tokenizer()
CHAT = ChatTokens(TOKENIZER, "tiny", frozenset({0}))
END = TOKENIZER.eos_token_id
QUESTIONS = ("one", "What is the capital of France? " * 6, "Baghdad")


def asked(*tokens: int, max_tokens: int = 8, temperature: float = 0.0, **rest: Any) -> Request:
    return Request(tokens or (5, 6, 7), Sampling(max_tokens, temperature, **rest))


def prompt(question: str) -> tuple[int, ...]:
    return CHAT.prompt([{"role": "user", "content": question}])


def spelled(text: str) -> list[int]:
    """The text, one byte a token where it is no word of the tokenizer's."""
    tokens: list[int] = TOKENIZER(text, add_special_tokens=False)["input_ids"]
    return tokens


def of_class(kind: type[Any]) -> Any:
    """The tiny model as a model of another class."""
    whole = make_model()
    model = kind(whole.config).eval()
    model.load_state_dict(whole.state_dict())
    return model


# ---------------------------------------------------------------- failures of torch


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("something"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 18 GB)"), True),
        (RuntimeError("Out Of Memory"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("CUDA error: device-side assert triggered"), False),
        (RuntimeError("The memory of elephants"), False),
        (RuntimeError(), False),
    ],
)
def test_whatever_torch_calls_it_a_want_of_memory_is_told_from_other_failures(
    error: RuntimeError, expected: bool
) -> None:
    assert ran_out_of_memory(error) is expected


class Failing(LlamaForCausalLM):  # type: ignore[misc]
    """Fails as it is told to."""

    failure: BaseException

    def forward(self, **_: Any) -> Any:
        raise self.failure


def failing(failure: BaseException) -> TorchEngine:
    model = of_class(Failing)
    model.failure = failure
    return TorchEngine(model, CHAT, "tiny", 0)


def test_a_batch_for_which_memory_does_not_suffice_is_too_large() -> None:
    with pytest.raises(
        BatchTooLargeError, match=r"^tiny runs out of memory on a prompt of 3 tokens: .* max_new_tokens"
    ):
        failing(torch.OutOfMemoryError("CUDA out of memory")).greedy([[1, 2, 3], [1]], 4)


def test_another_failure_of_torch_is_told_in_its_first_words() -> None:
    with pytest.raises(ModelError) as caught:
        failing(RuntimeError("assert " * 100)).greedy([[1, 2, 3]], 4)
    assert str(caught.value) == f"tiny fails to generate: {('assert ' * 100)[:300]}"
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_a_mistake_in_the_code_is_not_taken_for_a_failure_of_the_model() -> None:
    with pytest.raises(ZeroDivisionError):
        failing(ZeroDivisionError()).greedy([[1, 2, 3]], 4)


# ---------------------------------------------------------------- the batch


def test_prompts_are_padded_on_the_left_and_the_padding_is_masked() -> None:
    tokens, mask = padded([[1, 2, 3], [4], [5, 6]], 9)
    assert tokens.tolist() == [[1, 2, 3], [9, 9, 4], [9, 5, 6]]
    assert mask.tolist() == [[1, 1, 1], [0, 0, 1], [0, 1, 1]]


def test_prompts_of_one_length_are_not_padded() -> None:
    tokens, mask = padded([(1, 2), (3, 4)], 9)
    assert (tokens.tolist(), mask.tolist()) == ([[1, 2], [3, 4]], [[1, 1], [1, 1]])


def test_a_batch_takes_as_many_steps_as_its_longest_reply_may() -> None:
    assert longest([asked(max_tokens=3), asked(max_tokens=11), asked(max_tokens=7)]) == 11


# ---------------------------------------------------------------- random numbers


def test_random_numbers_are_the_same_on_every_machine() -> None:
    # A change here gives the users other replies for the same seed: it must not happen by accident.
    assert draws(3, asked(1, 2, 3, temperature=1.0, sample=4), 3) == [
        0.13749320876785195,
        0.2303640786162982,
        0.32827708232981345,
    ]


def test_random_numbers_depend_on_seed_prompt_and_sample_alone() -> None:
    first = draws(0, asked(1, 2), 4)
    assert draws(0, asked(1, 2, max_tokens=99, temperature=0.3, stop=("x",)), 4) == first
    others = [
        draws(1, asked(1, 2), 4),
        draws(0, asked(1, 3), 4),
        draws(0, asked(1, 2, sample=1), 4),
        draws(0, asked(12), 4),
    ]
    assert len({tuple(numbers) for numbers in (first, *others)}) == 5


def test_of_more_steps_the_first_have_the_same_numbers() -> None:
    many = draws(0, asked(), 50)
    assert draws(0, asked(), 7) == many[:7]
    assert len(set(many)) == len(many) == 50
    assert draws(0, asked(), 0) == []


def test_random_numbers_are_below_1_also_in_32_bits() -> None:
    numbers = torch.tensor([draws(seed, asked(), 1000) for seed in range(20)], dtype=torch.float32)
    assert numbers.min() >= 0
    assert numbers.max() < 1
    assert 0.49 < numbers.mean() < 0.51


# ---------------------------------------------------------------- drawing


def drawn(requests: Sequence[Request], scores: Any, narrowed: Sequence[Any] = (), seed: int = 0) -> list[list[int]]:
    """The tokens of each row, when the scores of each step are the same."""
    draw = Draw(requests, seed, narrowed)
    steps = []
    for _ in range(longest(requests)):
        left = draw(torch.zeros(len(requests), 1, dtype=torch.long), scores)
        assert (left > NEVER).sum(dim=-1).tolist() == [1] * len(requests)
        assert left.max(dim=-1).values.tolist() == [0.0] * len(requests)
        steps.append(left.argmax(dim=-1).tolist())
    return [list(row) for row in zip(*steps, strict=True)]


def shares(tokens: list[int]) -> dict[int, float]:
    return {token: count / len(tokens) for token, count in Counter(tokens).items()}


WEIGHTS = torch.tensor([[0.1, 0.6, 0.3]]).log()


def test_at_temperature_0_the_likeliest_token_is_taken() -> None:
    assert drawn([asked(max_tokens=5)], WEIGHTS) == [[1] * 5]


def test_above_0_tokens_are_drawn_by_their_weights() -> None:
    [tokens] = drawn([asked(max_tokens=1500, temperature=1.0)], WEIGHTS)
    assert shares(tokens) == pytest.approx({0: 0.1, 1: 0.6, 2: 0.3}, abs=0.04)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_the_temperature_makes_the_weights_more_or_less_alike(temperature: float) -> None:
    [tokens] = drawn([asked(max_tokens=1500, temperature=temperature)], WEIGHTS)
    weights = [weight ** (1 / temperature) for weight in (0.1, 0.6, 0.3)]
    expected = {token: weight / sum(weights) for token, weight in enumerate(weights)}
    assert shares(tokens) == pytest.approx(expected, abs=0.04)


def test_each_row_of_a_batch_is_drawn_as_it_is_alone() -> None:
    requests = [
        asked(1, max_tokens=40, temperature=1.0),
        asked(2, max_tokens=30),
        asked(1, max_tokens=20, temperature=0.5, sample=1),
        asked(3, max_tokens=40, temperature=2.0),
    ]
    together = drawn(requests, WEIGHTS.repeat(4, 1))
    alone = [drawn([request], WEIGHTS)[0] for request in requests]
    assert [row[: len(tokens)] for row, tokens in zip(together, alone, strict=True)] == alone
    assert len({tuple(row[:20]) for row in alone}) == 4


def test_each_row_has_its_own_scores() -> None:
    requests = [asked(1, max_tokens=3), asked(2, max_tokens=3, temperature=1.0)]
    certain = torch.tensor([[0.0, 1.0, 0.5], [NEVER, NEVER, 0.0]])
    assert drawn(requests, certain) == [[1] * 3, [2] * 3]


def test_another_seed_draws_other_tokens() -> None:
    request = asked(max_tokens=40, temperature=1.0)
    assert drawn([request], WEIGHTS, seed=1) != drawn([request], WEIGHTS) == drawn([request], WEIGHTS)


def test_a_token_that_is_out_of_the_question_is_never_drawn() -> None:
    scores = torch.tensor([[NEVER, 0.0, 0.0, NEVER]])
    [tokens] = drawn([asked(max_tokens=3000, temperature=1.0)], scores)
    assert set(tokens) == {1, 2}


def test_scores_of_half_precision_are_drawn_from_too() -> None:
    scores = torch.zeros(1, 3000, dtype=torch.bfloat16)
    [tokens] = drawn([asked(max_tokens=300, temperature=1.0)], scores)
    assert max(tokens) < 3000
    assert len(set(tokens)) > 250


def test_what_the_authors_leave_out_is_not_drawn_but_the_likeliest_is_always_there() -> None:
    narrowed = narrowing(GenerationConfig(top_k=2))
    requests = [asked(1, max_tokens=200, temperature=1.0), asked(2, max_tokens=200)]
    row, greedy = drawn(requests, WEIGHTS.repeat(2, 1), narrowed)
    assert shares(row) == pytest.approx({1: 2 / 3, 2: 1 / 3}, abs=0.1)
    assert set(greedy) == {1}


@pytest.mark.parametrize(
    ("config", "kinds"),
    [
        ({"top_k": 40}, [TopKLogitsWarper]),
        ({"top_p": 0.9}, [TopPLogitsWarper]),
        ({"top_k": 40, "top_p": 0.9}, [TopKLogitsWarper, TopPLogitsWarper]),
        ({"top_k": 0, "top_p": 1.0}, []),
        ({"top_k": None, "top_p": None}, []),
        ({"top_p": 0.0}, []),
        ({}, []),
    ],
)
def test_the_authors_narrow_draws_by_count_by_weight_by_both_or_not(config: dict[str, Any], kinds: list[Any]) -> None:
    found = narrowing(SimpleNamespace(**config))
    assert [type(one) for one in found] == kinds
    told = {
        "top_k": [one.top_k for one in found if hasattr(one, "top_k")],
        "top_p": [one.top_p for one in found if hasattr(one, "top_p")],
    }
    assert all(values in ([], [config.get(name)]) for name, values in told.items())


# ---------------------------------------------------------------- the record


def test_a_record_changes_nothing_and_keeps_the_scores_of_each_step() -> None:
    record, first = Record(), torch.tensor([[1.0, 2.0]], dtype=torch.bfloat16)
    second = torch.tensor([[3.0, 4.0]])
    assert record(None, first) is first
    assert record(None, second) is second
    assert [scores.tolist() for scores in record.scores] == [[[1.0, 2.0]], [[3.0, 4.0]]]
    assert {scores.dtype for scores in record.scores} == {torch.float32}


# ---------------------------------------------------------------- where a row ends


def row(*tokens: int, max_tokens: int = 8, stop: tuple[str, ...] = ()) -> Row:
    return Row(asked(*tokens, max_tokens=max_tokens, stop=stop), asyncio.get_running_loop().create_future())


def watched(rows: Sequence[Row], *columns: Sequence[int]) -> list[list[bool]]:
    """Which rows are done after each step, when these tokens are generated, one column a step."""
    watch = Watch(rows, CHAT)
    steps = [watch(torch.tensor([[token] for token in column]), None) for column in columns]
    return [[bool(done) for done in step] for step in steps]


def one_by_one(tokens: Sequence[int]) -> list[list[int]]:
    """The steps of a single row."""
    return [[token] for token in tokens]


async def test_a_row_ends_with_the_token_that_ends_a_reply() -> None:
    said = spelled("two")
    waiting = row()
    assert watched([waiting], *one_by_one([*said, END])) == [[False]] * len(said) + [[True]]
    assert await waiting.future == Reply("two", len(said) + 1, "stop")


async def test_the_token_that_ends_a_reply_is_not_said_though_it_may_be_a_word() -> None:
    one, two = spelled(" one")[0], spelled(" two")[0]
    watch = Watch([waiting := row()], ChatTokens(TOKENIZER, "tiny", frozenset({two})))
    for token in (one, two):
        watch(torch.tensor([[token]]), None)
    assert await waiting.future == Reply(CHAT.text((5, 6, 7), [one]), 2, "stop")


async def test_a_row_ends_at_its_most_tokens() -> None:
    said = spelled("Baghdad and Paris")
    waiting = row(max_tokens=len(said))
    assert watched([waiting], *one_by_one(said))[-2:] == [[False], [True]]
    assert await waiting.future == Reply("Baghdad and Paris", len(said), "length")


async def test_the_end_token_in_the_last_step_is_an_end_and_no_limit() -> None:
    waiting = row(max_tokens=1)
    assert watched([waiting], [END]) == [[True]]
    assert await waiting.future == Reply("", 1, "stop")


@pytest.mark.parametrize(
    ("text", "stop", "expected"),
    [
        ("one, two, three", ("two",), "one, "),
        ("one, two, three", ("never", ", t"), "one"),
        ("one, two, three", ("three", "two, three", ", three"), "one, "),
        ("one\n\ntwo", ("\n\n",), "one"),
        ("zwölf €", ("ö",), "zw"),
        ("one", ("one",), ""),
    ],
)
async def test_a_row_ends_before_a_stop_string_wherever_its_tokens_are_cut(
    text: str, stop: tuple[str, ...], expected: str
) -> None:
    said, waiting = spelled(text), row(max_tokens=99, stop=stop)
    done = [step for [step] in watched([waiting], *one_by_one(said))]
    reply = await waiting.future
    assert (reply.text, reply.finish_reason) == (expected, "stop")
    assert reply.tokens == done.index(True) + 1
    assert done == sorted(done)


async def test_a_stop_string_that_comes_late_is_found() -> None:
    said = spelled("It is Paris, a city on the Seine. " * 8 + "Aha!")
    waiting = row(max_tokens=len(said), stop=("Aha!",))
    assert watched([waiting], *one_by_one(said))[-1] == [True]
    assert await waiting.future == Reply("It is Paris, a city on the Seine. " * 8, len(said), "stop")


async def test_a_stop_string_that_began_in_the_prompt_is_none() -> None:
    said = spelled("swer: two")
    waiting = row(*spelled("My An"), max_tokens=len(said), stop=("Answer:",))
    watched([waiting], *one_by_one(said))
    assert await waiting.future == Reply("swer: two", len(said), "length")


async def test_half_a_character_at_the_end_of_a_reply_is_left_out() -> None:
    said = spelled("zwölf €")
    waiting = row(max_tokens=len(said) - 1)
    watched([waiting], *one_by_one(said[:-1]))
    reply = await waiting.future
    assert reply == Reply("zwölf ", len(said) - 1, "length")
    assert HALF not in reply.text


async def test_rows_of_a_batch_end_each_on_its_own_and_stay_ended() -> None:
    one, two, three, four = [spelled(f" {word}")[0] for word in ("one", "two", "three", "four")]
    waiting = [row(max_tokens=2), row(max_tokens=9), row(max_tokens=4)]
    steps = watched(waiting, [one, one, one], [two, END, two], [three, three, three], [four, four, four])
    assert steps == [[False] * 3, [True, True, False], [True, True, False], [True] * 3]
    replies = [await waiting_row.future for waiting_row in waiting]
    assert [(reply.tokens, reply.finish_reason) for reply in replies] == [(2, "length"), (2, "stop"), (4, "length")]
    assert [reply.text for reply in replies] == [
        CHAT.text((5, 6, 7), [one, two]),
        CHAT.text((5, 6, 7), [one]),
        CHAT.text((5, 6, 7), [one, two, three, four]),
    ]


async def test_a_row_that_nobody_wants_any_more_is_done_and_not_delivered() -> None:
    given_up, wanted = row(), row(max_tokens=2)
    given_up.future.cancel()
    assert watched([given_up, wanted], [9, 9], [9, 9]) == [[True, False], [True, True]]
    assert (given_up.delivered, wanted.delivered) == (False, True)


# ---------------------------------------------------------------- the engine


@pytest.fixture(scope="module")
def engine() -> TorchEngine:
    return TorchEngine(make_model(), CHAT, "tiny", 3)


async def generated(engine: TorchEngine, *requests: Request) -> list[Reply]:
    rows = [Row(request, asyncio.get_running_loop().create_future()) for request in requests]
    engine.generate(rows)
    assert all(waiting.delivered for waiting in rows)
    return [await waiting.future for waiting in rows]


def of_question(question: str, **sampling: Any) -> Request:
    return Request(prompt(question), Sampling(**{"max_tokens": 8, "temperature": 0.0, **sampling}))


async def test_each_row_of_a_batch_has_the_reply_that_it_has_alone(engine: TorchEngine) -> None:
    requests = [
        of_question("one", max_tokens=5),
        of_question(QUESTIONS[1], temperature=1.0),
        of_question("Baghdad", temperature=0.7, sample=2),
        of_question("one", max_tokens=2),
    ]
    together = await generated(engine, *requests)
    assert together == [(await generated(engine, request))[0] for request in requests]
    assert [reply.tokens for reply in together] == [5, 8, 8, 2]


async def test_the_greedy_reply_is_the_likeliest(engine: TorchEngine) -> None:
    [tokens], record = engine.greedy([prompt("one")], 6)
    assert len(tokens) == len(record.scores) == 6
    assert [int(scores.argmax()) for [scores] in record.scores] == tokens
    [reply] = await generated(engine, of_question("one", max_tokens=6))
    assert reply.text == CHAT.text(prompt("one"), tokens).rstrip(HALF)


def test_greedy_replies_are_the_same_in_a_batch(engine: TorchEngine) -> None:
    prompts = [prompt(question) for question in QUESTIONS]
    together, _ = engine.greedy(prompts, 6)
    assert together == [engine.greedy([one], 6)[0][0] for one in prompts]
    assert len({tuple(tokens) for tokens in together}) == 3


def test_a_greedy_reply_goes_up_to_its_end_and_no_further() -> None:
    [free], _ = TorchEngine(make_model(), CHAT, "tiny", 0).greedy([prompt("one")], 8)
    ending = ChatTokens(TOKENIZER, "tiny", frozenset({0, free[2]}))
    [ended], _ = TorchEngine(make_model(), ending, "tiny", 0).greedy([prompt("one")], 8)
    assert ended == free[:2]


async def test_the_seed_of_the_engine_decides_the_draws(engine: TorchEngine) -> None:
    hot = of_question("one", temperature=1.0)
    same, other = TorchEngine(make_model(), CHAT, "tiny", 3), TorchEngine(make_model(), CHAT, "tiny", 4)
    assert await generated(same, hot) == await generated(engine, hot) != await generated(other, hot)


async def test_the_authors_settings_are_kept_in_our_draws_and_put_aside_for_the_rest() -> None:
    model = make_model()
    model.generation_config = GenerationConfig(
        do_sample=True, top_k=1, temperature=0.1, repetition_penalty=1.5, max_length=9, bos_token_id=4, eos_token_id=0
    )
    engine = TorchEngine(model, CHAT, "tiny", 0)
    kept = model.generation_config
    assert (kept.do_sample, kept.repetition_penalty, kept.bos_token_id) == (False, 1.5, 4)
    assert (kept.eos_token_id, kept.pad_token_id, kept.max_length) != (0, None, 9)
    assert (kept.eos_token_id, kept.pad_token_id) == (sorted(CHAT.ends), CHAT.padding)
    hot = of_question("one", temperature=1.5)
    assert await generated(engine, hot) == await generated(engine, of_question("one"))


def test_a_model_without_settings_has_the_plain_ones() -> None:
    model = make_model()
    model.generation_config = GenerationConfig()
    TorchEngine(model, CHAT, "tiny", 0)
    assert model.generation_config.repetition_penalty in (None, 1.0)
    assert model.generation_config.do_sample is False


def test_the_penalty_for_repetition_lowers_what_was_said() -> None:
    model = make_model()
    model.generation_config.repetition_penalty = 5.0
    _, penalised = TorchEngine(model, CHAT, "tiny", 0).greedy([prompt("one")], 1)
    _, plain = TorchEngine(make_model(), CHAT, "tiny", 0).greedy([prompt("one")], 1)
    lowered = (penalised.scores[0] < plain.scores[0]).nonzero()[:, 1].tolist()
    assert len(set(lowered)) > 5
    assert set(lowered) <= set(prompt("one"))
