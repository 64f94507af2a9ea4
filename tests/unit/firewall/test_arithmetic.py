import pytest

from arango_thinking.firewall.arithmetic import calculated
from arango_thinking.matching.numbers.numbers import numbers_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two less than fifty", 48),
        ("one more than a dozen", 13),
        ("half of ten", 5),
        ("28 years after 1961", 1989),
        ("three minus one", 2),
        ("12 x 52", 624),
        ("two hundred and fifty, plus two", 252),
        ("twice 6", 12),
        ("20% of 50", 10),
    ],
)
def test_a_calculation_in_words_or_signs(text: str, expected: int) -> None:
    assert expected in list(calculated(text, []))


def test_a_calculation_with_known_numbers_is_a_step_to_take() -> None:
    assert list(calculated("240 / 3, or double 24", numbers_in("240 km in 3 hours, 24 times"))) == []
