import pytest

from arango_thinking.matching.matching import match


@pytest.mark.parametrize(
    ("question", "reference", "answer", "expected"),
    [
        ("How many minutes?", "90", "1.5 hours", True),
        ("How many minutes?", "90", "an hour and a half", True),
        ("How many minutes?", "90", "90 hours", False),
        ("How old is Anna?", "9", "9 months", False),
        ("How many?", "12", "12%", None),
        ("What percentage?", "12", "12%", True),
        ("How many?", "90", "more than 90", None),
        ("How long?", "2.5 km", "2.5 km per hour", None),
        ("What is the speed?", "15 km/h", "15 km an hour", True),
        ("What is the speed?", "15 km/h", "15 m/s", False),
        ("In what year?", "1989", "1989 BC", False),
        ("In what year?", "1989", "before 1989", None),
        ("How much did it fall?", "8%", "to 8%", None),
        ("What volume?", r"36\pi", "36", False),
        ("Which month?", "September", "Sept.", True),
        ("What growth?", "5%", "5% less", None),
        ("What area?", "20 square metres", "20 m²", True),
        ("What area?", "20 square metres", "20 m", False),
        ("What chance?", "1/3", "one in three", True),
        ("What chance?", "1/3", "33.3%", True),
        ("How many?", "12500", "12.500", None),
        ("How many?", "1200000", "1.200.000", True),
        ("How many?", "48", "40 or 48", False),
        ("How many marbles?", "0", "He loses no marbles.", True),
        ("How many?", "37 sheep", "37 goals", None),
        ("How long?", "3 to 5 hours", "between three and five hours", True),
        ("How long?", "3 to 5 hours", "3 hours", False),
        ("How long?", "3 to 5 hours", "3 to 15 hours", False),
        ("When?", "3:30 PM", "15:30", True),
        ("When?", "3:30 PM", "3:30", None),
        ("When?", "3:30 PM", "3:30 AM", False),
        ("When?", "3:30 PM", "at 3:30 PM or 4 PM", None),
        ("How many?", "two", "it cannot be written as the knot sum of two nontrivial knots or rings of rope", None),
    ],
)
def test_amounts_with_what_is_said_around_them(
    question: str, reference: str, answer: str, expected: bool | None
) -> None:
    assert match(question, reference, answer).correct is expected
