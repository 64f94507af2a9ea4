from __future__ import annotations

import pytest

from arango_thinking.matching.case import denied, some_will_do


def denied_word(answer: str, word: str) -> bool:
    return denied(answer, answer.index(word))


@pytest.mark.parametrize(
    "answer",
    [
        "It is not Oslo",
        "It was never Oslo",
        "That ISN'T Oslo",
        "The capital wasn't Oslo",
        "The capitals aren't Oslo and Bergen",
        "Bergen instead of Oslo",
        "Bergen rather than Oslo",
        "any city other than Oslo",
        "anything but Oslo",
        "everything but Oslo",
        "all but Oslo",
        "every port except Oslo",
        "every port excluding Oslo",
        "apart from Oslo, all of them",
    ],
)
def test_a_negation_before_a_word_denies_it(answer: str) -> None:
    assert denied_word(answer, "Oslo")


@pytest.mark.parametrize("answer", ["It is Oslo", "nothing but Oslo", "a knot, Oslo", "Oslo, not Bergen"])
def test_a_word_without_a_negation_before_it_is_not_denied(answer: str) -> None:
    assert not denied_word(answer, "Oslo")


def test_a_negation_reaches_over_two_words_and_no_further() -> None:
    assert denied_word("It is not in fact 42", "42")
    assert not denied_word("It is not as I thought 42", "42")


def test_the_words_after_a_negation_are_not_split_from_it_by_a_sign() -> None:
    assert denied_word("It is not, however, 42", "42")
    assert denied_word("It is not (42)", "42")


def test_a_negation_far_before_the_word_means_something_else() -> None:
    assert denied("not " + "a" * 55 + " 42", 60)
    assert not denied("not " + "a" * 56 + " 42", 61)


@pytest.mark.parametrize(
    "question",
    [
        "Name one moon of Jupiter.",
        "Give a reason for the war.",
        "List any river of Spain.",
        "Cite some poem by Keats.",
        "MENTION AN animal of the desert.",
        "Name just one moon of Jupiter.",
        "Which is one of the noble gases?",
        "What is an example of a mammal?",
        "Give three examples of reptiles.",
        "Which metals, e.g. of the first group, burn in water?",
    ],
)
def test_a_question_may_be_content_with_one_of_several_answers(question: str) -> None:
    assert some_will_do(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the name of the largest moon of Saturn?",
        "Name the largest moon of Saturn.",
        "List the four rivers of the valley in order, a hard task.",
        "Name all moons of Mars.",
        "What is the one offer that she took?",
        "What is the phone of the model made of?",
        "Which counterexample did Euler find?",
        "Who would surname one child twice?",
        "Which sample was taken first?",
        "What does the surgeon of this ship earn?",
    ],
)
def test_other_questions_want_the_one_right_answer(question: str) -> None:
    assert not some_will_do(question)
