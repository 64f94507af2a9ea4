import pytest

from arango_thinking.matching.matching import match

OPTIONS = "How many?\nOptions: A) 5; B) 6; C) 7; D) 8"
SEVERAL = "signal interception, jamming, and spoofing attacks"
PROSE = "The rise in temperature increases the rate of evaporation from the ocean surface"


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("1234", "1,234.00", True),
        ("$1234", "1234 dollars", True),
        ("1234", "1.234", None),
        ("1/2", "half", True),
        ("8", "2*4 = 8", True),
        ("4", "2*4", False),
        ("8", "8 hours, not 5", True),
        ("8", "5 or 8", False),
        ("8", "1 2 3 4 5 6 7 8", False),
        ("8", "between 5 and 8", False),
        ("5", "not 5", False),
        ("5", "-5", False),
        ("8", "8 for the 5 hours", None),
        ("1/3", "0.33", True),
        ("35.07", "35.068", None),
        ("0", "none", True),
        ("-8.4 °C", "8.4 °C", False),
    ],
)
def test_numbers(reference: str, answer: str, expected: bool | None) -> None:
    assert match("How much?", reference, answer).correct is expected


@pytest.mark.parametrize(
    ("question", "reference", "answer", "expected"),
    [
        ("When?", "October 1968", "1968-10", True),
        ("When?", "October 1968", "5 October 1968", True),
        ("When?", "5 October 1968", "October 1968", False),
        ("When?", "October 1968", "1968", False),
        ("When in 1968?", "October 1968", "October", True),
        ("When?", "5 October 1968", "05.10.1968", None),
        ("When?", "May 1990", "May 1990 or June 1990", False),
    ],
)
def test_dates(question: str, reference: str, answer: str, expected: bool | None) -> None:
    assert match(question, reference, answer).correct is expected


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("D) 8", "D", True),
        ("D) 8", "8", True),
        ("8", "(D)", True),
        ("D) 8", "C", False),
        ("D) 8", "9", False),
        ("D) 8", "A or D", False),
        ("D) 8", "D) 7", None),
        ("D) 8", "not D", False),
        ("D) 8", "A man has 8 apples", True),
        ("D) 8", "D) 12 metres", None),
        ("D) 8", "All of them", False),
        ("D) 8", "5 or 8", False),
    ],
)
def test_choices(reference: str, answer: str, expected: bool | None) -> None:
    assert match(OPTIONS, reference, answer).correct is expected


@pytest.mark.parametrize(("answer", "expected"), [("D", True), ("C) 340 m", False), ("340", True), ("D) 340 m", True)])
def test_a_lettered_reference_without_options(answer: str, expected: bool) -> None:
    assert match("How long?", "D) 340 m", answer).correct is expected


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("Yes", "Yes, it is", True),
        ("No. Nothing was found.", "No", True),
        ("Yes", "No", False),
        ("No", "Yes and no", None),
        ("Maybe. It was a small study.", "It depends", True),
    ],
)
def test_verdicts(reference: str, answer: str, expected: bool | None) -> None:
    assert match("Is it?", reference, answer).correct is expected


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("Paris", "The capital is Paris.", True),
        ("Paris", "Yes, Paris", True),
        ("Paris", "It is not Lyon but Paris", True),
        ("Paris", "Paris or Lyon", False),
        ("Paris", "not Paris", False),
        ("Paris", "Paris is wrong", False),
        ("Paris", "Parisian", None),
        ("Paris", "I don't know", False),
        ("Paris", "verdict: correct", False),
        ("Paris", "Paris and Lyon", None),
        ("Paris", "Paris, London, Rome", None),
        ("Björling", "Bjorling", True),
        ("北京", "答案是北京", True),
        ("rock lilies", "rock lily", True),
        ("photosynthesis", "photosynthessis", True),
        ("symmetric", "asymmetric", False),
        ("salt and pepper", "pepper and salt", True),
        ("from hot to cold", "from cold to hot", None),
        ("Frances B. Ramsay", "Ramsay", None),
        ("C++", "C", None),
        ("∞", "∞", True),
        ("", "anything", None),
    ],
)
def test_short_answers(reference: str, answer: str, expected: bool | None) -> None:
    assert match("Which one?", reference, answer).correct is expected


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        (SEVERAL, "Signal interception, jamming and spoofing", True),
        (SEVERAL, "jamming and spoofing attacks", False),
        (SEVERAL, "the weather", False),
        (PROSE, "The rate of evaporation at the ocean surface increases as temperature rises", True),
        (PROSE, "The rate of evaporation at the ocean surface decreases as temperature rises", False),
        (PROSE, "A rise in temperature does not increase the rate of evaporation from the ocean surface", False),
        (PROSE, f"{PROSE}. That is not true.", None),
        (PROSE, "Because of the moon", False),
        (
            "Metal loses heat faster than wood does in any dry room",
            "Wood loses heat faster than metal in any dry room",
            None,
        ),
    ],
)
def test_prose_and_lists(reference: str, answer: str, expected: bool | None) -> None:
    assert match("Why?", reference, answer).correct is expected


def test_what_is_missing_is_told() -> None:
    assert match("Name them", SEVERAL, "jamming and spoofing").missing == ("signal", "interception")


def test_a_near_number_scores_more_than_a_far_one() -> None:
    assert match("How many?", "100", "99").score > match("How many?", "100", "7").score


def test_degenerate_answers_are_wrong() -> None:
    assert match("Is it?", "Yes", "Thought process:").correct is False


def test_a_verdict_with_an_explanation_of_something_else_decides_nothing() -> None:
    about = (
        "Yes. The harvest of winter wheat in the northern provinces failed after two dry summers and one late frost."
    )
    assert match("Does the drug help?", "Yes. Patients recovered earlier.", about).correct is None


def test_an_option_may_speak_of_other_options() -> None:
    question = "Which?\nA) P\nB) Q\nC) Both A and B"
    assert match(question, "C", "Both A and B").correct is True


@pytest.mark.parametrize(
    ("reference", "right", "wrong"),
    [
        ("She has 3 and 4, so 3 + 4 = <<3+4=7>>7.\n#### 7", "7", "12"),
        ("12 crates and $30$ barrels more make \\boxed{42}$", "42", "30"),
        ("The lamp hangs at the quay, and it is red.\nAnswer: a red lamp", "A red lamp", "a blue lamp"),
    ],
)
def test_of_a_worked_solution_the_marked_answer_counts(reference: str, right: str, wrong: str) -> None:
    assert match("How many?", reference, right).correct is True
    assert match("How many?", reference, wrong).correct is not True
