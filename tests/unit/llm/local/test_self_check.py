"""Whether a model replies in a batch as it does alone, tried on tiny models that do and that do not."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed (extra 'torch')")
pytest.importorskip("transformers", reason="transformers is not installed (extra 'torch')")

from transformers import LlamaForCausalLM  # noqa: E402

from arango_thinking.llm.local.batching import BatchTooLargeError  # noqa: E402
from arango_thinking.llm.local.chat_tokens import ChatTokens  # noqa: E402
from arango_thinking.llm.local.generation import TorchEngine  # noqa: E402
from arango_thinking.llm.local.self_check import QUESTIONS, STEPS, TIE, batches_as_alone  # noqa: E402
from tests.unit.llm.local.tiny_llama import make_model, make_tokenizer  # noqa: E402

CHAT = ChatTokens(make_tokenizer(), "tiny", frozenset({0}))
#: Tokens that end no reply.
FIRST, SECOND, THIRD = 50, 60, 70


def of_class(kind: type[Any], **values: Any) -> Any:
    """The tiny model as a model of another class, with these attributes."""
    whole = make_model()
    model = kind(whole.config).eval()
    model.load_state_dict(whole.state_dict())
    for name, value in values.items():
        setattr(model, name, value)
    return model


def passes(model: Any) -> bool:
    return batches_as_alone(TorchEngine(model, CHAT, "tiny", 0), CHAT)


class Blind(LlamaForCausalLM):  # type: ignore[misc]
    """Does not heed the padding."""

    def forward(self, **named: Any) -> Any:
        heeded = {name: value for name, value in named.items() if name not in ("attention_mask", "position_ids")}
        return super().forward(**heeded)


class Counting(LlamaForCausalLM):  # type: ignore[misc]
    """Notes how many rows each step has."""

    rows: list[int]

    def forward(self, input_ids: Any = None, **named: Any) -> Any:
        self.rows.append(len(input_ids))
        return super().forward(input_ids=input_ids, **named)


class Wavering(LlamaForCausalLM):  # type: ignore[misc]
    """Says FIRST for ever; in a batch, from a step on, SECOND and then THIRD for ever, though alone it is unlikelier.

    By `gap` is SECOND unlikelier than FIRST when it is alone.
    """

    gap: float
    from_step = 0
    step = 0

    def forward(self, input_ids: Any = None, **named: Any) -> Any:
        said = super().forward(input_ids=input_ids, **named)
        self.step = 0 if input_ids.shape[1] > 1 else self.step + 1
        said.logits = torch.full_like(said.logits, -50.0)
        for number, row in enumerate(said.logits[:, -1]):
            last = int(input_ids[number, -1])
            row[FIRST], row[SECOND] = 10.0, 10.0 - self.gap
            if last in (SECOND, THIRD):
                row[THIRD] = 30.0
            elif len(input_ids) > 1 and self.step >= self.from_step:
                row[SECOND] = 20.0
        return said


def test_a_model_that_heeds_the_padding_passes() -> None:
    assert passes(make_model())


def test_a_model_that_does_not_heed_the_padding_fails() -> None:
    assert not passes(of_class(Blind))


@pytest.mark.parametrize(
    ("gap", "from_step", "expected"),
    [
        (0.0, 0, True),
        (TIE - 0.01, 0, True),
        (TIE - 0.01, 3, True),
        (TIE + 0.01, 0, False),
        (TIE + 0.01, STEPS - 1, False),
        (9.0, 3, False),
    ],
)
def test_another_token_is_a_tie_if_it_is_almost_as_likely_alone(gap: float, from_step: int, expected: bool) -> None:
    assert passes(of_class(Wavering, gap=gap, from_step=from_step)) is expected


def test_what_differs_after_so_many_steps_is_not_looked_at() -> None:
    assert passes(of_class(Wavering, gap=9.0, from_step=STEPS))


class Brief(LlamaForCausalLM):  # type: ignore[misc]
    """Says FIRST once and ends."""

    def forward(self, input_ids: Any = None, **named: Any) -> Any:
        said = super().forward(input_ids=input_ids, **named)
        said.logits = torch.full_like(said.logits, -50.0)
        for number, row in enumerate(said.logits[:, -1]):
            row[CHAT.padding if int(input_ids[number, -1]) == FIRST else FIRST] = 10.0
        return said


def test_replies_that_end_early_are_compared_up_to_their_end() -> None:
    assert CHAT.padding in CHAT.ends
    assert passes(of_class(Brief))


def test_a_tie_is_half_a_unit_of_log_probability() -> None:
    assert TIE == 0.5


def test_all_questions_are_asked_together_and_then_each_alone() -> None:
    counting = of_class(Counting, rows=[])
    assert passes(counting)
    assert counting.rows == [3] * STEPS + [1] * STEPS * 3


def test_the_questions_are_of_lengths_that_need_padding() -> None:
    short, middle, long = sorted(len(CHAT.prompt([{"role": "user", "content": question}])) for question in QUESTIONS)
    assert 2 * short < middle
    assert 2 * middle < long


def test_a_want_of_memory_is_told_to_the_caller() -> None:
    class Small(LlamaForCausalLM):  # type: ignore[misc]
        """Has memory for one row."""

        def forward(self, input_ids: Any = None, **named: Any) -> Any:
            if len(input_ids) > 1:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return super().forward(input_ids=input_ids, **named)

    with pytest.raises(BatchTooLargeError):
        passes(of_class(Small))
