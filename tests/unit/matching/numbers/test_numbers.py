from fractions import Fraction

import pytest

from arango_thinking.matching.numbers.numbers import (
    as_number,
    as_range,
    endless,
    numbers_in,
    proportions_in,
    regrouped,
    rounded,
    same,
)


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
        (r"-\frac{2}{3}", Fraction(-2, 3)),
        ("1.200.000", 1200000),
        ("12,34,567", 1234567),
        ("Es sind 2,5", Fraction(5, 2)),
        ("minus two thirds", Fraction(-2, 3)),
    ],
)
def test_a_number_is_read_in_any_notation(text: str, expected: Fraction) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize("text", ["10:30", "3.11.7", "99mTc", "5x", "1980s", "1/0", "1" * 60])
def test_what_only_holds_digits_is_no_number(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "value", "unit", "per"),
    [
        ("1 hour 30 minutes", Fraction(3, 2), "hour", ""),
        ("two weeks and a day", Fraction(15, 7), "week", ""),
        ("6 feet 2 inches", Fraction(37, 6), "foot", ""),
        ("half an hour", Fraction(1, 2), "hour", ""),
        ("25 cm^2", 25, "cm^2", ""),
        ("25 square cm", 25, "cm^2", ""),
        ("80 km per hour", 80, "km", "hour"),
        ("15 mph", 15, "mile", "hour"),
        ("12,50 $", Fraction(25, 2), "dollar", ""),
        ("100 degrees Celsius", 100, "°c", ""),
        ("300 K", 300, "kelvin", ""),
    ],
)
def test_a_quantity_is_read_with_all_of_its_unit(text: str, value: Fraction, unit: str, per: str) -> None:
    found = numbers_in(text)
    assert [(number.value, number.unit, number.per) for number in found] == [(value, unit, per)]


def test_ranges_shares_and_the_other_reading_of_a_mark() -> None:
    assert as_range("3-5 hours") is not None
    assert as_range("3 and 5 hours") is None
    assert [share.value for share in proportions_in("3 out of 4")] == [Fraction(3, 4)]
    number = numbers_in("12.500")[0]
    other = regrouped(number, "12.500")
    assert other is not None
    assert other.value == 12500
    assert regrouped(numbers_in("12.5")[0], "12.5") is None


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
        ("100 °C", "212 °F", True),
        ("100 °C", "373.15 K", True),
        ("1 litre", "1000 ml", True),
        ("20 m²", "20 m", False),
        ("60 km per hour", "1 km per minute", True),
    ],
)
def test_units_are_compared_where_both_are_given(left: str, right: str, expected: bool) -> None:
    assert same(numbers_in(left)[0], numbers_in(right)[0]) is expected


def test_rounding_and_endless_decimals() -> None:
    third, short = numbers_in("1/3")[0], numbers_in("0.33")[0]
    assert rounded(third, short)
    assert endless(third)
    assert not endless(short)
