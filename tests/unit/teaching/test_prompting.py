from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from arango_thinking.teaching.prompting import (
    CUT,
    fill,
    material,
    neutral,
    passages,
    prompt,
    prompt_version,
    quote,
    version_of,
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
FOLDER = files("arango_thinking.teaching").joinpath("prompts")
PROMPTS = sorted(file.name.removesuffix(".md") for file in FOLDER.iterdir())


def test_data_is_never_taken_for_a_template() -> None:
    nasty = "{0} %s ${HOME} $question {{7*7}} $$"
    assert fill("question", question=nasty) == f"Question: {nasty}"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("question")


def test_long_texts_are_cut_with_a_mark() -> None:
    assert quote("short") == "short"
    cut = quote("word " * 100, 20)
    assert len(cut) <= 20 + len(CUT)
    assert cut.endswith(CUT)
    assert passages(["one", "two"]) == "one\n\ntwo"
    assert passages(["one" * 50, "two" * 50], 10).endswith(CUT)


@pytest.mark.parametrize("name", PROMPTS)
def test_every_prompt_says_something(name: str) -> None:
    assert prompt(name).template
    assert prompt(name).is_valid()


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


def test_the_version_changes_with_the_wording_of_any_prompt(tmp_path: Path) -> None:
    with as_file(FOLDER) as folder:
        copy = Path(shutil.copytree(folder, tmp_path / "prompts"))
    assert version_of(copy) == prompt_version()
    assert len(prompt_version()) == 12
    seen = {prompt_version()}
    for name in PROMPTS:
        file = copy / f"{name}.md"
        file.write_text(file.read_text() + " Be brief.")
        seen.add(version_of(copy))
    assert len(seen) == 1 + len(PROMPTS)
