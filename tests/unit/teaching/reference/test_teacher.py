import pytest

from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.documents.trace import Attempt, Hint, Turn
from arango_thinking.firewall import leak, speaks_of_teaching
from arango_thinking.teaching.reference.teacher import ReferenceTeacher

EVIDENCE = ("Links are old. The satellite links suffer from interception, jamming and spoofing attacks.",)
THREATS = "signal interception, jamming, and spoofing attacks"


def example(question: str, answer: str, evidence: tuple[str, ...] = ()) -> Example:
    return Example(source="line 1", layout=Layout.FLAT, question=question, answer=answer, evidence=evidence)


EXAMPLES = [
    example("What do the links suffer from?", THREATS, EVIDENCE),
    example("What do the links suffer from?", THREATS),
    example("A box holds 12 eggs. How many eggs are in 4 boxes?", "48"),
    example("Do owls hunt at night?", "Yes", ("Owls hunt at night.",)),
    example("How many?\nOptions: A) 5; B) 6; C) 7", "B) 6"),
    example("When was it?", "October 1968", ("It was in October 1968, they say.",)),
    example("What is needed?", "each step"),
]


async def test_a_right_answer_needs_no_hint() -> None:
    review = await ReferenceTeacher().review(EXAMPLES[2], (), Attempt("Answer: 48", "forty-eight"))
    assert review.verdict.correct is True
    assert review.verdict.method == "matching"
    assert review.hint is None


async def test_evidence_is_quoted_with_the_answer_left_out() -> None:
    review = await ReferenceTeacher().review(EXAMPLES[0], (), Attempt("Answer: rain", "rain"))
    assert review.hint is not None
    assert review.hint.text == (
        'Aha! I should look again at this sentence: "The satellite links suffer from ____, ____ and ____."'
        " What fits in the gap?"
    )
    assert review.hint.kind == "evidence"


@pytest.mark.parametrize("subject", EXAMPLES, ids=lambda subject: subject.question[:20])
async def test_a_dialogue_never_repeats_a_hint_and_never_leaks(subject: Example) -> None:
    turns: list[Turn] = []
    for _ in range(12):
        attempt = Attempt("It is so. Answer: A", "A")
        review = await ReferenceTeacher().review(subject, turns, attempt)
        assert review.verdict.correct is False
        assert review.hint is not None
        assert review.hint.text.startswith("Aha! ")
        assert leak(review.hint.text, question=subject.question, reference=subject.answer) is None
        assert not speaks_of_teaching(review.hint.text)
        turns.append(Turn(attempt, review.verdict, review.hint))
    given = [turn.hint.text for turn in turns if turn.hint]
    assert len(set(given)) == len(given)


async def test_a_refused_hint_is_followed_by_more_careful_ones() -> None:
    attempt = Attempt("Answer: rain", "rain")
    hints: list[Hint | None] = []
    for refused in range(3):
        review = await ReferenceTeacher().review(EXAMPLES[0], (), attempt, ["It states the answer."] * refused)
        hints.append(review.hint)
    assert [hint.kind for hint in hints if hint] == ["evidence", "cue", "cue"]
    assert len({hint.text for hint in hints if hint}) == 3


async def test_what_cannot_be_told_is_not_correct_and_says_so() -> None:
    review = await ReferenceTeacher().review(example("Which?", "Frances B. Ramsay"), (), Attempt("Ramsay", "Ramsay"))
    assert review.verdict.correct is False
    assert 0 < review.verdict.score < 1
    assert "Comparing cannot call it right" in review.verdict.reason


async def test_without_a_reference_the_teacher_abstains() -> None:
    review = await ReferenceTeacher().review(example("Who?", " "), (), Attempt("Ramsay", "Ramsay"))
    assert review.verdict.correct is None
    assert review.hint is None


async def test_formatting_signs_in_the_data_stay_data() -> None:
    subject = example("What is {0} in %s?", "the {brace} value", ("Here {0} is the {brace} value of %s.",))
    review = await ReferenceTeacher().review(subject, (), Attempt("Answer: {x}", "{x} nothing"))
    assert review.hint is not None
