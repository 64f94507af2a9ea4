from __future__ import annotations

from fractions import Fraction

import pytest

from arango_thinking.matching.numbers.quantities import Number
from arango_thinking.matching.numbers.spelled import SMALL, is_minus, parts, spelled


def read(number: Number, text: str) -> tuple[Fraction, str, str]:
    """Value, unit and the words that were read."""
    return number.value, number.unit, text[number.start : number.end]


def first_part(text: str) -> tuple[Fraction, str, str]:
    return read(next(parts(text)), text)


def whole_numbers(text: str) -> list[Fraction]:
    return [number.value for number in spelled(text)]


def test_the_small_numbers_go_to_ninety() -> None:
    assert [SMALL[word] for word in ("zero", "one", "twelve", "nineteen", "twenty", "ninety")] == [0, 1, 12, 19, 20, 90]
    assert sorted(SMALL.values()) == [*range(20), *range(20, 100, 10)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a half", "1/2"),
        ("two halves", "1"),
        ("one third", "1/3"),
        ("two-thirds", "2/3"),
        ("three quarters", "3/4"),
        ("three fourths", "3/4"),
        ("two fifths", "2/5"),
        ("a sixth", "1/6"),
        ("six sevenths", "6/7"),
        ("an eighth", "1/8"),
        ("two ninths", "2/9"),
        ("nine tenths", "9/10"),
        ("seven hundredths", "7/100"),
        ("5 eighths", "5/8"),
        ("1234 tenths", "617/5"),
        ("TWO THIRDS", "2/3"),
        ("half", "1/2"),
        ("Half", "1/2"),
        ("two and a half", "5/2"),
        ("one and one half", "3/2"),
        ("7 and a half", "15/2"),
        ("twenty AND three quarters", "83/4"),
        ("123456 and a half", "246913/2"),
        ("minus a half", "-1/2"),
        ("negative two thirds", "-2/3"),
        ("minus two and a half", "-5/2"),
    ],
)
def test_a_fraction_is_read_from_words(text: str, value: str) -> None:
    assert first_part(text) == (Fraction(value), "", text.removeprefix("minus ").removeprefix("negative "))


@pytest.mark.parametrize(
    "text", ["the third man", "quarter", "on behalf of", "halfway", "12345 tenths", "a tenthful", "data third"]
)
def test_an_ordinal_or_a_piece_of_a_word_is_no_fraction(text: str) -> None:
    assert list(parts(text)) == []


def test_a_long_numeral_is_no_whole_of_a_fraction() -> None:
    assert first_part("1234567 and a half") == (Fraction(1, 2), "", "a half")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("half a hundred", 50),
        ("half of a thousand", 500),
        ("half a million", 500_000),
        ("a quarter of a million", 250_000),
        ("half a billion", 500_000_000),
        ("a tenth of a trillion", 100_000_000_000),
        ("Half A Dozen", 6),
        ("two and a half million", 2_500_000),
    ],
)
def test_a_scale_belongs_to_the_fraction_before_it(text: str, value: int) -> None:
    assert first_part(text) == (Fraction(value), "", text)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("half an hour", "1/2", "hour"),
        ("half-hour", "1/2", "hour"),
        ("half of a mile", "1/2", "mile"),
        ("half one mile", "1/2", "mile"),
        ("HALF A Mile", "1/2", "mile"),
        ("a quarter of a kilometre", "1/4", "km"),
        ("two thirds of an hour", "2/3", "hour"),
        ("two and a half hours", "5/2", "hour"),
        ("two and a half per cent", "5/2", "%"),
        ("half a century", "1/2", "century"),
        ("a quarter of a century", "1/4", "century"),
        ("half a decade", "1/2", "decade"),
        ("half a million dollars", "500000", "dollar"),
    ],
)
def test_a_fraction_has_the_unit_that_it_is_a_part_of(text: str, value: str, unit: str) -> None:
    assert first_part(text) == (Fraction(value), unit, text)


def test_only_what_directly_follows_gives_a_fraction_its_unit() -> None:
    assert first_part("half an hour ago") == (Fraction(1, 2), "hour", "half an hour")
    assert first_part("half the length of a mile") == (Fraction(1, 2), "", "half")


@pytest.mark.parametrize(
    "text", ["half a loaf", "half the way", "half of an apple", "half, a mile", "half a hundredfold"]
)
def test_a_fraction_of_something_else_has_no_unit(text: str) -> None:
    assert first_part(text) == (Fraction(1, 2), "", "half")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("an hour and a half", "3/2", "hour"),
        ("two hours and a quarter", "9/4", "hour"),
        ("two hours and three quarters", "11/4", "hour"),
        ("one minute and a half", "3/2", "minute"),
        ("3 days and a half", "7/2", "day"),
        ("1200 days and a half", "2401/2", "day"),
        ("one week and one half", "3/2", "week"),
        ("two months and half", "5/2", "month"),
        ("three years and two thirds", "11/3", "year"),
        ("A MILE AND A QUARTER", "5/4", "mile"),
        ("a kilometer and a half", "3/2", "km"),
        ("two kilometres and a half", "5/2", "km"),
        ("five meters and a half", "11/2", "m"),
        ("10 metres and a tenth", "101/10", "m"),
    ],
)
def test_a_fraction_may_follow_the_unit(text: str, value: str, unit: str) -> None:
    assert first_part(text) == (Fraction(value), unit, text)


