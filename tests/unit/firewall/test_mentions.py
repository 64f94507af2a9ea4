import pytest

from arango_thinking.firewall.mentions import speaks_of_teaching, without_teaching


@pytest.mark.parametrize(
    "text",
    [
        "As the teacher pointed out, it is more",
        "the **hint** says so",
        "According to the reference answer, no",
        "The expected answer is larger",
        "You're right, I was wrong",
        "I was told my answer is wrong",
        "Based on your feedback I go on",
        "The correct answer given is 5",
        "Thanks for the correction",
    ],
)
def test_text_that_speaks_of_teaching_is_seen(text: str) -> None:
    assert speaks_of_teaching(text)


@pytest.mark.parametrize(
    "text",
    [
        "The teacher gave each student 5 apples",
        "a hint of lemon",
        "So the correct answer is D",
        "the expected value is 5",
        "a negative feedback loop",
        "The tumour response was graded",
        "Aha! I should look again at this sentence",
        "compare it with each of the answer options provided",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert not speaks_of_teaching(text)


def test_sentences_that_speak_of_teaching_are_dropped() -> None:
    assert without_teaching("I see. The hint says 5. So I add.") == "I see. So I add."
