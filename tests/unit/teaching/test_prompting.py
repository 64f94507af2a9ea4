from __future__ import annotations

import pytest

from arango_thinking.teaching.prompting import CUT, fill, passages, prompt, quote


def test_data_is_never_taken_for_a_template() -> None:
    nasty = "{0} %s ${HOME} $question {{7*7}}"
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


@pytest.mark.parametrize("name", ["student", "question", "question_with_evidence", "conclude", "teacher", "review"])
def test_every_prompt_is_there(name: str) -> None:
    assert prompt(name).template