def test_only_a_fraction_of_the_same_unit_is_added_to_it() -> None:
    assert first_part("a loaf and a half") == (Fraction(1, 2), "", "a half")
    assert list(parts("twelve miles and a halfpenny")) == []
    assert first_part("the data hour and a half") == (Fraction(1, 2), "", "a half")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zero", 0),
        ("seven", 7),
        ("twelve", 12),
        ("Twenty-One", 21),
        ("thirty five", 35),
        ("ninety", 90),
        ("ninety-nine", 99),
        ("hundred", 100),
        ("fifteen hundred", 1500),
        ("two hundred and five", 205),
        ("TWO HUNDRED AND FIVE", 205),
        ("two hundred seventy", 270),
        ("one hundred twenty", 120),
        ("thousand", 1000),
        ("two thousand twelve", 2012),
        ("two thousand and twelve", 2012),
        ("twenty-one thousand", 21_000),
        ("seventy thousand five", 70_005),
        ("one million two hundred thousand", 1_200_000),
        ("one hundred and twenty-three thousand four hundred and fifty-six", 123_456),
        ("five billion", 5_000_000_000),
        ("one trillion", 1_000_000_000_000),
        ("three dozen", 36),
        ("dozen", 12),
        ("nineteen eighty-four", 1984),
        ("seventeen seventy six", 1776),
        ("eighteen twelve", 1812),
        ("ten ten", 1010),
        ("twenty ten", 2010),
        ("twenty twenty-four", 2024),
        ("nineteen hundred and five", 1905),
    ],
)
def test_a_whole_number_is_read_from_words(text: str, value: int) -> None:
    assert [read(number, text) for number in spelled(text)] == [(Fraction(value), "", text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("five and six", [5, 6]),
        ("five, six", [5, 6]),
        ("twenty, one", [20, 1]),
        ("twenty and one", [20, 1]),
        ("Twenty And One", [20, 1]),
        ("two hundred, five", [200, 5]),
        ("two hundred or five", [200, 5]),
        ("hundred and thousand", [100, 1000]),
        ("five and a million", [5, 1_000_000]),
        ("one two three", [1, 2, 3]),
        ("five five", [5, 5]),
        ("nine ten", [9, 10]),
        ("fifteen five", [15, 5]),
        ("five fifteen", [5, 15]),
        ("nineteen five", [19, 5]),
        ("ten nine", [10, 9]),
        ("thirty zero", [30, 0]),
        ("twenty-one two", [21, 2]),
        ("twenty-one twelve", [21, 12]),
        ("eighteen twelve fifteen", [1812, 15]),
        ("one hundred thirty forty", [130, 40]),
        ("twenty tenth", [20, 10]),
        ("first second", [1, 2]),
        ("third five", [3, 5]),
        ("third hundred", [3, 100]),
    ],
)
def test_numbers_that_do_not_belong_together_stay_apart(text: str, values: list[int]) -> None:
    assert whole_numbers(text) == values


@pytest.mark.parametrize("text", ["someone", "tenfold", "seconds", "often", "hundreds of them", "a wonder"])
def test_a_piece_of_a_word_is_no_number(text: str) -> None:
    assert whole_numbers(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zeroth", 0),
        ("first", 1),
        ("Second", 2),
        ("third", 3),
        ("fourth", 4),
        ("fifth", 5),
        ("eighth", 8),
        ("ninth", 9),
        ("eleventh", 11),
        ("twelfth", 12),
        ("nineteenth", 19),
        ("twentieth", 20),
        ("twenty-first", 21),
        ("two hundred fifth", 205),
        ("two hundred and fifth", 205),
        ("thousand and twelfth", 1012),
    ],
)
def test_an_ordinal_is_read_from_words(text: str, value: int) -> None:
    assert [(number.value, number.ordinal) for number in spelled(text)] == [(value, True)]


def test_a_whole_number_is_no_ordinal() -> None:
    assert [number.ordinal for number in spelled("twenty-one ships")] == [False]


def test_only_a_number_of_one_word_keeps_that_word() -> None:
    assert [number.word for number in spelled("One of twenty-one, twelve and the third")] == [
        "one",
        "",
        "twelve",
        "third",
    ]


def test_a_number_in_words_has_its_unit_and_scale() -> None:
    text = "twenty-two km per hour"
    number = next(spelled(text))
    assert (number.value, number.unit, number.per, number.end) == (22, "km", "hour", len(text))
    assert [read(number, "twelve percent") for number in spelled("twelve percent")] == [(12, "%", "twelve percent")]
    assert [read(number, "five dozen $") for number in spelled("five dozen $")] == [(60, "dollar", "five dozen $")]


def test_an_ordinal_has_no_unit() -> None:
    assert [read(number, "the first hour") for number in spelled("the first hour")] == [(1, "", "first")]


@pytest.mark.parametrize(
    "text", ["minus five", "Negative five", "it is minus  five", "negative  five", "x is minus\tfive"]
)
def test_minus_before_it_makes_a_number_negative(text: str) -> None:
    assert is_minus(text, text.index("five"))
    assert whole_numbers(text) == [-5]


@pytest.mark.parametrize("text", ["five", "minusfive", "minus the five", "terminus five", "minus, five", "plus five"])
def test_no_minus_directly_before_it_leaves_a_number_positive(text: str) -> None:
    assert not is_minus(text, text.index("five"))


def test_a_fraction_and_a_whole_number_are_made_negative_alone() -> None:
    assert whole_numbers("minus twelve and twelve") == [-12, 12]
    assert [number.value for number in parts("minus two thirds, a third")] == [Fraction(-2, 3), Fraction(1, 3)]
