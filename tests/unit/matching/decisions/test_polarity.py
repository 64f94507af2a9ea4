import pytest

from arango_thinking.matching.decisions.polarity import decided_reference, polarity, rest_of


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Yes.", "yes"),
        ("**No**", "no"),
        ("No, it is not", "no"),
        ("They are, so yes", "yes"),
        ("It is true that birds fly", "yes"),
        ("The claim is false", "no"),
        ("It depends", "maybe"),
        ("No evidence supports it", None),
        ("Yes and no", None),
        ("Birds fly", None),
    ],
)
def test_what_an_answer_decides(answer: str, expected: str | None) -> None:
    assert polarity(answer) == expected


def test_a_reference_decides_by_how_it_begins() -> None:
    assert decided_reference("Does it help?", "No. The groups did not differ.") == "no"
    assert decided_reference("Does it help?", "No group was helped") is None
    assert decided_reference("What did she say?", "No, I will not") is None
    assert rest_of("No. The groups did not differ.") == "The groups did not differ."
