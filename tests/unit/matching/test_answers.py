import pytest

from arango_thinking.matching.answers import degenerate, final_answer, marked_answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I add.\n**Answer:** 5 apples\n", "5 apples"),
        ("I add.\nA: 2050", "2050"),
        ("So the answer is 8. That is since 5 and 3 add up.", "8."),
        ("We get\n#### 12", "12"),
        ("#### Step\nIt is so.\nThus 4.", "Thus 4."),
        (r"So \boxed{\frac{1}{2}} follows", r"\frac{1}{2}"),
        ("### Final Answer\n\nParis", "Paris"),
        ("The answer to the question is: **Paris**.", "Paris."),
        ("Answer: 3\n\nAha! Wait.\nAnswer: 4", "4"),
        ("Answer:\n- one\n- two\n\nDone.", "- one\n- two"),
        ("Answer:", ""),
        ("Just Paris", "Just Paris"),
    ],
)
def test_the_last_marker_gives_the_final_answer(text: str, expected: str) -> None:
    assert final_answer(text) == expected


def test_without_a_marker_the_last_sentence_of_a_long_text_counts() -> None:
    assert final_answer("Paris is large. " * 10 + "So it must be Lyon.") == "So it must be Lyon."


def test_markers_in_long_texts_are_read_in_time() -> None:
    assert final_answer("\\boxed{" * 20000) == ""


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " \n",
        "\u200b\u2800",
        ":",
        "Thought process:",
        "Let's think step by step.",
        "Here is my answer:",
        "verdict: correct",
        "My answer is right.",
    ],
)
def test_what_says_nothing_is_degenerate(answer: str) -> None:
    assert degenerate("What is it?", answer) is not None


def test_repetitions_are_degenerate() -> None:
    assert degenerate("What is the sum?", "what is the sum") is not None
    assert degenerate("What?", "Look at the first step", ["Aha! Look at the first step."]) is not None


@pytest.mark.parametrize("answer", ["5", "∞", "No", "D"])
def test_a_short_answer_is_an_answer(answer: str) -> None:
    assert degenerate("What is it?", answer) is None


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("She has 3 and 4, so 3 + 4 = <<3+4=7>>7.\n#### 7", "7"),
        ("First 12, then 30.\n#### 1,042", "1,042"),
        ("#### yes", "yes"),
        ("We add them, so the result is $\\boxed{42}$.", "42"),
        ("A box \\boxed{1}.\nAnd the next: \\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
        ("They are \\boxed{1} and \\boxed{-2}.", "1, -2"),
        ("The lamp hangs at the quay.\nAnswer: a lamp", "a lamp"),
        ("The lamp hangs at the quay.\n**Final answer:** a lamp\n", "a lamp"),
    ],
)
def test_the_answer_that_a_worked_solution_marks(reference: str, answer: str) -> None:
    assert marked_answer(reference) == answer


@pytest.mark.parametrize(
    "reference",
    [
        "The Tigris",
        "The answer is that the river floods.",
        "Answer: the Tigris",
        "### Steps\nOpen the box.",
        "It ends with ####",
        "An empty \\boxed{}",
        "Question: why?\nAnswer: so\nQuestion: how?",
    ],
)
def test_a_reference_without_a_mark_is_the_answer(reference: str) -> None:
    assert marked_answer(reference) == reference
