from __future__ import annotations

import pytest

from arango_thinking.matching.case import Case
from arango_thinking.matching.options.picks import by_choice

GASES = "Which gas do plants take in?\nOptions: A) oxygen; B) carbon dioxide; C) nitrogen; D) helium"
LENGTHS = "How long is the bridge?\nOptions: A) 70 m; B) 95 m; C) 160 m; D) 340 m; E) None of these"
METALS = "Which of them rust?\nOptions: A) gold; B) all of these; C) silver; D) lead"

RIGHT = (True, "The option chosen is the right one.")
RIGHT_TEXT = (True, "The answer is the text of the right option.")
ANOTHER = (False, "Another option is chosen.")
SEVERAL = (False, "The answer names several options.")
EXCLUDED = (False, "The answer takes another option or all of them.")
FOREIGN = (None, "The letter is the right one, the text is of no option.")
DIFFERENT = (None, "The letter and the text of the answer are of different options.")
UNLISTED = (None, "The answer cannot be told to be one of the options.")


def judged(question: str, reference: str, answer: str) -> tuple[bool | None, str] | None:
    found = by_choice(Case(question, reference, answer))
    return None if found is None else (found.correct, found.reason)


def test_only_a_question_with_options_and_a_right_one_is_judged_here() -> None:
    assert judged("Which gas do plants take in?", "B", "B") is None
    assert judged(GASES, "neon", "B") is None


@pytest.mark.parametrize("answer", ["carbon dioxide", "Carbon  Dioxide.", "carbondioxide"])
def test_the_text_of_the_right_option_is_right(answer: str) -> None:
    assert judged(GASES, "B", answer) == RIGHT_TEXT


@pytest.mark.parametrize(
    "answer",
    [
        "B",
        "(b)",
        "Option B",
        "B) carbon dioxide",
        "the gas is carbon dioxide",
        "B, not C",
        "B because plants need it",
    ],
)
def test_the_right_option_may_be_told_by_letter_or_text(answer: str) -> None:
    assert judged(GASES, "B", answer) == RIGHT


def test_the_right_option_may_be_told_in_the_reference_by_its_text() -> None:
    assert judged(GASES, "carbon dioxide", "B") == RIGHT


def test_a_quantity_in_another_unit_is_the_same_option() -> None:
    assert judged(LENGTHS, "D", "0.34 km") == RIGHT


@pytest.mark.parametrize("answer", ["C", "nitrogen", "it is helium", "C) nitrogen", "A or C", "A and C"])
def test_another_option_is_wrong(answer: str) -> None:
    assert judged(GASES, "B", answer) == ANOTHER


@pytest.mark.parametrize(
    "answer", ["B or C", "B and C", "C, or B", "carbon dioxide, B and C", "C and B) carbon dioxide"]
)
def test_the_right_option_beside_another_is_wrong(answer: str) -> None:
    assert judged(GASES, "B", answer) == SEVERAL


def test_an_explanation_may_name_another_option_after_the_right_one() -> None:
    assert judged(GASES, "B", "B) carbon dioxide, as C is too inert") == RIGHT
    assert judged(GASES, "B", "B) nitrogen, as C is too inert") == SEVERAL


@pytest.mark.parametrize("answer", ["C) carbon dioxide", "B) nitrogen"])
def test_a_letter_with_the_text_of_another_option_decides_nothing(answer: str) -> None:
    assert judged(GASES, "B", answer) == DIFFERENT


@pytest.mark.parametrize(
    "answer", ["B) argon", "B)argon", "(B) argon", "B. argon", "B: argon", "b) argon", "B) a rare noble gas"]
)
def test_the_right_letter_with_a_short_text_of_no_option_decides_nothing(answer: str) -> None:
    assert judged(GASES, "B", answer) == FOREIGN


@pytest.mark.parametrize("answer", ["B) they build their sugar from", "B)", "B) ..."])
def test_the_right_letter_with_an_explanation_is_right(answer: str) -> None:
    assert judged(GASES, "B", answer) == RIGHT


def test_the_wrong_letter_is_wrong_whatever_its_text() -> None:
    assert judged(GASES, "B", "C) argon") == ANOTHER


def test_the_texts_of_several_options_joined_by_or_are_wrong() -> None:
    assert judged(GASES, "B", "oxygen or carbon dioxide") == SEVERAL
    assert judged(GASES, "B", "oxygen and carbon dioxide") == UNLISTED
    assert judged(GASES, "B", "argon or xenon") == UNLISTED


def test_a_text_that_rules_the_right_option_out_is_wrong() -> None:
    assert judged(GASES, "B", "not B") == EXCLUDED
    assert judged(GASES, "B", "not C") == UNLISTED


def test_all_of_the_options_are_wrong_where_one_is_right() -> None:
    assert judged(GASES, "B", "all of them") == EXCLUDED
    assert judged(METALS, "D", "all of them") == EXCLUDED
    assert judged(METALS, "B", "all of them") != EXCLUDED


def test_an_answer_outside_the_options_may_be_meant_where_none_of_them_is_right() -> None:
    reason = "The answer is not among the options, and the right option is that none is right."
    assert judged(LENGTHS, "E", "400 m") == (None, reason)
    assert judged(LENGTHS, "E", "quite long") == (None, reason)
    assert judged(LENGTHS, "E", "95 m") == ANOTHER


def test_a_number_of_no_option_is_compared_with_the_right_one() -> None:
    assert judged(LENGTHS, "D", "341 m") == (False, "The number is another one.")
    assert judged(LENGTHS, "D", "340.001 m") == (None, "The number is the same only after rounding.")
    assert judged(LENGTHS, "D", "rather long") == UNLISTED
    assert judged(GASES, "B", "14") == UNLISTED


def test_words_of_no_option_are_compared_with_the_right_one() -> None:
    assert judged(GASES, "B", "CO2") == (True, "The answer is another name of the same thing.")
    assert judged(GASES, "B", "carbon") == UNLISTED
    assert judged(GASES, "B", "argon") == UNLISTED


def test_what_the_stem_says_is_known_when_words_are_compared() -> None:
    rocks = "Which kind of rock is marble?\nOptions: A) igneous rock; B) metamorphic rock; C) chalk"
    assert judged(rocks, "B", "metamorphic") == (
        True,
        "The answer holds all of the reference that the question does not.",
    )
