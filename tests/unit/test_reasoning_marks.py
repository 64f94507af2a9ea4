from __future__ import annotations

import time

import pytest

from arango_thinking.reasoning_marks import MARK, split

THOUGHT, SAID = "Which river is it?", "It is the Tigris."


@pytest.mark.parametrize(
    "text",
    [
        f"<think>{THOUGHT}</think>{SAID}",
        f"<think>\n{THOUGHT}\n</think>\n\n{SAID}",
        f"{THOUGHT}\n</think>\n\n{SAID}",
        f"<Thinking>{THOUGHT}</Thinking>{SAID}",
        f"<thought>{THOUGHT}</thought>{SAID}",
        f"<reasoning>{THOUGHT}</reasoning>{SAID}",
        f"<mm:think>{THOUGHT}</mm:think>{SAID}",
        f"<seed:think>{THOUGHT}</seed:think>{SAID}",
        f"[THINK]{THOUGHT}[/THINK]{SAID}",
        f"{THOUGHT}[/THINK]{SAID}",
        f"◁think▷{THOUGHT}◁/think▷{SAID}",
        f"<|START_THINKING|>{THOUGHT}<|END_THINKING|><|START_RESPONSE|>{SAID}<|END_RESPONSE|>",
        f"<|begin_of_thought|>{THOUGHT}<|end_of_thought|>\n<|begin_of_solution|>{SAID}<|end_of_solution|>",
        f"<think>{THOUGHT}</think><answer>{SAID}</answer>",
        f"Here is my thought process: {THOUGHT}\nHere is my response: {SAID}",
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{SAID}",
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{SAID}<|return|>",
        f"analysis{THOUGHT}assistantfinal{SAID}",
        f"<think></think><think>{THOUGHT}</think>{SAID}",
    ],
)
def test_reasoning_is_set_apart(text: str) -> None:
    assert split(text) == (SAID, THOUGHT)


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "The analysis of the river is final.",
        "I think of <b>rivers</b>.",
        "Use the tag <think> to think.",
        "",
        "<answer>Tigris</answer>",
    ],
)
def test_text_without_reasoning_stays_as_it_is(text: str) -> None:
    assert split(text) == (text, "")


@pytest.mark.parametrize("text", [f"<think>{THOUGHT}", f"[THINK]{THOUGHT}", f"<seed:think>\n{THOUGHT}"])
def test_reasoning_without_an_end_leaves_nothing_said(text: str) -> None:
    assert split(text) == ("", THOUGHT)


def test_several_messages_of_one_channel_are_joined() -> None:
    text = "".join(f"<|channel|>{name}<|message|>{said}<|end|>" for name, said in
                   [("analysis", "One."), ("commentary", "Two."), ("final", "Three.")])  # fmt: skip
    assert split(text) == ("Three.", "One.\n\nTwo.")


def test_marks_that_are_left_are_found() -> None:
    assert MARK.sub("", "a <mm:think>b [/THINK] c <|END_THINKING|>") == "a b  c "


@pytest.mark.parametrize(
    "text",
    [
        "<think>" * 200_000,
        "analysis" * 200_000,
        "<|channel|>" * 200_000,
        "</think" * 200_000,
        "<think></think> " * 200_000,
    ],
)
def test_long_texts_take_no_longer_than_they_are_long(text: str) -> None:
    started = time.perf_counter()
    split(text)
    assert time.perf_counter() - started < 2
