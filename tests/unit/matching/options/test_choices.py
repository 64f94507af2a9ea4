import pytest

from arango_thinking.matching.options.choices import (
    leading_letter,
    letters_named,
    option_meant,
    reference_letter,
    stem_and_options,
)

QUESTION = "How long?\nOptions: A) (4,2); B) 3w/7; C) 25 m; D) 340 m; E) None of these"
OFFERED = stem_and_options(QUESTION)[1]


def test_options_are_read_from_a_line_or_from_lines() -> None:
    assert OFFERED == {"A": "(4,2)", "B": "3w/7", "C": "25 m", "D": "340 m", "E": "None of these"}
    assert stem_and_options("Pick:\nA. red\nB. blue") == ("Pick:\n", {"A": "red", "B": "blue"})
    assert stem_and_options("Who was J. Smith?") == ("Who was J. Smith?", {})


@pytest.mark.parametrize(
    "answer", ["D", "(D)", "D.", "d", "option D", "D) 340 m", "D because it fits", "The answer is D"]
)
def test_a_letter_is_taken_as_a_choice(answer: str) -> None:
    assert leading_letter(answer) == "D"


@pytest.mark.parametrize("answer", ["A car", "a ship", "Don't know"])
def test_words_are_not_taken_as_letters(answer: str) -> None:
    assert leading_letter(answer) is None


def test_letters_that_are_denied_are_not_named() -> None:
    assert letters_named("D, not B", OFFERED) == ["D"]
    assert letters_named("A or D", OFFERED) == ["A", "D"]


@pytest.mark.parametrize(
    ("answer", "letter"), [("340 m", "D"), ("0.34 km", "D"), ("3w/7", "B"), ("(4,2)", "A"), ("none of these", "E")]
)
def test_an_option_is_known_by_its_text(answer: str, letter: str) -> None:
    assert option_meant(answer, OFFERED) == letter


def test_the_right_letter_is_read_from_letter_or_text() -> None:
    assert reference_letter("D) 340 m", OFFERED) == reference_letter("340 m", OFFERED) == "D"
