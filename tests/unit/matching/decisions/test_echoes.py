import pytest

from arango_thinking.matching.decisions.echoes import echoed_verdict
from arango_thinking.matching.matching import match


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Can penguins fly?", "They cannot.", False),
        ("Can penguins fly?", "Penguins can't fly.", False),
        ("Can penguins fly?", "Penguins can fly.", True),
        ("Did the patch fix the bug?", "It did.", True),
        ("Did the patch fix the bug?", "The patch was large.", None),
        ("Is Pluto larger than the Moon?", "Pluto is smaller than the Moon.", None),
        ("Can't penguins fly?", "They cannot.", None),
        ("Which birds fly?", "They do.", None),
    ],
)
def test_an_answer_that_repeats_the_question_decides_it(question: str, answer: str, expected: bool | None) -> None:
    assert echoed_verdict(question, answer) is expected


def test_a_verdict_may_be_told_without_yes_and_no() -> None:
    assert match("Can penguins fly?", "No", "Penguins can't fly.").correct is True
    assert match("Can penguins fly?", "No", "They can.").correct is False
