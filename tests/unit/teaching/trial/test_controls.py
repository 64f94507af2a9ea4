from __future__ import annotations

from collections import Counter

import pytest

from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.matching import match
from arango_thinking.teaching.trial.controls import BUILT_IN, Control, controls


def example(question: str, answer: str) -> Example:
    return Example(source=question[:9], layout=Layout.FLAT, question=question, answer=answer)


NUMBERS = [example(f"How many apples has basket {number}?", str(40 + number)) for number in range(6)]
DECISIONS = [example(f"Is the number {number} even?", "Yes" if number % 2 == 0 else "No") for number in range(6)]
PROSE = [
    example(
        "Why is the sky blue?",
        "Because air scatters the short wavelengths of sunlight more strongly than the long ones, and we see those.",
    ),
    example("Which river flows through Baghdad?", "The Tigris"),
    example("When did the oil crisis begin?", "October 1973"),
    example("Which point lies on the line?\nOptions: A) (1,1); B) (0,3); C) (2,0)", "B) (0,3)"),
]
SETS = pytest.mark.parametrize("own", [NUMBERS, DECISIONS, PROSE, [], NUMBERS[:1], NUMBERS[:2]])


@SETS
def test_there_are_at_most_sixteen_of_both_kinds(own: list[Example]) -> None:
    made = controls(own)
    assert 12 <= len(made) <= 16
    assert sum(control.right for control in made) == 5
    assert sum(not control.right for control in made) >= 8


@SETS
def test_nothing_wrong_is_called_right_by_comparing_nor_the_other_way_round(own: list[Example]) -> None:
    for control in controls(own):
        said = match(control.example.question, control.example.answer, control.answer).correct
        assert said is not (not control.right), control


def test_every_kind_is_there() -> None:
    kinds = Counter(control.kind for control in controls(PROSE))
    assert kinds == {
        "the reference itself": 3,
        "the reference in a sentence": 2,
        "an empty answer": 1,
        "an opening without an answer": 1,
        "the question again": 1,
        "a verdict in the answer": 2,
        "another question's answer": 2,
        "a near miss": 3,
        "a reference cut short": 1,
    }


def near_misses(*own: Example) -> list[str]:
    return [control.answer for control in controls(own) if control.kind == "a near miss"]


def test_a_near_miss_is_near() -> None:
    assert near_misses(*PROSE) == [
        f"It is not the case that the answer is this: {PROSE[0].answer}",
        "It is not the case that the answer is this: The Tigris",
        "October 1974",
    ]
    assert near_misses(PROSE[3], *DECISIONS[:2]) == ["A) (1,1)", "No", "Yes"]
    money = example("What did it cost?", "$1,299.50")
    assert near_misses(NUMBERS[0], money)[:2] == ["41", "$1,300.50"]


def test_they_are_made_of_the_runs_own_first_examples() -> None:
    assert {control.example for control in controls(NUMBERS)} <= {*NUMBERS[:4], *BUILT_IN}
    assert {control.example for control in controls(NUMBERS[:2])} >= set(NUMBERS[:2])
    assert {control.example for control in controls(NUMBERS[:1])} <= set(BUILT_IN)


def test_where_all_answers_are_the_same_another_ones_is_looked_for_elsewhere() -> None:
    same = [example(f"Is {number} a number?", "Yes") for number in range(4)]
    foreign = [control.answer for control in controls(same) if control.kind == "another question's answer"]
    assert foreign
    assert "Yes" not in foreign


def test_a_control_is_a_value() -> None:
    assert Control("kind", NUMBERS[0], "1", right=True) == Control("kind", NUMBERS[0], "1", right=True)
