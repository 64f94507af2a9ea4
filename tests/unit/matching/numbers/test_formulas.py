import pytest

from arango_thinking.matching.numbers.formulas import as_formula, formulas_agree


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("x^2 + 2x + 1", "$x^2+2x+1$", True),
        ("x^2 + 2x + 1", "(x+1)^2", True),
        ("x^2 + 2x + 1", "x^2 + 2x - 1", False),
        ("x = 4", "4", True),
        ("x = 4", "x = -4", False),
        ("y = 2x - 1", "The line is y = -1 + 2x", True),
        ("y = 2x - 1", "x = 2y - 1", None),
        (r"\frac{\pi}{4}", "pi/4", True),
        (r"\frac{x+1}{2}", "x+1/2", False),
        (r"2\sqrt{3}", r"\sqrt{12}", True),
        ("2√3", r"3\sqrt{2}", False),
        ("1/x", "x^0/x", True),
    ],
)
def test_formulas_are_compared_by_what_they_come_to(reference: str, answer: str, expected: bool | None) -> None:
    found = formulas_agree(reference, answer)
    assert found is not None
    assert found.correct is expected


@pytest.mark.parametrize(
    "text", ["Paris", "C", "x", "3 apples", "x^(", "x = 4 or x = 5", "(" * 100, "2^999999x", "1+" * 300]
)
def test_other_texts_are_no_formulas(text: str) -> None:
    assert as_formula(text) is None
