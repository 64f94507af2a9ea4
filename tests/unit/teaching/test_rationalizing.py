from __future__ import annotations

import pytest

from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.teaching.rationalizing import self_standing, speaks_of_shown_answer

EXAMPLE = Example(source="1", layout=Layout.FLAT, question="What is three times four, less two?", answer="10")


@pytest.mark.parametrize(
    "said",
    [
        "The given answer fits.",
        "We know that the answer comes out even.",
        "Since the answer is ten, I can work backwards.",
        "This confirms the answer.",
        "To arrive at the final answer I go on.",
        "I leave the last step to the reader.",
        "12 - 2 = 10.",
        "The hint says so.",
        "Answer: ten of them",
    ],
)
def test_what_gives_the_answer_away_or_was_shown_is_left_out(said: str) -> None:
    assert self_standing(f"Three times four is 12.\n{said}\nThen I take two away.", EXAMPLE) == (
        "Three times four is 12.\nThen I take two away."
    )


def test_of_the_answer_alone_nothing_is_left() -> None:
    assert self_standing("The answer is 10.", EXAMPLE) == ""


def test_being_shown_an_answer_is_told_from_having_one() -> None:
    assert speaks_of_shown_answer("The provided answer\nis right.")
    assert not speaks_of_shown_answer("So I answer that it is ten.")
