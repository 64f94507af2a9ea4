from __future__ import annotations

from fractions import Fraction

import pytest

from arango_thinking.matching.numbers.quantities import Number, as_share, endless, rounded, same


def number(value: str, unit: str = "", per: str = "") -> Number:
    return Number(Fraction(value), 0, 3, unit=unit, per=per)


def test_a_number_counts_and_has_no_unit_unless_it_is_told_one() -> None:
    assert Number(Fraction(7), 0, 1) == Number(Fraction(7), 0, 1, unit="", ordinal=False, word="", per="")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (number("7"), number("7")),
        (number("7", "hour"), number("7")),
        (number("7"), number("7", "hour")),
        (number("2", "km"), number("2000", "m")),
        (number("90", "minute"), number("3/2", "hour")),
        (number("20", "°c"), number("68", "°f")),
        (number("60", "km", "hour"), number("1", "km", "minute")),
        (number("60", "km", "hour"), number("60", "km")),
        (number("60", "km"), number("60", "km", "hour")),
        (number("45", "%"), number("9/20")),
        (number("9/20"), number("45", "%")),
        (number("45", "%"), number("45")),
        (number("45", "%"), number("45", "%")),
    ],
)
def test_these_state_one_quantity(left: Number, right: Number) -> None:
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (number("7"), number("8")),
        (number("7", "hour"), number("8")),
        (number("2", "km"), number("2", "m")),
        (number("2", "km"), number("2", "kg")),
        (number("60", "km", "hour"), number("60", "km", "minute")),
        (number("60", "km", "hour"), number("60", "mile", "hour")),
        (number("7"), number("700")),
        (number("700"), number("7")),
        (number("45", "%"), number("9/2")),
        (number("700", "hour"), number("7")),
        (number("1/2"), number("50", "hour")),
        (number("45", "%"), number("9/20", "m")),
    ],
)
def test_these_state_two_quantities(left: Number, right: Number) -> None:
    assert not same(left, right)


def test_a_percentage_is_a_share_of_one_and_stands_where_it_stood() -> None:
    assert as_share(Number(Fraction(45), 4, 7, unit="%")) == Number(Fraction(9, 20), 4, 7)
    assert as_share(Number(Fraction(45), 4, 7, unit="m")) == Number(Fraction(45), 4, 7, unit="m")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1/3", "0.33"),
        ("0.33", "1/3"),
        ("2/3", "0.67"),
        ("2/3", "0.667"),
        ("3.14159", "3.14"),
        ("7.001", "7"),
        ("1/7", "0.142857"),
        ("-1/3", "-0.33"),
    ],
)
def test_two_numbers_agree_once_the_more_precise_is_rounded(left: str, right: str) -> None:
    assert rounded(number(left), number(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1/3", "0.34"),
        ("2/3", "0.66"),
        ("1/3", "0.3"),
        ("3.14159", "3.1"),
        ("7.1", "7"),
        ("7.25", "7.25"),
        ("7", "7"),
        ("1/7", "0.1428571"),
    ],
)
def test_rounding_does_not_make_these_agree(left: str, right: str) -> None:
    assert not rounded(number(left), number(right))


def test_a_percentage_is_rounded_as_the_share_that_it_is() -> None:
    assert rounded(number("33", "%"), number("1/3"))
    assert rounded(number("1/3"), number("33", "%"))
    assert rounded(number("200/3", "%"), number("66.67", "%"))
    assert not rounded(number("33", "%"), number("33"))
    assert not rounded(number("33", "%"), number("100/3"))
    assert not rounded(number("200/3", "%"), number("67", "%"))


@pytest.mark.parametrize("value", ["1/3", "5/6", "22/7", "1/30"])
def test_no_decimals_are_exact_for_these(value: str) -> None:
    assert endless(number(value))


@pytest.mark.parametrize("value", ["7", "1/2", "1/8", "1/5", "1/25", "7/20", "3/40"])
def test_decimals_are_exact_for_these(value: str) -> None:
    assert not endless(number(value))


def test_a_percentage_is_endless_where_its_share_is() -> None:
    assert endless(number("100/3", "%"))
    assert not endless(number("33", "%"))
