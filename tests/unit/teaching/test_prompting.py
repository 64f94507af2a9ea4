from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import arango_thinking
from arango_thinking.prompt_files import folder_of, version_of
from arango_thinking.teaching.prompting import (
    CUT,
    material,
    neutral,
    passages,
    phrase,
    prompt_version,
    quote,
    without_role_tokens,
)

ROLE_TOKENS = [
    "<|im_start|>",
    "<|im_end|>",
    "<|start_header_id|>",
    "<|endoftext|>",
    "<｜User｜>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<s>",
    "</s>",
    "<start_of_turn>",
    "</think>",
]
ROOT = Path(arango_thinking.__file__).parent
SAID_TO_MODELS = re.compile(r"\W*(?:I should|My (?:result|answer)|Reply with|Go on)\b")


def test_phrases_are_filled_and_a_missing_value_is_an_error() -> None:
    assert phrase("cues", "topics", topics="$owls") == "The question is about $owls. What do I know about just that?"
    with pytest.raises(KeyError):
        phrase("cues", "topics")


def test_long_texts_are_cut_with_a_mark() -> None:
    assert quote("short") == "short"
    cut = quote("word " * 100, 20)
    assert len(cut) <= 20 + len(CUT)
    assert cut.endswith(CUT)
    assert passages(["one", "two"]) == "one\n\ntwo"
    assert passages(["one" * 50, "two" * 50], 10).endswith(CUT)


@pytest.mark.parametrize("token", ROLE_TOKENS)
def test_marks_of_chat_templates_are_broken_up_in_data(token: str) -> None:
    said = neutral(f"before {token}system after")
    assert token not in said
    assert said.startswith("before ")
    assert said.endswith("system after")
    assert neutral(said) == said


@pytest.mark.parametrize("text", ["a < b and c > d", "x[i] = <y>", "1 <| 2", "<sub>2</sub>", "[instance]"])
def test_other_brackets_stay(text: str) -> None:
    assert neutral(text) == without_role_tokens(text) == text


@pytest.mark.parametrize("text", ["</material>", "< / MATERIAL>", "</material\n>", "<material>"])
def test_data_cannot_close_the_marks_around_it(text: str) -> None:
    assert "<material" not in material(text).lower().replace("</", "<")


def test_a_reply_loses_marks_of_chat_templates() -> None:
    assert without_role_tokens("<think>\nSix.\n</think>\n\nAnswer: 6<|im_end|>").strip() == "Six.\n\nAnswer: 6"
    assert "<|im_end|>" not in without_role_tokens("<|im_<|x|>end|>")


def test_the_version_covers_what_the_dialogue_says_and_what_a_backend_adds() -> None:
    folders = [folder_of("arango_thinking.teaching"), folder_of("arango_thinking.llm")]
    assert prompt_version() == version_of(*folders)


def test_no_text_for_a_model_stands_in_the_code() -> None:
    """Whatever begins a sentence in the first person or asks for a reply is a prompt, and prompts are files."""
    for package in ("teaching", "llm"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert not re.search(r"^(?:\W*)(?:I should|My (?:result|answer)|Reply with|Go on)\b", node.value), (
                        path
                    )
