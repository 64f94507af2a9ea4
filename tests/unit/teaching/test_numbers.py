from fractions import Fraction

import pytest

from arango_thinking.teaching.numbers import as_number, endless, numbers_in, rounded, same


def values(text: str) -> list[Fraction]:
    return [number.value for number in numbers_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.00", 1234),
        ("1.234,5", Fraction(12345, 10)),
        ("380 000", 380000),
        ("two hundred and five", 205),
        ("one million two hundred thousand", 1200000),
        ("nineteen eighty-four", 1984),
        ("fifteen hundred", 1500),
        ("2 1/2", Fraction(5, 2)),
        ("two and a half", Fraction(5, 2)),
        ("½", Fraction(1, 2)),
        ("half a million", 500000),
        ("two-thirds", Fraction(2, 3)),
        ("a quarter", Fraction(1, 4)),
        ("−5", -5),
        ("minus five", -5),
        ("-$5", -5),
        ("1.5e6", 1500000),
        ("1.5 × 10^6", 1500000),
        ("14.6 million", 14600000),
        ("£2.7bn", 2700000000),
        ("$25m", 25000000),
        ("3k", 3000),
        ("three dozen", 36),
        (r"\boxed{42}", 42),
        (r"$\frac{1}{2}$", Fraction(1, 2)),
    ],
)
def test_a_number_is_read_in_any_notation(text: str, expected: Fraction) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize("text", ["10:30", "3.11.7", "99mTc", "5x", "1980s", "1/0", "1" * 60])
def test_what_only_holds_digits_is_no_number(text: str) -> None:
    assert values(text) == []


def test_neighbouring_numbers_stay_apart() -> None:
    assert values("five and six") == [5, 6]
    assert values("5-3") == [5, 3]


@pytest.mark.parametrize(
    "text", ["37 million sheep", "22% drop", "about 12", "$12 per barrel", "10 o'clock", "15 (fifteen)"]
)
def test_a_number_with_what_it_counts_is_a_number(text: str) -> None:
    assert as_number(text) is not None


@pytest.mark.parametrize("text", ["12 Angry Men", "Apollo 11", "8 February 2007", "5 and 6", "no number", "(0,3)"])
def test_a_name_or_several_numbers_are_not_one_number(text: str) -> None:
    assert as_number(text) is None


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("340 m", "0.34 km", True),
        ("90 minutes", "1.5 hours", True),
        ("340 m", "340 km", False),
        ("$5", "5%", False),
        ("50%", "0.5", True),
        ("40%", "40", True),
        ("1.0", "1", True),
        ("5 °C", "5 °F", False),
    ],
)
def test_units_are_compared_where_both_are_given(left: str, right: str, expected: bool) -> None:
    assert same(numbers_in(left)[0], numbers_in(right)[0]) is expected


def test_rounding_and_endless_decimals() -> None:
    third, short = numbers_in("1/3")[0], numbers_in("0.33")[0]
    assert rounded(third, short)
    assert endless(third)
    assert not endless(short)
